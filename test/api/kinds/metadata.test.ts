import { describe, expect, it } from 'vitest'
import { age, humanDuration } from '../../../api/duration.ts'
import {
  isConfigMapKey, isDns1035Label, isDns1123Label, isDns1123Subdomain, isEnvVarName, isQualifiedName, isValidLabelValue,
    isValidPortName,
  nameIsDnsSubdomain, validateObjectMeta, validateObjectMetaUpdate,
} from '../../../api/kinds/validation/index.ts'

const meta = { name: 'a', namespace: 'ns' }
const errorsOf = (extra: object) =>
  validateObjectMeta({ ...meta, ...extra }, true, nameIsDnsSubdomain, 'metadata', { standardFinalizers: true })
  .map(({ field, message }) => `${field}: ${message}`)

describe('names', () => {
  it.each<[(value: string) => string[], string, string]>([
    [isDns1123Label, 'a.b', 'must not contain dots'],
    [isDns1123Label, 'a'.repeat(64), 'must be no more than 63 characters'],
    [isDns1123Subdomain, 'a'.repeat(254), 'must be no more than 253 characters'],
    [isValidLabelValue, 'a'.repeat(64), 'must be no more than 63 bytes'],
    [isQualifiedName, 'a'.repeat(64), 'name part must be no more than 63 bytes'],
    [isValidPortName, '80', 'must contain at least one letter (a-z)'],
    [isEnvVarName, 'a=b', "a valid environment variable name must consist only of printable ASCII characters other than '='"],
    [isConfigMapKey, '..a', "must not start with '..'"],
  ])('%o complains of %s', (check, value, complaint) => { expect(check(value)).toEqual([complaint]) })

  it.each<[(value: string) => string[], string]>([
    [isDns1123Subdomain, 'a.b-c.1'], [isDns1035Label, 'a-1'], [isQualifiedName, 'example.org/A.b_c'], [isValidLabelValue, ''],
      [isEnvVarName, '1 b.c'],
  ])('%o takes %s', (check, value) => { expect(check(value)).toEqual([]) })

  it('of any length are checked at once', () => {
    expect(isDns1123Subdomain(`${'a'.repeat(3_000_000)}_`)).toHaveLength(2)
  })
})

describe('metadata', () => {
  it.each<[object, string[]]>([
    [{ name: undefined }, ['metadata.name: Required value: name or generateName is required']],
    [{ finalizers: ['nope'] },
      ['metadata.finalizers[0]: Invalid value: "nope": name is neither a standard finalizer name nor is it fully qualified']],
    [{ annotations: { k: 'x'.repeat(262145) } }, ['metadata.annotations: Too long: may not be more than 262144 bytes']],
    [{ ownerReferences: [{ kind: 'Pod', name: 'b' }] },
      ['metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty']],
    [{ managedFields: [{ operation: 'Guess' }] },
      ['metadata.managedFields[0].operation: Invalid value: "Guess": must be `Apply` or `Update`']],
  ])('with %j is refused', (extra, errors) => { expect(errorsOf(extra)).toEqual(errors) })

  it('keeps what is the server’s', () => {
    const old = { ...meta, uid: 'u', resourceVersion: '1', deletionTimestamp: 't' }
    expect(validateObjectMetaUpdate({ ...old, uid: 'v', finalizers: ['a.example.org/f'] }, old, 'metadata')
      .map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, '
        + 'found new finalizers []string{"a.example.org/f"}',
      'metadata.uid: Invalid value: "v": field is immutable',
    ])
  })
})

describe('ages', () => {
  it.each([
    [-3000, '<invalid>'], [-1500, '0s'], [0, '0s'], [119_000, '119s'], [120_000, '2m'], [200_000, '3m20s'], [3_600_000, '60m'],
      [3 * 3_600_000, '3h'],
    [7.5 * 3_600_000, '7h30m'], [47 * 3_600_000, '47h'], [49 * 3_600_000, '2d1h'], [8 * 86_400_000, '8d'],
      [800 * 86_400_000, '2y70d'], [9 * 365 * 86_400_000, '9y'],
  ])('of %d ms read %s', (ms, text) => { expect(humanDuration(ms)).toBe(text) })

  it('without a time are unknown', () => { expect(age(undefined, new Date())).toBe('<unknown>') })
})
