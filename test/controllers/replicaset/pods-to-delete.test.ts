import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../api/schema/generated/types.ts'
import { podsToDelete } from '../../../controllers/replicaset/pods-to-delete.ts'

const now = new Date('2024-01-02T00:00:00Z')
interface Facts { node?: string; phase?: string; ready?: string; created?: string; cost?: string; restarts?: number }

const longAgo = '2024-01-01T00:00:00Z', costAnnotation = 'controller.kubernetes.io/pod-deletion-cost'

function pod(name: string, facts: Facts = {}): Pod {
  const { node = 'n1', phase = 'Running', ready = longAgo, created = longAgo, cost, restarts = 0 } = facts
  const annotations = cost ? { [costAnnotation]: cost } : undefined
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: created, annotations },
    spec: { containers: [], nodeName: node || undefined },
    status: {
      phase, conditions: ready ? [{ type: 'Ready', status: 'True', lastTransitionTime: ready }] : [],
      containerStatuses: [{ name: 'c', restartCount: restarts, ready: true, image: '', imageID: '' }],
    } as Pod['status'],
  }
}

const first = (pods: Pod[], related = pods) => podsToDelete(pods, 1, related, now)[0].metadata.name

describe('of too many pods the first to go is', () => {
  test.each<[string, Facts, Facts]>([
    ['the one without a node', { node: '' }, {}],
    ['the one that is pending', { phase: 'Pending', ready: '' }, { cost: '-5', ready: '' }],
    ['the one that is not ready', { ready: '' }, { cost: '-5' }],
    ['the one of lower deletion cost', { cost: '-1' }, { restarts: 9 }],
    ['the one that became ready lately', { ready: '2024-01-01T23:59:00Z' }, { restarts: 9 }],
    ['the one restarted more often', { restarts: 2 }, { restarts: 1 }],
    ['the younger one', { created: '2024-01-01T23:59:00Z' }, {}],
  ])('%s', (_what, goes, stays) => {
    expect(first([pod('stays', stays), pod('goes', goes)])).toBe('goes')
    expect(first([pod('goes', goes), pod('stays', stays)])).toBe('goes')
  })

  test('one on the node with most of its like, those of its siblings counted', () => {
    const alone = pod('alone', { node: 'n2' }), crowded = pod('crowded'), sibling = pod('sibling')
    expect(first([alone, crowded], [alone, crowded, sibling])).toBe('crowded')
  })

  test('chosen by uid among those of about the same age', () => {
    expect(first([pod('b', { ready: '2024-01-01T00:00:01Z' }), pod('a')])).toBe('a')
  })

  test('any, when all must go, and a cost that is no number counts as none', () => {
    expect(podsToDelete([pod('a'), pod('b')], 2, [], now)).toHaveLength(2)
    expect(first([pod('b', { cost: '1.5', restarts: 1 }), pod('a', { cost: '1' })])).toBe('b')
  })
})
