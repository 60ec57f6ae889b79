import { replicationControllers } from '../../api/kinds/core/replicationcontrollers.ts'
import type { ReplicationController } from '../../api/schema/generated/types.ts'
import type { Controller } from '../runtime/controller.ts'
import { podOwnerController } from './pod-owner.ts'

/** The elder of ReplicaSet: its selector is a plain map, and its status does not count terminating pods. */
export const replicationControllerController = (): Controller => podOwnerController<ReplicationController>({
  name: 'replicationcontroller-controller', component: 'replication-controller', kind: replicationControllers,
  selectorOf: controller => ({ matchLabels: controller.spec.selector }), hasTerminatingReplicas: false,
})
