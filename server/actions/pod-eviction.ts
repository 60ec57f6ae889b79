import { timestamp } from '../../api/clock.ts'
import { edit } from '../../api/edit.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { podDisruptionBudgets } from '../../api/kinds/policy/poddisruptionbudgets.ts'
import { isPodReady, withPodCondition } from '../../api/pod-state.ts'
import type { Eviction, Pod, PodDisruptionBudget } from '../../api/schema/generated/types.ts'
import { labelSelectorMatches } from '../../api/selectors.ts'
import {
  badRequest, conflictError, forbiddenError, isConflict, notFoundError, StatusError, tooManyRequests,
} from '../../api/status.ts'
import { parseDeleteOptions, type DeleteOptions } from '../options.ts'
import { checkNamespace } from '../resources/lifecycle.ts'
import type { Action, ActionRequest, ActionTools } from './action.ts'
import { admitBelow, isDryRun } from './admit.ts'
import { created } from './answers.ts'
import { changeStored } from './change-stored.ts'

const evictionKind = (version: string) => ({ group: 'policy', version, kind: 'Eviction', schema: 'policy.v1.Eviction' })

/** Deletes a pod if its disruption budget lets it go (registry/core/pod/storage EvictionREST, 1.36). */
export const podEviction: Action = {
  group: '', version: 'v1', plural: 'pods', subresource: 'eviction', namespaced: true,
  kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'],
  async run(request, tools) {
    const eviction = await readEviction(request, tools), name = request.name ?? ''
    checkNamespace(pods, eviction, request.namespace)
    if (eviction.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object')
    const options = deleteOptionsOf(eviction, isDryRun(request))
    await admitBelow(request, pods, name, eviction, tools)

    for (let attempt = 0; ; attempt++) {
      const pod = tools.world.get(pods, name, request.namespace)
      if (!pod) throw notFoundError(pods, name)
      try {
        const guarded = isGuarded(pod) ? budgetOf(pod, tools) : undefined
        const safe = guarded === undefined || isUnhealthyAndFree(pod, guarded)
        if (guarded && !safe) await takeDisruption(guarded, name, options.dryRun, tools)
        // What was decided on this state of the pod must not befall another.
        const preconditions = safe && guarded ? { ...options.preconditions, resourceVersion: pod.metadata.resourceVersion }
          : options.preconditions
        await removePod(request, name, { ...options, ...(preconditions ? { preconditions } : {}) }, tools)
        return created()
      } catch (error) {
        if (!isConflict(error) || options.preconditions || attempt >= 20) throw error
      }
    }
  },
}

/** Both versions of the body are taken; they mean the same. */
async function readEviction(request: ActionRequest, tools: ActionTools): Promise<Eviction> {
  try {
    return await tools.readBody(request, evictionKind('v1')) as Eviction
  } catch (error) {
    try { return await tools.readBody(request, evictionKind('v1beta1')) as Eviction } catch { throw error }
  }
}

function deleteOptionsOf({ deleteOptions = {} }: Eviction, dryRun: boolean): DeleteOptions {
  const options = parseDeleteOptions(new URLSearchParams(), deleteOptions as Record<string, unknown>)
  return { ...options, dryRun: dryRun || options.dryRun }
}

/** A pod that does not run yet or any more disrupts nothing. */
const isGuarded = (pod: Readonly<Pod>) =>
  !['Succeeded', 'Failed', 'Pending'].includes(pod.status?.phase ?? '') && pod.metadata.deletionTimestamp === undefined

function budgetOf(pod: Readonly<Pod>, { world }: ActionTools): Readonly<PodDisruptionBudget> | undefined {
  const budgets = world.list<PodDisruptionBudget>(podDisruptionBudgets, pod.metadata.namespace).filter(({ spec }) => {
    try { return labelSelectorMatches(spec?.selector, pod.metadata.labels) } catch { return false }
  })
  if (budgets.length > 1) {
    throw new StatusError(500, '',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.')
  }
  return budgets[0]
}

/** A pod that is not ready costs no disruption, if the policy says so or the application is well without it. */
function isUnhealthyAndFree(pod: Readonly<Pod>, { spec, status }: Readonly<PodDisruptionBudget>): boolean {
  if (isPodReady(pod)) return false
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const desired = status?.desiredHealthy ?? 0
  return desired > 0 && (status?.currentHealthy ?? 0) >= desired
}

const cannotEvict = (retryAfterSeconds: number, cause: string) =>
  tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds,
    [{ reason: 'DisruptionBudget', message: cause }])

/** Uses up one of the disruptions that the budget allows; throws 429 when there is none. */
async function takeDisruption(budget: Readonly<PodDisruptionBudget>, podName: string, dryRun: boolean,
  { world, clock }: ActionTools): Promise<void> {
  await changeStored(world, podDisruptionBudgets, budget.metadata.name, budget.metadata.namespace, dryRun, live => {
    const { metadata: { name, generation = 0 }, status } = live
    const allowed = status?.disruptionsAllowed ?? 0
    if ((status?.observedGeneration ?? 0) < generation) {
      throw cannotEvict(10, `The disruption budget ${name} is still being processed by the server.`)
    }
    if (allowed < 0) {
      throw forbiddenError({ group: 'policy', plural: 'poddisruptionbudget' }, name, 'pdb disruptions allowed is negative')
    }
    if (Object.keys(status?.disruptedPods ?? {}).length > 2000) {
      throw forbiddenError({ group: 'policy', plural: 'poddisruptionbudget' }, name,
        'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
    }
    if (allowed === 0) throw cannotEvict(0, whyNone(live))
    return edit(live, draft => {
      draft.status!.disruptionsAllowed = allowed - 1
      draft.status!.disruptedPods = { ...status?.disruptedPods, [podName]: timestamp(clock.now()) }
    })
  })
}

function whyNone({ metadata: { name }, status }: Readonly<PodDisruptionBudget>): string {
  const condition = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed')
  const current = status?.currentHealthy ?? 0, desired = status?.desiredHealthy ?? 0
  const denied = condition?.status === 'False' && condition.message ? condition : undefined
  if (denied?.reason === 'SyncFailed') {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${denied.message}`
  }
  if (current <= desired) return `The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`
  const currently = `The disruption budget ${name} does not allow evicting pods currently`
  return denied ? `${currently} (${denied.reason}): ${denied.message}` : currently
}

const evicted = {
  type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting',
} as const

/** Says on the pod why it goes, then deletes it. */
async function removePod(request: ActionRequest, name: string, options: DeleteOptions,
  { world, clock, deletion }: ActionTools): Promise<void> {
  const { namespace, user, warnings } = request
  let { preconditions } = options
  await changeStored(world, pods, name, namespace, options.dryRun, pod => {
    const { uid, resourceVersion } = pod.metadata
    const refuse = (what: string, asked: string, found: string, hint: string) => conflictError({ group: '', plural: 'Pod' }, name,
      `the ${what} in the precondition (${asked}) does not match the ${what} in record (${found}). `
      + `The object might have been ${hint}`)
    if (preconditions?.uid && preconditions.uid !== uid) throw refuse('UID', preconditions.uid, uid, 'deleted and then recreated')
    if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
      throw refuse('ResourceVersion', preconditions.resourceVersion, resourceVersion, 'modified')
    }
    return edit(pod, draft => {
      draft.status ??= {}
      draft.status.conditions = withPodCondition(pod.status?.conditions, evicted, timestamp(clock.now()))
    })
  })
  // The write just made has changed the version that the caller may have asked for.
  if (preconditions?.resourceVersion && !options.dryRun) {
    preconditions = preconditions.uid ? { uid: preconditions.uid } : undefined
  }
  await deletion.remove(name, {
    kind: pods, namespace, user, options: { ...options, preconditions }, warn: text => warnings.push(text),
  })
}
