import { timestamp } from '../../api/clock.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { nodeMetrics, type NodeMetrics } from '../../api/kinds/metrics/nodemetrics.ts'
import { podMetrics, type PodMetrics } from '../../api/kinds/metrics/podmetrics.ts'
import type { Measured, Usage } from '../../api/kinds/metrics/usage.ts'
import type { Measurement, Usage as Amounts } from '../../api/node-access.ts'
import type { KubeObject } from '../../api/object.ts'
import { formatQuantity } from '../../api/quantity.ts'
import { notFoundError } from '../../api/status.ts'
import type { ApiResponse } from '../request.ts'
import { unstored } from '../resources/versions.ts'
import { select } from '../verbs/selection.ts'
import type { Action, ActionRequest, ActionTools } from './action.ts'

/** `metrics.k8s.io/v1beta1`: what pods and nodes use, answered as metrics-server 0.8 does. */
export const metricsActions: readonly Action[] = [
  metricsAction(podMetrics, (tools, { name, namespace }) => {
    const asked = name === undefined ? tools.world.list(pods, namespace) : [tools.world.get(pods, name, namespace)]
    return asked.flatMap(pod => {
      const usage = pod && tools.nodes.usage?.(pod)
      if (!usage) return []
      const containers = usage.containers.map(each => ({ name: each.name, usage: quantities(each) }))
      return [{ ...measured(podMetrics, pod, usage, tools), containers } as PodMetrics]
    })
  }),
  metricsAction(nodeMetrics, (tools, { name }) => {
    const asked = name === undefined ? tools.world.list(nodes) : [tools.world.get(nodes, name)]
    return asked.flatMap(node => {
      const usage = node && tools.nodes.nodeUsage?.(node.metadata.name)
      return usage ? [{ ...measured(nodeMetrics, node, usage, tools), usage: quantities(usage) } as NodeMetrics] : []
    })
  }),
]

function metricsAction<T extends Measured>(kind: Kind<T>, measure: (tools: ActionTools, asked: ActionRequest) => T[]): Action {
  const { group, version, plural, namespaced } = kind
  return {
    group, version, plural, namespaced, subresource: '', kind: { kind: kind.kind }, verbs: ['get', 'list'],
    run: async (request, tools) => answer(kind as Kind<any>, request, measure(tools, request)),
  }
}

function answer(kind: Kind, { name, namespace, query }: ActionRequest, found: KubeObject[]): ApiResponse {
  const shown = (object: KubeObject) => unstored(`${kind.group}/${kind.plural}/${object.metadata.name}`, object)
  if (name === undefined) {
    const { matches = () => true } = select(kind, query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '')
    return { type: 'list', kind, metadata: {}, items: found.filter(matches).map(shown) }
  }
  // metrics-server names the kind and not the resource here, and the namespace with the name.
  const resource = { group: kind.group, plural: kind.singular }
  if (found.length === 0) throw notFoundError(resource, namespace === undefined ? name : `${namespace}/${name}`)
  return { type: 'stored', code: 200, kind, stored: shown(found[0]) }
}

function measured(
  kind: Kind<any>, { metadata: { name, namespace, labels } }: Readonly<KubeObject>, { at, windowMs }: Measurement,
  { clock }: ActionTools,
): Measured {
  const metadata = {
    name, ...(namespace ? { namespace } : {}), creationTimestamp: timestamp(clock.now()), ...(labels ? { labels } : {}),
  } as KubeObject['metadata']
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata, timestamp: timestamp(at), window: `${windowMs / 1000}s` }
}

const quantities = ({ cpuNanocores, memoryBytes }: Amounts): Usage => ({
  cpu: formatQuantity({ mantissa: BigInt(Math.round(cpuNanocores)), scale: -9, format: 'DecimalSI' }),
  memory: formatQuantity({ mantissa: BigInt(Math.round(memoryBytes / 1024) * 1024), scale: 0, format: 'BinarySI' }),
})
