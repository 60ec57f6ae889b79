import { expect, test } from 'vitest'
import { schemaOf } from '../../../api/schema/table.ts'
import { conversionComplaint } from '../../../server/patch/from-unstructured.ts'

const podSpec = schemaOf('core.v1.PodSpec')

test.each([
  [{ containers: { name: 'a' } }, 'cannot restore slice from map'],
  [{ containers: [{ name: 'a', image: 5 }] }, 'cannot convert int64 to string'],
  [{ containers: [{ name: 'a', imagePullPolicy: 5 }] }, 'cannot convert int64 to v1.PullPolicy'],
  [{ containers: [{ name: 'a', image: true }] }, 'unrecognized type: string'],
  [{ containers: ['a'] }, 'cannot restore struct from: string'],
  [{ nodeSelector: [] }, 'cannot restore map from slice'],
  [{ hostNetwork: 'yes' }, 'unrecognized type: bool'],
  [{ priority: '5' }, 'unrecognized type: int32'],
  [{ priority: 1.5 }, 'cannot convert float64 to int32'],
])('%j does not convert: %s', (spec, complaint) => {
  expect(conversionComplaint(podSpec, spec)).toBe(complaint)
})

test('what fits, is null or unknown passes', () => {
  expect(conversionComplaint(podSpec, { containers: [{ name: 'a', image: null }], priority: 5, unknown: { x: 1 } })).toBeUndefined()
})
