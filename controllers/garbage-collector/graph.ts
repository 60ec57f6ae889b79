import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { keyOf, type KubeObject, type ObjectMeta, type OwnerReference } from '../../api/object.ts'
import { same } from '../../api/edit.ts'
import type { Informer, Informers } from '../../client/informer.ts'
import { RecentMap } from '../../client/recent-map.ts'

export const foregroundFinalizer = 'foregroundDeletion', orphanFinalizer = 'orphan'

export const isWaitingForDependents = ({ metadata }: Readonly<KubeObject>): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(foregroundFinalizer) ?? false)
export const isOrphaning = ({ metadata }: Readonly<KubeObject>): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(orphanFinalizer) ?? false)

/** An object with its kind: a node of the graph. */
export interface Node { kind: Kind; object: Readonly<KubeObject> }

/** Events own nothing and are owned by nothing; what is stored as another kind is there under that one already. */
const isCollected = ({ plural, storedAs, verbs }: Kind) => plural !== 'events' && !storedAs
  && (['list', 'watch', 'delete'] as const).every(verb => !verbs || verbs.includes(verb))

/** Who owns whom, over all kinds that are served: kept in the indices of the informers, which others use as well. */
export class OwnerGraph {
  #informers: Informers
  #changed: (key: string) => void
  #watched = new Map<string, { kind: Kind; informer: Informer; leave: () => void }>()
  #byUid = new Map<string, { kind: Kind; key: string }>()
  #gone = new RecentMap<true>(500)

  constructor(informers: Informers, changed: (key: string) => void) {
    this.#informers = informers
    this.#changed = changed
  }

  /** Starts to watch kinds that are new and leaves those that are no longer served. */
  async follow(kinds: readonly Kind[]): Promise<void> {
    const served = new Map(kinds.filter(isCollected).map(kind => [nameOf(kind), kind]))
    for (const [name, { kind, leave }] of this.#watched) {
      if (served.get(name) === kind) continue
      leave()
      this.#watched.delete(name)
      this.#informers.drop(kind)
    }
    await Promise.all([...served].filter(([name]) => !this.#watched.has(name)).map(async ([name, kind]) => {
      const informer = this.#informers.of(kind)
      informer.index('ownerUid', object => object.metadata.ownerReferences?.map(owner => owner.uid) ?? [])
      this.#watched.set(name, { kind, informer, leave: () => {} })
      await informer.ready
      const entry = this.#watched.get(name)
      if (entry) entry.leave = informer.onChange((type, object, old) => this.#observe(kind, type === 'deleted', object, old))
    }))
  }

  stop(): void { for (const { leave } of this.#watched.values()) leave() }

  find(uid: string): Node | undefined {
    const place = this.#byUid.get(uid)
    const object = place && this.#watched.get(nameOf(place.kind))?.informer.get(place.key)
    return object?.metadata.uid === uid ? { kind: place!.kind, object } : undefined
  }

  /** Whether an object with this uid was seen to go: no other will ever have it, so there is no need to ask for it. */
  isGone(uid: string): boolean { return this.#gone.get(uid) === true }

  dependentsOf(uid: string): Node[] {
    const found: Node[] = []
    for (const { kind, informer } of this.#watched.values()) {
      for (const object of informer.byIndex('ownerUid', uid)) found.push({ kind, object })
    }
    return found
  }

  kindOf({ apiVersion, kind }: Pick<OwnerReference, 'apiVersion' | 'kind'>): Kind | undefined {
    return [...this.#watched.values()].find(each => each.kind.kind === kind && apiVersionOf(each.kind) === apiVersion)?.kind
  }

  /** What may have become due: an object that lost an owner, one that waits for others, one that nobody owned ever. */
  #observe(kind: Kind, isDeleted: boolean, object: Readonly<KubeObject>, old: Readonly<KubeObject> | undefined): void {
    const { uid, ownerReferences = [] } = object.metadata
    if (isDeleted || (old && old.metadata.uid !== uid)) this.#forget(isDeleted ? object : old!)
    if (isDeleted) return
    this.#byUid.set(uid, { kind, key: keyOf(object) })
    const waits = isWaitingForDependents(object)
    if (old && !isOfInterest(old.metadata, object.metadata)) return
    if (waits || isOrphaning(object)) this.#changed(uid)
    else if (ownerReferences.some(owner => this.#isDoubtful(owner, object))) this.#changed(uid)
    else if (old && old.metadata.ownerReferences?.length !== ownerReferences.length) this.#changed(uid)
    if (waits && !(old && isWaitingForDependents(old))) this.#wakeDependents(uid)
    // An owner in foreground deletion may have waited for this very reference.
    for (const owner of old?.metadata.ownerReferences ?? []) this.#wakeWaiting(owner)
  }

  #forget(object: Readonly<KubeObject>): void {
    const { uid, ownerReferences = [] } = object.metadata
    this.#byUid.delete(uid)
    this.#gone.set(uid, true)
    this.#wakeDependents(uid)
    for (const owner of ownerReferences) this.#wakeWaiting(owner)
  }

  #wakeDependents(uid: string): void { for (const { object } of this.dependentsOf(uid)) this.#changed(object.metadata.uid) }

  #wakeWaiting({ uid }: OwnerReference): void {
    const owner = this.find(uid)
    if (owner && isWaitingForDependents(owner.object)) this.#changed(uid)
  }

  /** An owner that is not known, waits for its dependents, or is another than the reference says. */
  #isDoubtful(owner: OwnerReference, dependent: Readonly<KubeObject>): boolean {
    const node = this.find(owner.uid)
    return !node || isWaitingForDependents(node.object) || !isAt(node, owner, dependent)
  }
}

/** Whether a reference names this object as it is: kind, name, and a namespace that it can mean. */
export function isAt({ kind, object }: Node, owner: OwnerReference, dependent: Readonly<KubeObject>): boolean {
  const group = owner.apiVersion.includes('/') ? owner.apiVersion.split('/')[0] : ''
  return object.metadata.name === owner.name && kind.kind === owner.kind && kind.group === group
    && (!kind.namespaced || object.metadata.namespace === dependent.metadata.namespace)
}

/** Whether an update says anything new about owners or about a deletion. */
const isOfInterest = (old: ObjectMeta, now: ObjectMeta) => !same(old.ownerReferences ?? [], now.ownerReferences ?? [])
  || !same(old.finalizers, now.finalizers) || old.deletionTimestamp !== now.deletionTimestamp

const nameOf = (kind: Kind) => `${kind.group}/${kind.version}/${kind.plural}`
