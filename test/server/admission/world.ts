import { ManualClock } from '../../../clock.ts'
import type { Kind } from '../../../api/kind.ts'
import type { KubeObject } from '../../../api/object.ts'
import { createRandom } from '../../../api/random.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from '../../../server/admission/admission.ts'
import { mutate, validate } from '../../../server/admission/index.ts'
import { CommitConflict } from '../../../server/store/store.ts'

/** A world that holds what it is given, for plug-ins and actions alone. */
export function createWorld(...objects: [Kind<any>, object][]) {
  const clock = new ManualClock(new Date('2026-01-02T03:04:05Z'))
  const stored = new Map<string, KubeObject>()
  const path = (kind: Kind<any>, name: string, namespace?: string) =>
    `${kind.group}/${kind.plural}/${kind.namespaced ? namespace : ''}/${name}`
  let revision = 0
  const put = (kind: Kind<any>, object: object): void => {
    const { metadata = {}, ...rest } = object as { metadata?: Partial<KubeObject['metadata']> }
    const full = {
      apiVersion: kind.version, kind: kind.kind,
      metadata: { uid: `uid-${metadata.name}`, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata,
        resourceVersion: String(++revision) }, ...rest,
    } as unknown as KubeObject
    stored.set(path(kind, full.metadata.name, full.metadata.namespace), full)
  }
  for (const [kind, object] of objects) put(kind, object)
  const world: World = {
    clock, random: createRandom(1),
    authorize: () => ({ allowed: false, reason: '' }),
    get: <T extends KubeObject>(kind: Kind<T>, name: string, namespace?: string) =>
      stored.get(path(kind, name, namespace)) as T | undefined,
    list: <T extends KubeObject>(kind: Kind<T>, namespace?: string) => [...stored].filter(([key, { metadata }]) =>
      key.startsWith(`${kind.group}/${kind.plural}/`) && (namespace === undefined || metadata.namespace === namespace))
        .map(([, object]) => object as T),
    async update(kind, object) {
      const key = path(kind, object.metadata.name, object.metadata.namespace), current = stored.get(key)
      await Promise.resolve()
      if (stored.get(key) !== current || current?.metadata.resourceVersion !== object.metadata.resourceVersion) {
        throw new CommitConflict(key, undefined)
      }
      put(kind, object)
    },
  }
  return { world, clock, put }
}

/** What goes through some plug-ins: the object as it comes out, or the refusal. */
export async function admit(plugins: readonly AdmissionPlugin[], world: World, kind: Kind<any>, object: object,
  more: Partial<AdmissionRequest> = {}) {
  const draft = structuredClone(object) as KubeObject & Record<string, any>
  const request: AdmissionRequest = {
    operation: 'CREATE', kind, subresource: '', name: draft.metadata?.name ?? '', namespace: kind.namespaced ? 'n' : undefined,
      object: draft,
    user: { name: 'me', groups: [] }, dryRun: false, warn: () => {}, ...more,
  }
  await mutate(plugins, request, world)
  await validate(plugins, request, world)
  return draft
}

export const refusal = (admitted: Promise<unknown>): Promise<string> =>
  admitted.then(() => 'admitted', error => (error as Error).message)
