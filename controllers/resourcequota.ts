import { edit } from '../api/edit.ts'
import { resourceQuotas } from '../api/kinds/core/resourcequotas.ts'
import type { Kind } from '../api/kind.ts'
import { keyOf, type KubeObject } from '../api/object.ts'
import type { ResourceList } from '../api/pod-requests.ts'
import { compareQuantities } from '../api/quantity.ts'
import { addResources, quotaCovers, quotaEvaluator, type QuotaEvaluator } from '../api/quota-usage.ts'
import type { ResourceQuota } from '../api/schema/generated/types.ts'
import type { Informers } from '../client/informer.ts'
import type { Controller, Outcome, Tools } from './runtime/controller.ts'
import { Pace } from './runtime/pace.ts'
import type { WorkQueue } from './runtime/work-queue.ts'

/** kube-controller-manager's --resource-quota-sync-period, and how often upstream looks for new kinds (1.36). */
const resyncEvery = 5 * 60_000, lookForKindsEvery = 30_000

/** For so long after a count an object that comes up may have been charged by admission and not been counted. */
const unsettledFor = 1000

interface Counted { kind: Kind; evaluator: QuotaEvaluator }

/**
 * Counts what each quota of a namespace has in use (pkg/controller/resourcequota, 1.36). Admission charges new objects by itself;
 * this puts the numbers right when something goes, costs another amount than before, or the quota itself changes.
 */
export function resourceQuotaController(kinds: () => readonly Kind[]): Controller {
  const pace = new Pace(50)
  const countedAt = new Map<string, number>()
  let watcher: Watcher
  return {
    name: 'resourcequota-controller',
    watches: [],
    start({ informers, clock }, queue) {
      watcher = new Watcher(informers, queue, () => clock.now(), key => countedAt.get(key) ?? -Infinity)
      const leave = informers.of(resourceQuotas).onChange((type, quota, old) => {
        if (type === 'deleted') countedAt.delete(keyOf(quota))
        if (type !== 'updated' || !sameAmounts(quota.spec.hard, old!.spec.hard)) queue.add(keyOf(quota))
      })
      return () => { leave(); watcher.stop() }
    },
    async reconcile(key, tools) {
      const quota = tools.informers.of(resourceQuotas).get(key)
      if (!quota) return pace.forget(key)
      const names = Object.keys(quota.spec.hard ?? {}), counted = countedKinds(kinds(), names)
      await watcher.follow(counted)
      await chargedObjectsAreSeen()
      const objects = counted.map(({ kind }) => tools.informers.of(kind).list(quota.metadata.namespace))
      const now = tools.clock.now(), count = objects.reduce((sum, list) => sum + list.length, 0)
      const wait = pace.wait(key, count, now)
      if (wait > 0) return { againAfterMs: wait }
      countedAt.set(key, now.getTime())
      return await sync(quota, counted, objects, tools)
    },
  }
}

/**
 * Admission charges a quota just before the object is stored. After this, whatever the quota at hand has been charged for is in
 * the copies as well, so that it is not counted away; a later charge makes the write conflict.
 */
