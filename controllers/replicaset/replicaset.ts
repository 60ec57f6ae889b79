import { replicaSets } from '../../api/kinds/apps/replicasets.ts'
import type { ReplicaSet } from '../../api/schema/generated/types.ts'
import type { Controller } from '../runtime/controller.ts'
import { podOwnerController } from './pod-owner.ts'

export const replicaSetController = (): Controller => podOwnerController<ReplicaSet>({
  name: 'replicaset-controller', kind: replicaSets, selectorOf: rs => rs.spec.selector, hasTerminatingReplicas: true,
})
