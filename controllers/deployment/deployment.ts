import { edit, same } from '../../api/edit.ts'
import { timestamp } from '../../api/clock.ts'
import { deployments } from '../../api/kinds/apps/deployments.ts'
import { replicaSets } from '../../api/kinds/apps/replicasets.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { controllerOf, keyOf, type KubeObject } from '../../api/object.ts'
import { labelSelectorMatches } from '../../api/selectors.ts'
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../api/schema/generated/types.ts'
import { isNotFound } from '../../api/status.ts'
import { claim, orphansOf, ownerIndex } from '../claim.ts'
import { watching, type Controller, type Outcome, type Tools } from '../runtime/controller.ts'
import { hasHistoryLimit, hasProgressDeadline, isRollingUpdate, replicasOf } from './bounds.ts'
import { conditionOf, newCondition, withCondition } from './conditions.ts'
import { createNewReplicaSet } from './new-replica-set.ts'
import { oldPodsRun, planDown } from './recreate.ts'
import { splitByTemplate, type Split } from './replica-sets.ts'
import { annotationsOfNew, byRevision, highestRevision, revisionAnnotation, sizeAnnotations, withRevision } from './revision.ts'
import { planNew, planOld, type Resize } from './rolling.ts'
import { isScaling, planScale } from './scale.ts'
import { isComplete, nextProgressCheck, rolloutStatusOf, statusOf } from './status.ts'

/** Follows pkg/controller/deployment of 1.36: `reconcile` is its syncDeployment, a list of decisions. */
export const deploymentController: Controller = {
  name: 'deployment-controller',
  watches: [
    watching(deployments, deployment => [keyOf(deployment)]),
    watching(replicaSets, (rs, tools) => deploymentKeysFor(rs, tools)),
    watching(pods, (pod, tools) => recreateKeysFor(pod, tools)),
  ],
  prepare({ informers }) {
    informers.of(replicaSets).index('owner', ownerIndex)
    informers.of(pods).index('owner', ownerIndex)
  },
  async reconcile(key, tools) {
    const deployment = tools.informers.of(deployments).get(key)
    if (!deployment) return
    return await new Rollout(deployment, tools).sync()
  },
}

function deploymentKeysFor(rs: Readonly<ReplicaSet>, { informers }: Tools): string[] {
  const known = informers.of(deployments), owner = controllerOf(rs)
  if (!owner) {
    return known.list(rs.metadata.namespace)
      .filter(each => labelSelectorMatches(each.spec.selector, rs.metadata.labels)).map(keyOf)
  }
  const deployment = owner.kind === 'Deployment' ? known.get(`${rs.metadata.namespace}/${owner.name}`) : undefined
  return deployment?.metadata.uid === owner.uid ? [keyOf(deployment)] : []
}

/** Pods matter to a deployment itself only when it waits for the last old one to go. */
function recreateKeysFor(pod: Readonly<KubeObject>, tools: Tools): string[] {
  const owner = controllerOf(pod)
  if (owner?.kind !== 'ReplicaSet') return []
  const rs = tools.informers.of(replicaSets).get(`${pod.metadata.namespace}/${owner.name}`)
  if (!rs || rs.metadata.uid !== owner.uid || !controllerOf(rs)) return []
  return deploymentKeysFor(rs, tools).filter(key => {
    const deployment = tools.informers.of(deployments).get(key)
    return deployment !== undefined && deployment.spec.strategy?.type === 'Recreate'
  })
}

/** One look at one deployment: what was read, and what the writes of this look made of it. */
class Rollout {
  #deployment: Deployment
  #replicaSets: ReplicaSet[] = []
  #tools: Tools

  constructor(deployment: Readonly<Deployment>, tools: Tools) {
    this.#deployment = deployment as Deployment
    this.#tools = tools
  }

