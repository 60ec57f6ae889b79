import { timestamp, type Clock } from '../../api/clock.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import { conflictError, notFoundError } from '../../api/status.ts'
import type { AdmissionRequest } from '../admission/admission.ts'
import type { DeleteOptions } from '../options.ts'
import { storePath } from '../parse-request.ts'
import { CommitConflict, type Store, type Stored } from '../store/store.ts'
import type { UserInfo } from '../user.ts'
import type { ResourceHook } from './lifecycle.ts'
import { showStored, toStored, unstored } from './versions.ts'

export interface DeleteContext {
  kind: Kind
  namespace?: string
  user: UserInfo
  options: DeleteOptions
  warn(text: string): void
}

export interface DeletionOptions {
  store: Store
  clock: Clock
  validate(request: AdmissionRequest): void | Promise<void>
  hooks: readonly ResourceHook[]
}

export type Deletion = ReturnType<typeof createDeletion>

/** Whether the object is gone, and its last or current state. */
export interface Deleted { gone: boolean; stored: Stored }

/**
 * How objects go: preconditions, grace periods, finalizers, propagation (apiserver, registry/generic Store.Delete and
 * registry/rest BeforeDelete, 1.36).
 */
export function createDeletion({ store, clock, validate, hooks }: DeletionOptions) {
  async function remove(name: string, context: DeleteContext): Promise<Deleted> {
    const { kind, namespace, options } = context
    const path = storePath(kind, namespace, name)
    let admitted = false
    for (;;) {
      const current = store.get(path)
      if (!current) throw notFoundError(kind, name)
      const object = showStored(kind, current).object
      checkPreconditions(kind, name, object.metadata, options.preconditions)
      if (!admitted) {
        await validate({ operation: 'DELETE', kind, subresource: '', name, namespace, old: object, user: context.user, dryRun: options.dryRun, warn: context.warn })
        admitted = true
        continue   // what stands there may have changed while admission looked at it
      }
      const next = planDeletion(kind, object, options, clock.now())
      if (next === 'pending') return { gone: false, stored: showStored(kind, current) }
      try {
        if (next === 'gone' || 'last' in next) {
          // A deletion with no grace left is written down before it is carried out, as upstream's is.
          const mark = next === 'gone' ? undefined : next.last
          if (options.dryRun) return { gone: true, stored: mark ? unstored(path, mark) : showStored(kind, current) }
          const marked = mark ? await store.commit(path, current.revision, toStored(kind, mark)) : current
          const last = await store.commit(path, marked.revision, undefined)
          await hooks.find(hook => hook.plural === kind.plural && hook.group === kind.group)?.deleted?.(last.object)
          return { gone: true, stored: showStored(kind, last) }
        }
        if (options.dryRun) return { gone: false, stored: unstored(path, next) }
        return { gone: false, stored: showStored(kind, await store.commit(path, current.revision, toStored(kind, next))) }
      } catch (error) {
        if (!(error instanceof CommitConflict)) throw error
      }
    }
  }
  return { remove }
}

/**
 * What a DELETE makes of an object: it is gone, at once or after its `last` state was written, it is marked (the returned object), or
 * its deletion is under way already and nothing changes. Pure; follows BeforeDelete and deletionFinalizersForGarbageCollection.
 */
