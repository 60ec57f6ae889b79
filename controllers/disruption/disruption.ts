import { timestamp } from '../../api/clock.ts'
import { edit, same } from '../../api/edit.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { podDisruptionBudgets } from '../../api/kinds/policy/poddisruptionbudgets.ts'
import type { Kind } from '../../api/kind.ts'
import { keyOf } from '../../api/object.ts'
import { getPodCondition, isPodReady, isPodTerminal, withPodCondition } from '../../api/pod-state.ts'
import type {
  Condition, LabelSelector, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus,
} from '../../api/schema/generated/types.ts'
import { labelSelectorMatches } from '../../api/selectors.ts'
import { isConflict } from '../../api/status.ts'
import { expectedPods } from './expected-pods.ts'
import { watching, type Controller, type Outcome, type Tools } from '../runtime/controller.ts'

/** For so long a pod that was let go counts as going; after that its budget gets the disruption back (1.36). */
const deletionTimeout = 2 * 60_000
/** For so long a pod that is said to be going may stay. */
const staleAfter = 2 * 60_000

type Budget = Readonly<PodDisruptionBudget>
const podPrefix = 'pod:'

/**
 * Says of each budget how many disruptions it allows (pkg/controller/disruption, 1.36); evictions use them up. Keys are budgets,
 * and pods that were to be disrupted and were not.
 */
export function disruptionController(kinds: () => readonly Kind[]): Controller {
  return {
    name: 'disruption-controller',
    component: 'controllermanager',
    workers: 1,
    watches: [
      watching(podDisruptionBudgets, budget => [keyOf(budget)]),
      watching(pods, (pod, tools) => budgetsOf(pod, tools).map(keyOf), (type, pod, _old, tools) => {
        const budgets = budgetsOf(pod, tools)
        if (budgets.length > 1) {
          tools.recorder.record(pod, 'Warning', 'MultiplePodDisruptionBudgets', `Pod "${pod.metadata.namespace}"/"${
            pod.metadata.name}" matches multiple PodDisruptionBudgets.  Chose "${budgets[0].metadata.name}" arbitrarily.`)
        }
        const wait = type === 'deleted' ? undefined : msUntilStale(pod, tools.clock.now())
        if (wait !== undefined) return [podPrefix + keyOf(pod), wait]
      }),
    ],
    async reconcile(key, tools) {
      if (key.startsWith(podPrefix)) return await resetStaleCondition(key.slice(podPrefix.length), tools)
      const budget = tools.informers.of(podDisruptionBudgets).get(key)
      if (!budget) return
      try {
        return await sync(budget, kinds(), tools)
      } catch (error) {
        if (isConflict(error)) throw error
        await write(budget, failed(budget, (error as Error).message, tools.clock.now()), tools)
      }
    },
  }
}

function budgetsOf(pod: Readonly<Pod>, { informers }: Tools): Budget[] {
  return informers.of(podDisruptionBudgets).list(pod.metadata.namespace).filter(budget => {
    try { return labelSelectorMatches(budget.spec.selector, pod.metadata.labels) } catch { return false }
  })
}

async function sync(budget: Budget, kinds: readonly Kind[], tools: Tools): Promise<Outcome> {
  const { informers, clock, recorder } = tools, { selector } = budget.spec
  const covered = informers.of(pods).list(budget.metadata.namespace)
    .filter(pod => labelSelectorMatches(selector, pod.metadata.labels))
  if (covered.length === 0) recorder.record(budget, 'Normal', 'NoPods', 'No matching pods found')

  const { expected, desired, unmanaged } = await healthWanted(budget, covered, kinds, tools)
  if (unmanaged) {
    recorder.record(budget, 'Warning', 'UnmanagedPods', `Pods selected by this PodDisruptionBudget (selector: ${
      printSelector(selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated `
      + 'correctly, which may result in undefined behavior. '
      + 'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.')
  }
  const now = clock.now(), disrupted = stillDisrupted(budget, covered, tools)
  const isStaying = ({ metadata: { name, deletionTimestamp } }: Readonly<Pod>) => !deletionTimestamp && !disrupted.has(name)
  const currentHealthy = covered.filter(pod => isStaying(pod) && isPodReady(pod)).length
  const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desired)
  const observedGeneration = budget.metadata.generation ?? 0
  await write(budget, {
    ...(disrupted.size > 0 ? { disruptedPods: Object.fromEntries(disrupted) } : {}),
    conditions: withCondition(budget.status?.conditions, {
      type: 'DisruptionAllowed', status: disruptionsAllowed > 0 ? 'True' : 'False', observedGeneration,
      reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods', message: '',
    }, now),
    currentHealthy, desiredHealthy: desired, disruptionsAllowed, expectedPods: expected, observedGeneration,
  }, tools)
  const waits = [...disrupted.values()].map(time => Date.parse(time) + deletionTimeout - now.getTime())
  // One millisecond more, so that the time is over when it is looked at.
  if (waits.length > 0) return { againAfterMs: Math.max(0, Math.min(...waits)) + 1 }
}

