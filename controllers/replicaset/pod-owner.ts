import { edit, same } from '../../api/edit.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import type { Kind } from '../../api/kind.ts'
import { controllerOf, keyOf } from '../../api/object.ts'
import { isPodActive, isPodReady, isPodTerminal, msUntilAvailable } from '../../api/pod-state.ts'
import { labelSelectorMatches } from '../../api/selectors.ts'
import type { LabelSelector, Pod } from '../../api/schema/generated/types.ts'
import { isConflict, isNotFound } from '../../api/status.ts'
import { claim, controllerReference, orphansOf, ownerIndex } from '../claim.ts'
import { createPod, deletePod, slowStart } from '../pod-control.ts'
import { podsToDelete } from './pods-to-delete.ts'
import { statusOf, type PodOwner } from './status.ts'
import { watching, type Controller, type Outcome, type Tools } from '../runtime/controller.ts'
import { Expectations } from '../runtime/expectations.ts'
import { Pace } from '../runtime/pace.ts'
import { isNamespaceGone } from '../runtime/run.ts'

/** How many pods one look may create or delete at most (replica_set.go BurstReplicas, 1.36). */
const burst = 500

/** What ReplicaSets and ReplicationControllers do differently. */
export interface PodOwnerKind<T extends PodOwner> {
  name: string
  /** The source of its events, where that is not its name. */
  component?: string
  kind: Kind<T>
  selectorOf(owner: Readonly<T>): LabelSelector
  hasTerminatingReplicas: boolean
}

/** Keeps as many pods of one template as are wanted. Follows pkg/controller/replicaset of 1.36. */
export function podOwnerController<T extends PodOwner>(facts: PodOwnerKind<T>): Controller {
  const { kind } = facts
  let expectations: Expectations
  const pace = new Pace(50)
  const ownerOf = (pod: Readonly<Pod>, { informers }: Tools) => {
    const reference = controllerOf(pod)
    if (reference?.kind !== kind.kind) return undefined
    const owner = informers.of(kind).get(`${pod.metadata.namespace}/${reference.name}`)
    return owner?.metadata.uid === reference.uid ? owner : undefined
  }
  return {
    name: facts.name,
    component: facts.component,
    prepare({ informers, clock }) {
      expectations = new Expectations(clock)
      informers.of(pods).index('owner', ownerIndex)
      informers.of(kind).index('owner', ownerIndex)
    },
    watches: [
      watching(kind, owner => [keyOf(owner)], (type, owner, old) => {
        if (type === 'deleted' || (old && old.metadata.uid !== owner.metadata.uid)) expectations.forget(keyOf(owner))
        if (type === 'deleted') pace.forget(keyOf(owner))
      }),
      watching(pods, (pod, tools) => {
        if (!controllerOf(pod)) {
          return tools.informers.of(kind).list(pod.metadata.namespace)
            .filter(owner => labelSelectorMatches(facts.selectorOf(owner), pod.metadata.labels)).map(keyOf)
        }
        const owner = ownerOf(pod, tools)
        return owner ? [keyOf(owner)] : []
      }, (type, pod, old, tools) => {
        const owner = ownerOf(pod, tools)
        if (!owner) return
        if (type === 'deleted' || pod.metadata.deletionTimestamp) expectations.deletionSeen(keyOf(owner), pod.metadata.uid)
        else if (type === 'added') expectations.creationSeen(keyOf(owner))
        const { minReadySeconds = 0 } = owner.spec
        if (old && minReadySeconds > 0 && !isPodReady(old) && isPodReady(pod)) return [keyOf(owner), minReadySeconds * 1000]
      }),
    ],
    async reconcile(key, tools) {
      const owner = tools.informers.of(kind).get(key)
      if (!owner) return expectations.forget(key)
      const againAfterMs = pace.wait(key, owner.spec.replicas ?? 1, tools.clock.now())
      return againAfterMs > 0 ? { againAfterMs } : await sync(facts, owner, expectations, tools)
    },
  }
}

