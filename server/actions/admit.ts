import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { mutate } from '../admission/index.ts'
import { namespaceLifecycle } from '../admission/namespace-lifecycle.ts'
import { nodeRestriction } from '../admission/node-restriction.ts'
import { podTopologyLabels } from '../admission/pod-topology-labels.ts'
import type { ActionRequest, ActionTools } from './action.ts'

const plugins = [namespaceLifecycle, nodeRestriction, podTopologyLabels]

/** Actions that create something below an object go through the plug-ins that know of such; `object` is what was sent. */
export function admitBelow(request: ActionRequest, kind: Kind<any>, name: string, object: KubeObject,
  { world }: ActionTools): Promise<void> {
  return mutate(plugins, {
    operation: 'CREATE', kind, subresource: request.subresource, name, namespace: request.namespace, object, user: request.user,
    dryRun: isDryRun(request), warn: text => request.warnings.push(text),
    annotate: request.annotate,
  }, world)
}

export const isDryRun = (request: Pick<ActionRequest, 'query'>): boolean => request.query.get('dryRun') === 'All'