/** How many pods the budget is about, and how many of them must be healthy. */
async function healthWanted(budget: Budget, covered: readonly Readonly<Pod>[], kinds: readonly Kind[], tools: Tools) {
  const { minAvailable, maxUnavailable } = budget.spec
  if (maxUnavailable === undefined && typeof minAvailable === 'number') {
    return { expected: covered.length, desired: minAvailable, unmanaged: false }
  }
  if (maxUnavailable === undefined && minAvailable === undefined) return { expected: 0, desired: 0, unmanaged: false }
  try {
    const { count: expected, unmanaged } = await expectedPods(covered, kinds, tools)
    const desired = maxUnavailable === undefined ? scaledUp(minAvailable!, expected)
      : Math.max(0, expected - scaledUp(maxUnavailable, expected))
    return { expected, desired, unmanaged }
  } catch (error) {
    tools.recorder.record(budget, 'Warning', 'CalculateExpectedPodCountFailed',
      `Failed to calculate the number of expected pods: ${(error as Error).message}`)
    throw error
  }
}

const scaledUp = (value: number | string, total: number): number =>
  (typeof value === 'number' ? value : Math.ceil(Number(value.slice(0, -1)) * total / 100))

/** Pods that were let go and are not yet seen to go, with the time of it. */
function stillDisrupted(budget: Budget, covered: readonly Readonly<Pod>[], { clock, recorder }: Tools): Map<string, string> {
  const since = budget.status?.disruptedPods ?? {}, still = new Map<string, string>(), now = clock.now().getTime()
  for (const pod of covered) {
    const { name, namespace, deletionTimestamp } = pod.metadata
    if (deletionTimestamp || !Object.hasOwn(since, name)) continue
    if (Date.parse(since[name]) + deletionTimeout >= now) still.set(name, since[name])
    else {
      // Upstream names the namespace twice.
      recorder.record(pod, 'Warning', 'NotDeleted',
        `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`)
    }
  }
  return still
}

/** When nothing can be said for sure, nothing is allowed. */
function failed({ status }: Budget, message: string, now: Date): PodDisruptionBudgetStatus {
  return {
    currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...status, disruptionsAllowed: 0,
    conditions: withCondition(status?.conditions, {
      type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message,
      observedGeneration: status?.observedGeneration ?? 0,
    }, now),
  }
}

/** The conditions with this one in place of the one of its type (api/meta SetStatusCondition). */
function withCondition(
  conditions: readonly Condition[] = [], next: Omit<Condition, 'lastTransitionTime'>, now: Date,
): Condition[] {
  const old = conditions.find(each => each.type === next.type)
  const condition = { ...next, lastTransitionTime: old?.status === next.status ? old.lastTransitionTime : timestamp(now) }
  return old ? conditions.map(each => (each === old ? condition : each)) : [...conditions, condition]
}

async function write(budget: Budget, status: PodDisruptionBudgetStatus, { client }: Tools): Promise<void> {
  if (same(status, budget.status)) return
  const next = edit(budget as PodDisruptionBudget, draft => { draft.status = status })
  await client.update(podDisruptionBudgets, next, { subresource: 'status' })
}

/** Go's way to print a selector, for the message that holds one. */
function printSelector(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil'
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`).join('')
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
    `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`).join('')
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`
}

/** Milliseconds until the claim that this pod is going is no longer believed, undefined when there is none. */
function msUntilStale(pod: Readonly<Pod>, now: Date): number | undefined {
  const condition = getPodCondition(pod.status, 'DisruptionTarget')
  // The kubelet's own terminations may take as long as they take.
  if (pod.metadata.deletionTimestamp || condition?.status !== 'True' || condition.reason === 'TerminationByKubelet'
    || isPodTerminal(pod)) return undefined
  return Math.max(0, Date.parse(condition.lastTransitionTime ?? '') + staleAfter - now.getTime())
}

async function resetStaleCondition(key: string, { client, informers, clock }: Tools): Promise<Outcome> {
  const pod = informers.of(pods).get(key), now = clock.now()
  const wait = pod && msUntilStale(pod, now)
  if (wait === undefined) return
  if (wait > 0) return { againAfterMs: wait }
  const { generation } = pod!.metadata
  await client.update(pods, edit(pod as Pod, draft => {
    draft.status!.conditions = withPodCondition(pod!.status?.conditions, {
      type: 'DisruptionTarget', status: 'False', ...(generation ? { observedGeneration: generation } : {}),
    }, timestamp(now))
  }), { subresource: 'status' })
}
