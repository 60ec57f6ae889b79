import { describe, expect, test } from 'vitest'
import { nextProgressCheck, rolloutStatusOf } from '../../../controllers/deployment/status.ts'
import type { Deployment } from '../../../api/schema/generated/types.ts'
import { deployment, replicaSet } from './example.ts'

const now = new Date('2024-01-01T00:10:00Z'), later = new Date('2024-01-01T00:30:00Z')
const said = ({ status }: Deployment) =>
  status!.conditions!.map(({ type, status: value, reason }) => `${type}=${value} ${reason}`)
const observe = (observed: Deployment, split: Parameters<typeof rolloutStatusOf>[1], at = now): Deployment =>
  ({ ...observed, status: rolloutStatusOf(observed, split, at) })

describe('the status of a rollout', () => {
  const begun = observe(deployment(), { newRS: replicaSet('v2', 3, 0), oldRSs: [] })

  test('counts pods and leaves out what is zero', () => {
    expect(begun.status).toMatchObject({
      observedGeneration: 1, replicas: 3, updatedReplicas: 3, unavailableReplicas: 3, terminatingReplicas: 0,
    })
    expect(begun.status).not.toHaveProperty('availableReplicas')
  })

  test('moves what changes to the end of the conditions', () => {
    expect(said(begun)).toEqual(['Available=False MinimumReplicasUnavailable', 'Progressing=True ReplicaSetUpdated'])
    const done = observe(begun, { newRS: replicaSet('v2', 3), oldRSs: [] })
    expect(said(done)).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable'])
    expect(done.status!.conditions![1].message).toBe('ReplicaSet "web-v2" has successfully progressed.')
    const undone = observe(done, { newRS: replicaSet('v2', 3, 0), oldRSs: [] })
    expect(said(undone)).toEqual(['Progressing=True NewReplicaSetAvailable', 'Available=False MinimumReplicasUnavailable'])
  })

  test('says when it has stood still for longer than the deadline', () => {
    const stuck = observe(begun, { newRS: replicaSet('v2', 3, 0), oldRSs: [] }, later)
    expect(said(stuck)).toEqual(['Available=False MinimumReplicasUnavailable', 'Progressing=False ProgressDeadlineExceeded'])
    expect(stuck.status!.conditions![1].message).toBe('ReplicaSet "web-v2" has timed out progressing.')
  })

  test('is looked at again when the deadline is over, and no more once it is reported', () => {
    expect(nextProgressCheck(begun, begun.status!, now)).toBe(601_000)
    const stuck = observe(begun, { newRS: replicaSet('v2', 3, 0), oldRSs: [] }, later)
    expect(nextProgressCheck(stuck, stuck.status!, later)).toBeUndefined()
  })

  test('passes on why a ReplicaSet can create no pods', () => {
    const failing = replicaSet('v2', 3, 0)
    failing.status!.conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no' }]
    const failed = observe(deployment(), { newRS: failing, oldRSs: [] })
    expect(said(failed)).toContain('ReplicaFailure=True FailedCreate')
    expect(said(observe(failed, { newRS: replicaSet('v2', 3, 0), oldRSs: [] }))).not.toContain('ReplicaFailure=True FailedCreate')
  })
})
