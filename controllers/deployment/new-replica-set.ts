import { timestamp } from '../../api/clock.ts'
import { edit } from '../../api/edit.ts'
import { deployments } from '../../api/kinds/apps/deployments.ts'
import { replicaSets } from '../../api/kinds/apps/replicasets.ts'
import { controllerOf, type Draft } from '../../api/object.ts'
import type { Deployment, DeploymentCondition, ReplicaSet } from '../../api/schema/generated/types.ts'
import { isAlreadyExists } from '../../api/status.ts'
import { controllerReference } from '../claim.ts'
import { isNamespaceGone } from '../runtime/run.ts'
import type { Tools } from '../runtime/controller.ts'
import { hasProgressDeadline } from './bounds.ts'
import { newCondition, withCondition } from './conditions.ts'
import { sameTemplate, templateHash, withTemplateHash } from './hash.ts'
import { annotationsOfNew, highestRevision, revisionAnnotation, sizeAnnotations, withRevision } from './revision.ts'
import { newReplicaSetSize } from './rolling.ts'

/** What became of it: always the deployment as its status should be written now. */
export type NewReplicaSetOutcome = { deployment: Deployment; created: ReplicaSet } | { deployment: Deployment; error: unknown }

/** Makes the ReplicaSet for the deployment's present template (sync.go getNewReplicaSet, 1.36). */
export async function createNewReplicaSet(
  deployment: Deployment, oldRSs: readonly ReplicaSet[], tools: Tools,
): Promise<NewReplicaSetOutcome> {
  const { client, recorder, clock } = tools
  const draft = draftOf(deployment, oldRSs), size = draft.spec.replicas!
  const revision = draft.metadata.annotations![revisionAnnotation]
  const noteProgress = (status: 'True' | 'False', reason: string, message: string) => (!hasProgressDeadline(deployment)
    ? deployment : withStatusCondition(deployment, newCondition('Progressing', status, reason, message, timestamp(clock.now()))))
  try {
    const created = await client.create(replicaSets, draft)
    const { name } = created.metadata
    if (size > 0) recorder.record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`)
    const noted = noteProgress('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`)
    return { created, deployment: withRevision(noted, revision) }
  } catch (error) {
    if (isNamespaceGone(error)) return { deployment, error }
    if (isAlreadyExists(error)) return await afterCollision(deployment, draft.metadata.name!, revision, error, tools)
    const message = `Failed to create new replica set "${draft.metadata.name}": ${(error as Error).message}`
    recorder.record(deployment, 'Warning', 'ReplicaSetCreateError', message)
    return { error, deployment: noteProgress('False', 'ReplicaSetCreateError', message) }
  }
}

function draftOf(deployment: Deployment, oldRSs: readonly ReplicaSet[]): Draft<ReplicaSet> {
  const { metadata, spec, status } = deployment
  const hash = templateHash(spec.template, status?.collisionCount)
  const { template, selector } = withTemplateHash(spec.template, spec.selector, hash)
  const longest = 253 - 1 - hash.length
  return {
    metadata: {
      name: `${metadata.name.slice(0, longest)}-${hash}`, namespace: metadata.namespace,
      labels: template.metadata?.labels,
      annotations: { ...annotationsOfNew(deployment, undefined, highestRevision(oldRSs) + 1), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(deployments, deployment)],
    },
    spec: {
      replicas: newReplicaSetSize(deployment, oldRSs, 0), selector, template,
      ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
    },
  }
}

/** The name is taken: by the ReplicaSet we look for, not seen yet, or by one of another template with the same hash. */
async function afterCollision(
  deployment: Deployment, name: string, revision: string, error: unknown, { client }: Tools,
): Promise<NewReplicaSetOutcome> {
  const existing = await client.get(replicaSets, name, deployment.metadata.namespace)
  if (controllerOf(existing)?.uid === deployment.metadata.uid && sameTemplate(deployment.spec.template, existing.spec.template)) {
    return { created: existing, deployment: withRevision(deployment, revision) }
  }
  return {
    error,
    deployment: edit(deployment, draft => {
      draft.status = { ...draft.status, collisionCount: (draft.status?.collisionCount ?? 0) + 1 }
    }),
  }
}

const withStatusCondition = (deployment: Deployment, condition: DeploymentCondition): Deployment => edit(deployment, draft => {
  draft.status = { ...draft.status, conditions: withCondition(draft.status?.conditions ?? [], condition) }
})
