import type { Client } from '../../api/client.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { scaleOf, type Scale } from '../../api/scale.ts'
import type { HorizontalPodAutoscaler } from '../../api/schema/generated/types.ts'
import { retryOnConflict } from '../../client/retry-on-conflict.ts'

/** What an autoscaler scales. */
export interface Target { kind: Kind; scale: Scale }

/** Finds the target and its Scale; throws in the words of upstream's mapper and clients. */
export async function readTarget(
  client: Client, kinds: readonly Kind[], { metadata, spec }: Readonly<HorizontalPodAutoscaler>,
): Promise<Target> {
  const { apiVersion = '', kind: kindName, name } = spec.scaleTargetRef
  const parts = apiVersion.split('/')
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`)
  const group = parts.length === 2 ? parts[0] : ''
  const named = kinds.filter(kind => kind.group === group && kind.kind === kindName)
  if (named.length === 0) throw new Error(`no matches for kind ${JSON.stringify(kindName)} in group ${JSON.stringify(group)}`)
  const kind = named.find(({ subresources }) => subresources?.scale)
  if (!kind) throw new Error('the server could not find the requested resource')
  return { kind, scale: scaleOf(kind, await client.get(kind, name, metadata.namespace)) }
}

/** Writes the number of replicas through the scale subresource, again on a fresh Scale after a conflict. */
export async function rescale(client: Client, { kind, scale }: Target, replicas: number): Promise<void> {
  const { name, namespace } = scale.metadata
  await retryOnConflict(async isRetry => {
    const current = isRetry ? scaleOf(kind, await client.get(kind, name, namespace)) : scale
    await client.update(kind, { ...current, spec: { replicas } } as KubeObject, { subresource: 'scale' })
  })
}