  async sync(): Promise<Outcome> {
    const { client, informers } = this.#tools, { metadata, spec } = this.#deployment
    if (!spec.selector?.matchLabels && !spec.selector?.matchExpressions) return await this.#refuseSelectorOfAll()
    const known = informers.of(replicaSets)
    this.#replicaSets = (await claim(client, deployments, this.#deployment, replicaSets, spec.selector,
      [...known.byIndex('owner', metadata.uid), ...known.byIndex('owner', orphansOf(metadata.namespace))])) as ReplicaSet[]

    if (!metadata.deletionTimestamp) await this.#notePause()
    await this.#syncRevision()
    if (metadata.deletionTimestamp) return await this.#writeStatus(statusOf(this.#deployment, this.#split(), this.#now()))
    if (spec.paused || isScaling(this.#deployment, this.#replicaSets)) return await this.#scale()
    return isRollingUpdate(this.#deployment) ? await this.#roll() : await this.#recreate()
  }

  async #roll(): Promise<Outcome> {
    await this.#ensureNewReplicaSet()
    const { newRS, oldRSs } = this.#split()
    if (!newRS) return
    const scaled = await this.#resize(planNew(this.#deployment, { newRS, oldRSs }))
      || await this.#resize(planOld(this.#deployment, { newRS, oldRSs }))
    if (!scaled && isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp(oldRSs)
    return await this.#writeRolloutStatus()
  }

  async #recreate(): Promise<Outcome> {
    const split = this.#split()
    if (await this.#resize(planDown(split.oldRSs)) || oldPodsRun(split, this.#podsOf(this.#replicaSets))) {
      return await this.#writeRolloutStatus()
    }
    await this.#ensureNewReplicaSet()
    const { newRS, oldRSs } = this.#split()
    if (!newRS) return
    await this.#resize([{ name: newRS.metadata.name, to: replicasOf(this.#deployment) }])
    if (isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp(oldRSs)
    return await this.#writeRolloutStatus()
  }

  async #scale(): Promise<Outcome> {
    const plan = planScale(this.#deployment, this.#split())
    await this.#resize(plan.steps, plan.always)
    if (this.#deployment.spec.paused) await this.#cleanUp(this.#split().oldRSs)
    return await this.#writeStatus(statusOf(this.#deployment, this.#split(), this.#now()))
  }

  #now(): Date { return this.#tools.clock.now() }
  #split(): Split { return splitByTemplate(this.#deployment, this.#replicaSets) }
  #podsOf(owners: readonly ReplicaSet[]) {
    return owners.flatMap(rs => this.#tools.informers.of(pods).byIndex('owner', rs.metadata.uid))
  }

  #keep(rs: ReplicaSet): void {
    this.#replicaSets = [...this.#replicaSets.filter(each => each.metadata.uid !== rs.metadata.uid), rs]
  }

  /** Gives the new ReplicaSet its revision and annotations, and the deployment the ReplicaSet's revision. */
  async #syncRevision(): Promise<void> {
    const { newRS, oldRSs } = this.#split()
    if (!newRS) return
    const annotations = annotationsOfNew(this.#deployment, newRS.metadata.annotations, highestRevision(oldRSs) + 1)
    const minReadySeconds = this.#deployment.spec.minReadySeconds ?? 0
    if (!same(annotations, newRS.metadata.annotations) || (newRS.spec.minReadySeconds ?? 0) !== minReadySeconds) {
      this.#keep(await this.#tools.client.update(replicaSets, edit(newRS, draft => {
        draft.metadata.annotations = annotations
        if (minReadySeconds > 0) draft.spec.minReadySeconds = minReadySeconds
        else delete draft.spec.minReadySeconds
      })))
    }
    let next = withRevision(this.#deployment, annotations[revisionAnnotation])
    if (hasProgressDeadline(next) && !conditionOf(next.status?.conditions, 'Progressing')) {
      next = this.#withCondition(next, newCondition('Progressing', 'True', 'FoundNewReplicaSet',
        `Found new replica set "${newRS.metadata.name}"`, timestamp(this.#now())))
    }
    await this.#writeDeployment(next)
  }

  async #ensureNewReplicaSet(): Promise<void> {
    const split = this.#split()
    if (split.newRS) return
    const outcome = await createNewReplicaSet(this.#deployment, split.oldRSs, this.#tools)
    if ('created' in outcome) this.#keep(outcome.created)
    await this.#writeDeployment(outcome.deployment)
    if ('error' in outcome) throw outcome.error
  }

  /** Takes the steps one after the other; true when some ReplicaSet got another size. */
  async #resize(steps: readonly Resize[], always = false): Promise<boolean> {
    const { client, recorder } = this.#tools, annotations = sizeAnnotations(this.#deployment)
    let scaled = false
    for (const { name, to } of steps) {
      const rs = this.#replicaSets.find(each => each.metadata.name === name)!
      const from = replicasOf(rs)
      if (from === to && !always) continue
      const next = edit(rs, draft => {
        draft.spec.replicas = to
        if (!same({ ...draft.metadata.annotations, ...annotations }, draft.metadata.annotations)) {
          draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations }
        }
      })
      if (next === rs || same(next, rs)) continue
      this.#keep(await client.update(replicaSets, next))
      if (from === to) continue
      scaled = true
      recorder.record(this.#deployment, 'Normal', 'ScalingReplicaSet',
        `Scaled ${from < to ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`)
    }
    return scaled
  }

  /** Deletes the oldest ReplicaSets beyond the history limit that hold no pods. */
  async #cleanUp(oldRSs: readonly ReplicaSet[]): Promise<void> {
    if (!hasHistoryLimit(this.#deployment)) return
    const alive = oldRSs.filter(rs => !rs.metadata.deletionTimestamp).sort(byRevision)
    const tooMany = Math.max(0, alive.length - this.#deployment.spec.revisionHistoryLimit!)
    for (const rs of alive.slice(0, tooMany)) {
      const isSettled = (rs.metadata.generation ?? 0) <= (rs.status?.observedGeneration ?? 0)
      if (replicasOf(rs) !== 0 || (rs.status?.replicas ?? 0) !== 0 || !isSettled) continue
      try {
        await this.#tools.client.delete(replicaSets, rs.metadata.name, rs.metadata.namespace)
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
  }

  /** So that a deployment that is resumed is not late at once: pausing and resuming restart the progress clock. */
  async #notePause(): Promise<void> {
    if (!hasProgressDeadline(this.#deployment)) return
    const current = conditionOf(this.#deployment.status?.conditions, 'Progressing')
    if (current?.reason === 'ProgressDeadlineExceeded') return
    const paused = this.#deployment.spec.paused ?? false
    if (paused === (current?.reason === 'DeploymentPaused')) return
    await this.#writeDeployment(this.#withCondition(this.#deployment, paused
      ? newCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', timestamp(this.#now()))
      : newCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', timestamp(this.#now()))))
  }

  #withCondition(deployment: Deployment, condition: DeploymentCondition): Deployment {
    return edit(deployment, draft => {
      draft.status = { ...draft.status, conditions: withCondition(draft.status?.conditions ?? [], condition) }
    })
  }

  async #writeRolloutStatus(): Promise<Outcome> {
    const status = rolloutStatusOf(this.#deployment, this.#split(), this.#now())
    if (!same(status, this.#deployment.status)) return await this.#writeStatus(status)
    const againAfterMs = nextProgressCheck(this.#deployment, status, this.#now())
    return againAfterMs === undefined ? undefined : { againAfterMs }
  }

  async #writeStatus(status: DeploymentStatus): Promise<void> {
    await this.#writeDeployment(edit(this.#deployment, draft => { draft.status = status }))
  }

  async #writeDeployment(next: Deployment): Promise<void> {
    if (next === this.#deployment || same(next, this.#deployment)) return
    this.#deployment = await this.#tools.client.update(deployments, next, { subresource: 'status' })
  }

  async #refuseSelectorOfAll(): Promise<void> {
    this.#tools.recorder.record(this.#deployment, 'Warning', 'SelectingAll',
      'This deployment is selecting all pods. A non-empty selector is required.')
    await this.#writeStatus({ ...this.#deployment.status, observedGeneration: this.#deployment.metadata.generation })
  }
}

