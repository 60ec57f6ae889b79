import { resourceQuotas } from '../../api/kinds/core/resourcequotas.ts'
import type { ResourceList } from '../../api/pod-requests.ts'
import {
  canonicalQuantity, compareQuantities, formatQuantity, isNegativeQuantity, isZeroQuantity, subtractQuantities,
} from '../../api/quantity.ts'
import { addResources, quotaCovers, quotaEvaluator, type QuotaEvaluator } from '../../api/quota-usage.ts'
import type { Pod, ResourceQuota } from '../../api/schema/generated/types.ts'
import { CommitConflict } from '../store/store.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { refuse } from './refuse.ts'

/**
 * Nothing goes beyond the quotas of a namespace (ResourceQuota, 1.36). What a write costs is charged to the status of the quotas
 * before the write is stored, one write after the other in each namespace; the quota controller puts right what then fails.
 */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  validate(request, world) {
    const { namespace, kind } = request
    if (!namespace || !kind.namespaced) return
    const evaluator = quotaEvaluator(kind)
    if (!evaluator || !handles(request) || world.list(resourceQuotas, namespace).length === 0) return
    return oneByOne(world, namespace, () => charge(request, evaluator, world))
  },
}

/** Creates, and those updates that can change what an object costs. */
function handles({ operation, subresource, kind, object, old }: AdmissionRequest): boolean {
  if (operation === 'CREATE') return subresource === ''
  if (operation !== 'UPDATE' || kind.group !== '') return false
  const deadline = (pod: unknown) => ((pod as Pod | undefined)?.spec?.activeDeadlineSeconds ?? -1) >= 0
  if (kind.plural === 'pods') return subresource === 'resize' || (subresource === '' && deadline(object) !== deadline(old))
  return subresource === '' && (kind.plural === 'services' || kind.plural === 'persistentvolumeclaims')
}

const queues = new WeakMap<World, Map<string, Promise<void>>>()

/** Runs after all that was asked for in this namespace before. */
function oneByOne(world: World, namespace: string, act: () => Promise<void>): Promise<void> {
  let queue = queues.get(world)
  if (!queue) queues.set(world, queue = new Map())
  const turn = (queue.get(namespace) ?? Promise.resolve()).then(act, act)
  queue.set(namespace, turn)
  const forget = () => { if (queue.get(namespace) === turn) queue.delete(namespace) }
  turn.then(forget, forget)
  return turn
}

async function charge(request: AdmissionRequest, evaluator: QuotaEvaluator, world: World): Promise<void> {
  let quotas = world.list<ResourceQuota>(resourceQuotas, request.namespace)
  // Only the quota controller and other writers of the status can get in between.
  for (let attempt = 0; quotas.length > 0; attempt++) {
    const charged = plan(quotas, request, evaluator, world.clock.now())
    if (request.dryRun) return
    const overtaken = new Set<string>()
    for (const { quota, used } of charged) {
      try {
        await world.update(resourceQuotas, { ...quota, status: { ...quota.status, used } } as ResourceQuota)
      } catch (error) {
        if (!(error instanceof CommitConflict) || attempt >= 20) throw error
        overtaken.add(quota.metadata.name)
      }
    }
    quotas = world.list<ResourceQuota>(resourceQuotas, request.namespace).filter(quota => overtaken.has(quota.metadata.name))
  }
}

interface Charge { quota: Readonly<ResourceQuota>; used: Record<string, string> }

const pick = (list: ResourceList, names: readonly string[]) =>
  Object.fromEntries(names.filter(name => Object.hasOwn(list, name)).map(name => [name, list[name]]))
const print = (list: ResourceList) => Object.keys(list).sort().map(name => `${name}=${canonicalQuantity(list[name])}`).join(',')

/** The quotas that the request costs something of, with what is used then; throws 403 when one does not suffice. */
function plan(quotas: readonly Readonly<ResourceQuota>[], request: AdmissionRequest, evaluator: QuotaEvaluator,
  now: Date): Charge[] {
  const { object, old } = request
  const covering = quotas.filter(quota => quotaCovers(evaluator, quota, Object.keys(quota.status?.hard ?? {}), object!))
  for (const quota of covering) {
    const { name } = quota.metadata
    const restricted = evaluator.matchingResources(Object.keys(quota.status!.hard!))
    const missing = evaluator.missing?.(restricted, object!)
    if (missing) throw refuse(request, `failed quota: ${name}: ${missing}`)
    if (restricted.some(resource => quota.status?.used?.[resource] === undefined)) {
      throw refuse(request, `status unknown for quota: ${name}, resources: ${[...restricted].sort().join(',')}`)
    }
  }
  const cost = evaluator.usage(object!, now)
  const negative = Object.keys(cost).filter(name => isNegativeQuantity(cost[name])).sort()
  if (negative.length > 0) throw refuse(request, `quota usage is negative for resource(s): ${negative.join(',')}`)
  const before = old && evaluator.usage(old, now)

  return covering.flatMap(quota => {
    const { hard = {}, used = {} } = quota.status!
    // An object that this quota counted already costs only what it has grown by.
    const delta = before && quotaCovers(evaluator, quota, Object.keys(hard), old!) ? growth(cost, before) : cost
    const requested = pick(Object.fromEntries(Object.entries(delta).filter(([, amount]) => !isZeroQuantity(amount))),
      Object.keys(hard))
    if (Object.keys(requested).length === 0) return []
    const next = addResources(used, requested)
    const exceeded = Object.keys(requested).filter(name => compareQuantities(next[name], hard[name]) > 0)
    if (exceeded.length > 0 && request.subresource !== 'status') {
      throw refuse(request, `exceeded quota: ${quota.metadata.name}, requested: ${print(pick(requested, exceeded))}, ` +
        `used: ${print(pick(used, exceeded))}, limited: ${print(pick(hard, exceeded))}`)
    }
    return [{ quota, used: next }]
  })
}

function growth(after: ResourceList, before: ResourceList): Record<string, string> {
  return Object.fromEntries(Object.entries(after).map(([name, amount]) => {
    const more = Object.hasOwn(before, name) ? subtractQuantities(amount, before[name]) : undefined
    return [name, more === undefined ? amount : isNegativeQuantity(more) ? '0' : formatQuantity(more)]
  }))
}