async function sync<T extends PodOwner>(
  facts: PodOwnerKind<T>, owner: Readonly<T>, expectations: Expectations, tools: Tools,
): Promise<Outcome> {
  const { client, informers, clock } = tools, { uid, namespace, deletionTimestamp } = owner.metadata
  const isSettled = expectations.satisfied(keyOf(owner)), selector = facts.selectorOf(owner)
  const own = informers.of(pods).byIndex('owner', uid), orphans = informers.of(pods).byIndex('owner', orphansOf(namespace))
  const active = await claim(client, facts.kind, owner, pods, selector, [...own, ...orphans].filter(isPodActive))
  const terminating = own.filter(pod => isTerminating(pod) && labelSelectorMatches(selector, pod.metadata.labels)).length

  let failure: unknown
  if (isSettled && !deletionTimestamp) {
    failure = await manageReplicas(facts, owner, active, expectations, tools)
  }
  const now = clock.now(), status = statusOf(owner, active, facts.hasTerminatingReplicas ? terminating : undefined, failure, now)
  await writeStatus(facts, owner, status, tools)
  if (failure !== undefined) throw failure
  const { minReadySeconds = 0 } = owner.spec
  if (minReadySeconds === 0 || (status.readyReplicas ?? 0) === (status.availableReplicas ?? 0)) return
  const waits = active.map(pod => msUntilAvailable(pod, minReadySeconds, now) ?? 0).filter(ms => ms > 0)
  return { againAfterMs: waits.length > 0 ? Math.min(...waits) : minReadySeconds * 1000 }
}

const isTerminating = (pod: Readonly<Pod>) => !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined

/** Creates or deletes what is missing or too many; gives back the first error. */
async function manageReplicas<T extends PodOwner>(
  { kind }: PodOwnerKind<T>, owner: Readonly<T>, active: readonly Readonly<Pod>[], expectations: Expectations, tools: Tools,
): Promise<unknown> {
  const key = keyOf(owner), diff = active.length - (owner.spec.replicas ?? 1)
  if (diff < 0) {
    const count = Math.min(-diff, burst), reference = controllerReference(kind, owner)
    expectations.expectCreations(key, count)
    const { succeeded, error } = await slowStart(count, () => createPod(owner, owner.spec.template!, reference, tools)
      .catch(failure => { if (!isNamespaceGone(failure)) throw failure }))
    for (let skipped = count - succeeded; skipped > 0; skipped--) expectations.creationSeen(key)
    return error
  }
  if (diff === 0) return undefined
  const doomed = podsToDelete(active, Math.min(diff, burst), relatedPods(kind, owner, tools), tools.clock.now())
  expectations.expectDeletions(key, doomed.map(pod => pod.metadata.uid))
  let first: unknown
  await Promise.all(doomed.map(pod => deletePod(owner, pod, tools).catch(error => {
    expectations.deletionSeen(key, pod.metadata.uid)
    if (!isNotFound(error)) first ??= error
  })))
  return first
}

/** The pods of all owners with the same owner: those of the whole deployment. */
function relatedPods<T extends PodOwner>(kind: Kind<T>, owner: Readonly<T>, { informers }: Tools): Readonly<Pod>[] {
  const controller = controllerOf(owner)
  const siblings = controller ? informers.of(kind).byIndex('owner', controller.uid) : [owner]
  return siblings.flatMap(each => informers.of(pods).byIndex('owner', each.metadata.uid))
}

/** As upstream, a conflict is answered with one more try on the object as it is now. */
async function writeStatus<T extends PodOwner>(
  { kind }: PodOwnerKind<T>, owner: Readonly<T>, status: NonNullable<T['status']>, { client }: Tools,
): Promise<void> {
  if (same(status, owner.status)) return
  const write = (base: T) => client.update<T>(kind, edit<T>(base, draft => { draft.status = status }), { subresource: 'status' })
  try {
    await write(owner as T)
  } catch (error) {
    if (!isConflict(error)) throw error
    await write(await client.get(kind, owner.metadata.name, owner.metadata.namespace))
  }
}
