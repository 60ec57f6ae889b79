import { pods } from '../../api/kinds/core/pods.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { badRequest, notFoundError, StatusError } from '../../api/status.ts'
import type { Pod } from '../../api/schema/generated/types.ts'
import type { Action } from './action.ts'

const notSimulated = (what: string) => new StatusError(501, 'NotImplemented', `${what} is not simulated by this cluster`)

/** Looks for the object as upstream would, so that a wrong name is told first, and then says that there is no such thing here. */
function refused(kind: Kind<any>, subresource: string, options: string, verbs: readonly string[]): Action {
  const { group, version, plural, namespaced } = kind
  return {
    group, version, plural, subresource, namespaced, kind: { kind: options }, verbs,
    async run({ name = '', namespace, query }, { world }) {
      // Services and nodes may be named with scheme and port: https:web:443.
      const parts = name.split(':'), bare = parts.length === 3 ? parts[1] : parts[0]
      const object = world.get<KubeObject>(kind, bare, namespace)
      if (!object) throw notFoundError(kind, bare)
      if (plural === 'pods') checkPod(object as Pod, subresource, query.get('container'))
      throw notSimulated(`${subresource} of ${plural}`)
    },
  }
}

function checkPod({ metadata: { name }, spec }: Readonly<Pod>, subresource: string, container: string | null): void {
  const all = [...spec?.initContainers ?? [], ...spec?.containers ?? [], ...spec?.ephemeralContainers ?? []]
  if (container && (subresource === 'exec' || subresource === 'attach') && !all.some(each => each.name === container)) {
    throw badRequest(`container ${container} is not valid for pod ${name}`)
  }
  if (!spec?.nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
}

const streaming = ['create', 'get']

/** What a real cluster offers here and this one does not yet. */
export const notSimulatedActions: readonly Action[] = [
  refused(pods, 'exec', 'PodExecOptions', streaming),
  refused(pods, 'attach', 'PodAttachOptions', streaming),
  refused(pods, 'portforward', 'PodPortForwardOptions', streaming),
]
