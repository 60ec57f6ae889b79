import { edit, same } from '../api/edit.ts'
import type { Kind } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import { namespaces } from '../api/kinds/core/namespaces.ts'
import { pods } from '../api/kinds/core/pods.ts'
import type { Namespace, Pod } from '../api/schema/generated/types.ts'
import { isNotFound } from '../api/status.ts'
import { ignoreNotFound } from '../client/ignore-not-found.ts'
import { deletionConditions, type Remains } from './namespace-conditions.ts'
import { watching, type Controller, type Outcome, type Tools } from './runtime/controller.ts'

const finalizer = 'kubernetes'
/** What has finalizers may go at any time: look again that often. */
const lookAgain = 1000

/**
 * Empties a namespace that is being deleted, its pods first, then all else, and lets it go (pkg/controller/namespace, 1.36).
 * `kinds` gives all kinds that are served at the moment.
 */
export const namespaceController = (kinds: () => readonly Kind[]): Controller => ({
  name: 'namespace-controller',
  workers: 10,
  watches: [
    watching(namespaces, namespace => (namespace.metadata.deletionTimestamp ? [namespace.metadata.name] : [])),
    watching(pods, () => [], (type, pod, _old, { informers }) => {
      if (type !== 'deleted') return
      const { namespace = '' } = pod.metadata
      const isTerminating = informers.of(namespaces).get(namespace)?.metadata.deletionTimestamp !== undefined
      if (isTerminating && informers.of(pods).list(namespace).length === 0) return [namespace, 0]
    }),
  ],
  async reconcile(key, tools) {
    const namespace = await tools.client.get(namespaces, key).catch(ignoreNotFound)
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.includes(finalizer)) return
    return await empty(namespace, kinds(), tools)
  },
})

async function empty(namespace: Readonly<Namespace>, kinds: readonly Kind[], tools: Tools): Promise<Outcome> {
  const objects = new Map<string, number>(), finalizers = new Map<string, number>(), errors: string[] = []
  let waitsForPods = false
  const deletable = kinds.filter(kind => kind.namespaced && !kind.storedAs && (!kind.verbs || kind.verbs.includes('delete')))
  for (const kind of deletable.sort((a, b) => Number(b.plural === 'pods') - Number(a.plural === 'pods'))) {
    const left = await deleteAll(kind, namespace, tools)
    errors.push(...left.errors)
    if (left.objects.length === 0) continue
    waitsForPods = kind.plural === 'pods' && kind.group === ''
    if (waitsForPods) break
    objects.set(`${kind.plural}.${kind.group}`, left.objects.length)
    for (const name of left.objects.flatMap(object => object.metadata.finalizers ?? [])) {
      finalizers.set(name, (finalizers.get(name) ?? 0) + 1)
    }
  }
  const remaining = waitsForPods || objects.size > 0 || errors.length > 0
  // As upstream, the pods that the rest waits for are not counted among what remains.
  const current = await noteRemains(namespace, { objects, finalizers, errors }, tools)
  if (remaining) return { againAfterMs: lookAgain }
  await tools.client.update(namespaces, edit(current, draft => {
    draft.spec.finalizers = draft.spec.finalizers?.filter(each => each !== finalizer)
  }), { subresource: 'finalize' }).catch(ignoreNotFound)
}

async function noteRemains(namespace: Readonly<Namespace>, remains: Remains, { client, clock }: Tools): Promise<Namespace> {
  const conditions = deletionConditions(namespace.status?.conditions ?? [], remains, clock.now())
  if (same(conditions, namespace.status?.conditions)) return namespace as Namespace
  return await client.update(namespaces, edit(namespace as Namespace, draft => {
    draft.status = { ...draft.status, conditions }
  }), { subresource: 'status' })
}

interface Left { objects: readonly Readonly<KubeObject>[]; errors: string[] }

async function deleteAll(kind: Kind, namespace: Readonly<Namespace>, { client, clock }: Tools): Promise<Left> {
  const { name } = namespace.metadata
  const list = async () => (await client.list(kind, { namespace: name })).items
  try {
    const doomed = await list()
    if (doomed.length === 0) return { objects: [], errors: [] }
    await Promise.all(doomed.filter(object => !object.metadata.deletionTimestamp).map(object =>
      client.delete(kind, object.metadata.name, name, { propagationPolicy: 'Background' }).catch(ignoreNotFound)))
    const objects = await list()
    const isExpected = objects.length === 0 || objects.some(object => object.metadata.finalizers?.length)
      || isWithinGrace(kind, objects, namespace, clock.now())
    const gvr = `${kind.group}/${kind.version}, Resource=${kind.plural}`
    return { objects, errors: isExpected ? [] : [`unexpected items still remain in namespace: ${name} for gvr: ${gvr}`] }
  } catch (error) {
    if (isNotFound(error)) return { objects: [], errors: [] }
    return { objects: [], errors: [(error as Error).message] }
  }
}

/** Pods may take as long as the longest of their grace periods. */
function isWithinGrace(kind: Kind, objects: readonly Readonly<KubeObject>[], namespace: Readonly<Namespace>, now: Date): boolean {
  if (kind.plural !== 'pods' || kind.group !== '') return false
  const longest = Math.max(0, ...(objects as readonly Pod[]).map(pod => pod.spec.terminationGracePeriodSeconds ?? 0))
  return now.getTime() - Date.parse(namespace.metadata.deletionTimestamp!) < longest * 1000
}
