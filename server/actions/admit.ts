import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { namespaceLifecycle } from '../admission/namespace-lifecycle.ts'
import type { ActionRequest, ActionTools } from './action.ts'

/** Actions that create something below an object ask whether its namespace is there and does not end. */
export function admitBelow(request: ActionRequest, kind: Kind<any>, name: string, object: KubeObject,
  { world }: ActionTools): void {
  void namespaceLifecycle.mutate!({
    operation: 'CREATE', kind, subresource: request.subresource, name, namespace: request.namespace, object, user: request.user,
    dryRun: isDryRun(request), warn: text => request.warnings.push(text),
  }, world)
}

export const isDryRun = (request: Pick<ActionRequest, 'query'>): boolean => request.query.get('dryRun') === 'All'