async function chargedObjectsAreSeen(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** The kinds of which these resources count anything. */
function countedKinds(kinds: readonly Kind[], names: readonly string[]): Counted[] {
  const isCountable = ({ namespaced, storedAs, verbs }: Kind) => namespaced && !storedAs
    && (['list', 'watch', 'delete'] as const).every(verb => !verbs || verbs.includes(verb))
  return kinds.filter(isCountable).flatMap(kind => {
    const evaluator = quotaEvaluator(kind)
    return evaluator && evaluator.matchingResources(names).length > 0 ? [{ kind, evaluator }] : []
  })
}

async function sync(quota: Readonly<ResourceQuota>, counted: readonly Counted[], objects: readonly Readonly<KubeObject>[][],
  { client, clock }: Tools): Promise<Outcome> {
  const hard: ResourceList = quota.spec.hard ?? {}, names = Object.keys(hard)
  const usage = countUsage(quota, counted, objects, clock.now())
  const isKnown = (name: string) => Object.hasOwn(usage, name)
  // What nobody counts keeps the number that somebody has written.
  const used = Object.fromEntries(names.flatMap(name => {
    const amount = isKnown(name) ? usage[name] : quota.status?.used?.[name]
    return amount === undefined ? [] : [[name, amount]]
  }))
  const { status } = quota
  if (!status?.hard || !status.used || !sameAmounts(hard, status.hard) || !sameAmounts(used, status.used)) {
    const next = edit(quota as ResourceQuota, draft => { draft.status = { hard: { ...hard }, used } })
    await client.update(resourceQuotas, next, { subresource: 'status' })
  }
  // A kind may be served later.
  return { againAfterMs: names.every(isKnown) ? resyncEvery : lookForKindsEvery }
}

/** What all objects that the quota covers cost together, by the names of its resources; 0 where there are none. */
function countUsage(quota: Readonly<ResourceQuota>, counted: readonly Counted[], objects: readonly Readonly<KubeObject>[][],
  now: Date): Record<string, string> {
  const names = Object.keys(quota.spec.hard ?? {})
  return counted.reduce<Record<string, string>>((total, { evaluator }, i) => {
    const own = evaluator.matchingResources(names)
    const zeros = Object.fromEntries(own.map(name => [name, '0']))
    const used = objects[i].filter(object => quotaCovers(evaluator, quota, own, object)).reduce((sum, object) => {
      const cost = evaluator.usage(object, now)
      return addResources(sum, Object.fromEntries(own.filter(name => Object.hasOwn(cost, name)).map(name => [name, cost[name]])))
    }, zeros)
    return addResources(total, used)
  }, {})
}

function sameAmounts(a: ResourceList = {}, b: ResourceList = {}): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length
    && names.every(name => Object.hasOwn(b, name) && compareQuantities(a[name], b[name]) === 0)
}

/** Watches the kinds that quotas count, from the first quota on that names one; queues the quotas that a change concerns. */
class Watcher {
  #informers: Informers
  #queue: Pick<WorkQueue, 'add'>
  #now: () => Date
  #countedAt: (key: string) => number
  #leave = new Map<Kind, () => void>()

  constructor(informers: Informers, queue: Pick<WorkQueue, 'add'>, now: () => Date, countedAt: (key: string) => number) {
    this.#informers = informers
    this.#queue = queue
    this.#now = now
    this.#countedAt = countedAt
  }

  /** Resolves when the copies of these kinds are whole. */
  async follow(counted: readonly Counted[]): Promise<void> {
    for (const { kind, evaluator } of counted) {
      const informer = this.#informers.of(kind)
      if (!informer.isReady) await informer.ready
      if (this.#leave.has(kind)) continue
      this.#leave.set(kind, informer.onChange((type, object, old) =>
        this.#observe(evaluator, type === 'deleted', object, old)))
    }
  }

  stop(): void { for (const leave of this.#leave.values()) leave() }

  #observe(evaluator: QuotaEvaluator, isDeleted: boolean, object: Readonly<KubeObject>, old?: Readonly<KubeObject>): void {
    const now = this.#now()
    for (const quota of this.#informers.of(resourceQuotas).list(object.metadata.namespace)) {
      const hard = Object.keys(quota.status?.hard ?? {})
      if (evaluator.matchingResources(hard).length === 0) continue
      const isDue = isDeleted || (old
        ? changesCost(evaluator, quota, hard, object, old, now)
        : now.getTime() - this.#countedAt(keyOf(quota)) < unsettledFor)
      if (isDue) this.#queue.add(keyOf(quota))
    }
  }
}

function changesCost(evaluator: QuotaEvaluator, quota: Readonly<ResourceQuota>, hard: readonly string[],
  object: Readonly<KubeObject>, old: Readonly<KubeObject>, now: Date): boolean {
  return quotaCovers(evaluator, quota, hard, object) !== quotaCovers(evaluator, quota, hard, old)
    || !sameAmounts(evaluator.usage(object, now), evaluator.usage(old, now))
}
