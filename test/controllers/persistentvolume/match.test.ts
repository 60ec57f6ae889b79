import { describe, expect, test } from 'vitest'
import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/schema/generated/types.ts'
import { findVolume, mismatch } from '../../../controllers/persistentvolume/match.ts'

const volume = (name: string, storage: string, more: object = {}, phase = 'Available') => ({
  metadata: { name }, status: { phase },
  spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], storageClassName: 'c', ...more },
}) as unknown as PersistentVolume
const claim = (storage: string, more: object = {}) => ({
  metadata: { name: 'data', namespace: 'default', uid: 'u1' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'c', resources: { requests: { storage } }, ...more },
}) as unknown as PersistentVolumeClaim
const chosen = (wish: PersistentVolumeClaim, volumes: PersistentVolume[], delayed = false) =>
  findVolume(wish, volumes, delayed)?.metadata.name

describe('the volume for a claim', () => {
  test('is the smallest that is large enough', () => {
    expect(chosen(claim('2Gi'), [volume('small', '1Gi'), volume('huge', '100Gi'), volume('right', '3Gi')])).toBe('right')
  })

  test('offers no more access modes than it must, whatever its size', () => {
    const wide = volume('wide', '2Gi', { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] })
    expect(chosen(claim('2Gi'), [wide, volume('narrow', '50Gi')])).toBe('narrow')
    expect(chosen(claim('2Gi', { accessModes: ['ReadOnlyMany'] }), [wide, volume('narrow', '50Gi')])).toBe('wide')
  })

  test('is the one that is reserved for it, even where binding waits for a pod', () => {
    const reserved = volume('reserved', '9Gi', { claimRef: { namespace: 'default', name: 'data' } }, 'Pending')
    expect(chosen(claim('2Gi'), [volume('free', '2Gi'), reserved])).toBe('reserved')
    expect(chosen(claim('2Gi'), [volume('free', '2Gi'), reserved], true)).toBe('reserved')
    expect(chosen(claim('2Gi'), [volume('free', '2Gi')], true)).toBeUndefined()
  })

  test.each([
    ['another class', volume('v', '2Gi', { storageClassName: 'other' })],
    ['another mode', volume('v', '2Gi', { volumeMode: 'Block' })],
    ['a claim of its own', volume('v', '2Gi', { claimRef: { namespace: 'default', name: 'data', uid: 'older' } })],
    ['been released', volume('v', '2Gi', {}, 'Released')],
    ['too little room', volume('v', '1Gi')],
  ])('is none that has %s', (_what, candidate) => {
    expect(chosen(claim('2Gi'), [candidate])).toBeUndefined()
  })

  test('matches the selector of the claim', () => {
    const labelled =
      { ...volume('fast', '5Gi'), metadata: { name: 'fast', labels: { disk: 'ssd' } } } as unknown as PersistentVolume
    const wish = claim('1Gi', { selector: { matchLabels: { disk: 'ssd' } } })
    expect(chosen(wish, [volume('slow', '1Gi'), labelled])).toBe('fast')
  })
})

test('a volume that a claim names but can not have says why', () => {
  expect(mismatch(volume('v', '1Gi'), claim('2Gi'))).toBe('requested PV is too small')
  expect(mismatch(volume('v', '2Gi', { storageClassName: '' }), claim('2Gi'))).toBe('storageClassName does not match')
  expect(mismatch(volume('v', '2Gi'), claim('2Gi', { accessModes: ['ReadWriteMany'] }))).toBe('incompatible accessMode')
  expect(mismatch(volume('v', '2Gi'), claim('2Gi'))).toBeUndefined()
})
