import { expect, test } from 'vitest'
import { endOf } from '../../../controllers/certificates/cleaner.ts'
import type { CertificateSigningRequest } from '../../../api/schema/generated/types.ts'

const minutesUntilEnd = (status: object) => {
  const creationTimestamp = '2026-01-01T00:00:00Z'
  return (endOf({ metadata: { creationTimestamp }, status } as unknown as CertificateSigningRequest) - Date.parse(creationTimestamp)) / 60_000
}
const condition = (type: string, lastUpdateTime = '2026-01-01T00:30:00Z') => ({ type, status: 'True', lastUpdateTime })

test('a request that nobody has decided about is kept for a day', () => {
  expect(minutesUntilEnd({})).toBe(24 * 60)
})

test('a request goes an hour after it has been denied, failed or answered', () => {
  expect(minutesUntilEnd({ conditions: [condition('Denied')] })).toBe(90)
  expect(minutesUntilEnd({ conditions: [condition('Approved', '2026-01-01T00:00:00Z'), condition('Failed')] })).toBe(90)
  expect(minutesUntilEnd({ conditions: [condition('Approved')], certificate: 'x' })).toBe(90)
})

test('an approved request that no signer answers is kept for a day', () => {
  expect(minutesUntilEnd({ conditions: [condition('Approved')] })).toBe(24 * 60 + 30)
})