export function planDeletion(kind: Kind, object: Readonly<KubeObject>, options: DeleteOptions, now: Date): KubeObject | { last: KubeObject } | 'gone' | 'pending' {
  const old = object.metadata
  const finalizers = finalizersFor(kind, old, options)
  const finalizersChanged = finalizers.length !== (old.finalizers?.length ?? 0) || finalizers.some((f, i) => f !== old.finalizers![i])
  const next: ObjectMeta = { ...old }
  const bump = () => { if (old.generation) next.generation = old.generation + 1 }

  let graceful = false, noted = false
  if (kind.gracePeriodSeconds) {
    const left = old.deletionGracePeriodSeconds, asked = options.gracePeriodSeconds
    // A grace period can only be shortened; what has none left goes as if it had never had one.
    if (old.deletionTimestamp && left) {
      if (asked === undefined || asked >= left) return 'pending'
      const seconds = Math.max(0, asked), start = Date.parse(old.deletionTimestamp) - left * 1000
      next.deletionTimestamp = timestamp(new Date(start + seconds * 1000))
      next.deletionGracePeriodSeconds = seconds
      graceful = seconds > 0 || finalizers.length > 0
      noted = true
    } else if (!old.deletionTimestamp) {
      const seconds = kind.gracePeriodSeconds(object, options.gracePeriodSeconds)
      next.deletionTimestamp = timestamp(new Date(now.getTime() + seconds * 1000))
      next.deletionGracePeriodSeconds = seconds
      bump()
      graceful = seconds > 0 || finalizers.length > 0
      noted = true
    }
  }
  if (!graceful && !finalizers.length && !heldBySpec(object)) {
    if (!noted) return 'gone'
    delete next.finalizers
    return { last: { ...object, metadata: ordered(next) } }
  }
  if (!graceful && finalizersPending(object, finalizers)) {
    if (old.deletionTimestamp && old.deletionGracePeriodSeconds === 0 && !finalizersChanged) return 'pending'
    if (!old.deletionTimestamp) {
      next.deletionTimestamp = timestamp(now)
      bump()
    }
    if (!isNamespace(object)) next.deletionGracePeriodSeconds = 0
  }
  if (finalizers.length) next.finalizers = finalizers
  else delete next.finalizers
  const marked = { ...object, metadata: ordered(next) } as KubeObject & { status?: { phase?: string } }
  if (isNamespace(object)) {
    if (old.deletionTimestamp && !finalizersChanged) return 'pending'
    marked.status = { ...marked.status, phase: 'Terminating' }
  }
  return marked
}

const isNamespace = (object: Readonly<KubeObject>) => object.kind === 'Namespace' && object.apiVersion === 'v1'
/** A namespace is held by the finalizers of its spec as well. */
const heldBySpec = (object: Readonly<KubeObject & { spec?: { finalizers?: string[] } }>) => isNamespace(object) && !!object.spec?.finalizers?.length
const finalizersPending = (object: Readonly<KubeObject>, finalizers: readonly string[]) => finalizers.length > 0 || heldBySpec(object)

const orphanFinalizer = 'orphan', foregroundFinalizer = 'foregroundDeletion'

/** The finalizers that the garbage collector is to work off, as the propagation policy asks. */
function finalizersFor(kind: Kind, meta: Readonly<ObjectMeta>, options: DeleteOptions): string[] {
  const kept = meta.finalizers ?? []
  let policy = options.propagationPolicy ?? (options.orphanDependents === undefined ? undefined : options.orphanDependents ? 'Orphan' : 'Background')
  if (!policy) {
    // Without a wish the finalizers that are there decide, then the kind.
    if (kept.includes(orphanFinalizer)) policy = 'Orphan'
    else if (kept.includes(foregroundFinalizer)) policy = 'Foreground'
    else policy = kind.orphansByDefault ? 'Orphan' : 'Background'
  }
  const others = kept.filter(finalizer => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer)
  const wanted = policy === 'Orphan' ? orphanFinalizer : policy === 'Foreground' ? foregroundFinalizer : undefined
  if (!wanted) return others
  return kept.includes(wanted) ? kept.filter(f => f === wanted || others.includes(f)) : [...others, wanted]
}

function checkPreconditions(kind: Kind, name: string, meta: Readonly<ObjectMeta>, preconditions: DeleteOptions['preconditions']): void {
  const { uid, resourceVersion } = preconditions ?? {}
  // Upstream names the kind here, not the resource.
  const about = { group: kind.group, plural: kind.kind }
  if (uid !== undefined && uid !== meta.uid) {
    throw conflictError(about, name, `the UID in the precondition (${uid}) does not match the UID in record (${meta.uid}). ` +
      'The object might have been deleted and then recreated')
  }
  if (resourceVersion !== undefined && resourceVersion !== meta.resourceVersion) {
    throw conflictError(about, name, `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
      `(${meta.resourceVersion}). The object might have been modified`)
  }
}

/** The deletion fields at their place in upstream's order. */
function ordered(meta: ObjectMeta): ObjectMeta {
  const { deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences, finalizers, managedFields, ...head } = meta
  return Object.fromEntries(Object.entries({
    ...head, deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences, finalizers, managedFields,
  }).filter(([, value]) => value !== undefined)) as unknown as ObjectMeta
}
