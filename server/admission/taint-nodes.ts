import type { Node } from '../../api/schema/generated/types.ts'
import type { AdmissionPlugin } from './admission.ts'
import { isAbout } from './refuse.ts'

const key = 'node.kubernetes.io/not-ready', effect = 'NoSchedule'

/** A new node takes no pods until it has said that it is ready (TaintNodesByCondition, 1.36). */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate(request) {
    if (request.operation !== 'CREATE' || !isAbout(request, '', 'nodes')) return
    const node = request.object as Node
    const taints = node.spec?.taints ?? []
    if (taints.some(taint => taint.key === key && taint.effect === effect)) return
    node.spec = { ...node.spec, taints: [...taints, { key, effect }] }
  },
}
