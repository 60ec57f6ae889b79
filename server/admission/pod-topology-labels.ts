import { nodes } from '../../api/kinds/core/nodes.ts'
import type { Binding, Pod } from '../../api/schema/generated/types.ts'
import type { AdmissionPlugin } from './admission.ts'

const labels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

/** Pods learn from their labels in which zone and region they run (PodTopologyLabels, 1.36). */
export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  mutate({ kind, subresource, object, operation }, world) {
    if (kind.group !== '' || kind.plural !== 'pods' || !object || operation !== 'CREATE') return
    const target = subresource === 'binding' ? (object as unknown as Binding).target : undefined
    const name = subresource === '' ? (object as Pod).spec?.nodeName : target?.kind === 'Node' ? target.name : undefined
    if (!name) return
    const known = world.get(nodes, name)?.metadata.labels
    for (const label of labels) {
      if (known?.[label] !== undefined) object.metadata.labels = { ...object.metadata.labels, [label]: known[label] }
    }
  },
}
