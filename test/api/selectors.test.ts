import { describe, expect, test } from 'vitest'
import { deepFreeze } from '../../api/edit.ts'
import { defineKind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import {
  checkFieldSelector, fieldsMatch, formatLabelSelector, labelSelectorMatches, labelsMatch, parseFieldSelector, parseLabelSelector,
} from '../../api/selectors.ts'

const messageOf = (act: () => unknown): string => {
  try { act() } catch (error) { return (error as Error).message }
  return 'no error'
}

describe('label selectors', () => {
  const sets: Record<string, Record<string, string>> = {
    a: { tier: 'web', size: '1' }, b: { tier: 'web', size: '20' }, c: { tier: 'db', size: '3' }, d: { 'example.com/mark': '' },
      e: { tier: '' },
  }
  test.each([
    ['', 'abcde'], ['tier=web', 'ab'], ['tier==db', 'c'], ['tier!=web', 'cde'], ['tier in (db,)', 'ce'], ['tier in (,db)', 'ce'],
    ['tier notin (web,db)', 'de'], ['!tier', 'd'], ['example.com/mark', 'd'], ['example.com/mark=', 'd'], ['tier=', 'e'],
      ['size>2', 'bc'],
    ['size<20,tier', 'ac'], ['tier=web,tier=db', ''], [' tier = web , size in ( 1 ) ', 'a'], ['tier in ()', 'e'],
      ['in in (in)', ''],
    ['constructor', ''], ['toString!=x', 'abcde'],
  ])('%j selects %j', (text, expected) => {
    const requirements = parseLabelSelector(text)
    expect(Object.keys(sets).filter(name => labelsMatch(requirements, sets[name])).join('')).toBe(expected)
  })

  const key = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
  test.each([
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a,,b', "found ',', expected: identifier after ','"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
    ['a=b=', "found '=', expected: ',' or 'end of string'"],
    ['n>-6', `unable to parse requirement: values[0][n]: Invalid value: "-6": a valid label must be an empty string or consist of ${key}`
      + "'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"],
    ['a>x', `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`],
    ['-a=b', `unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of ${key}'MyName',  or 'my.name',  or `
      + "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"],
    [`a=${'x'.repeat(64)}`, `unable to parse requirement: values[0][a]: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a=(', "unable to parse requirement: found '(', expected: identifier"],
    ['a,', "found '', expected: identifier after ','"],
  ])('%j is refused in upstream\'s words', (text, message) => {
    expect(messageOf(() => parseLabelSelector(text))).toBe(message)
  })

  test('a LabelSelector: none selects nothing, an empty one everything', () => {
    expect(labelSelectorMatches(undefined, {})).toBe(false)
    expect(labelSelectorMatches({}, undefined)).toBe(true)
    const selector = deepFreeze({ matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['db'] }] })
    expect(labelSelectorMatches(selector, { app: 'web' })).toBe(true)
    expect(labelSelectorMatches(selector, { app: 'web', tier: 'db' })).toBe(false)
    expect(messageOf(() => labelSelectorMatches({ matchExpressions: [{ key: 'a', operator: 'Like' }] }, {})))
      .toBe('"Like" is not a valid label selector operator')
  })

  test('formatting sorts keys and values', () => {
    expect(formatLabelSelector({ matchLabels: { b: '2', a: '1' },
      matchExpressions: [{ key: 'c', operator: 'In', values: ['z', 'y'] }] }))
      .toBe('a=1,b=2,c in (y,z)')
    expect(formatLabelSelector(parseLabelSelector('x>3,!y,z'))).toBe('x>3,!y,z')
  })
})

describe('field selectors', () => {
  const base = { version: 'v1', schema: '' }
  const pods = defineKind<KubeObject & { status?: { phase?: string } }>({
    ...base, group: '', kind: 'Pod', plural: 'pods', singular: 'pod', namespaced: true,
    selectableFields: { 'status.phase': pod => pod.status?.phase ?? '' },
  })
  const configMaps = defineKind({ ...base, group: '', kind: 'ConfigMap', plural: 'configmaps', singular: 'configmap',
    namespaced: true })
  const namespaces = defineKind({ ...base, group: '', kind: 'Namespace', plural: 'namespaces', singular: 'namespace',
    namespaced: false, selectableFields: {} })
  const jobs = defineKind({ ...base, group: 'batch', kind: 'Job', plural: 'jobs', singular: 'job', namespaced: true,
    selectableFields: {} })

  test('terms are parsed with their escapes', () => {
    expect(parseFieldSelector('metadata.name=a,status.phase!=Running,x==y\\,z\\=\\\\')).toEqual([
      { field: 'metadata.name', op: '=', value: 'a' }, { field: 'status.phase', op: '!=', value: 'Running' },
      { field: 'x', op: '=', value: 'y,z=\\' },
    ])
    expect(parseFieldSelector('')).toEqual([])
  })

  test.each([
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['metadata.name=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
    ['metadata.name=a\\', 'invalid field selector: invalid escape sequence: \\'],
    ['metadata.name=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['metadata.name in (a)', "invalid selector: 'metadata.name in (a)'; can't understand 'metadata.name in (a)'"],
  ])('%j is refused in upstream\'s words', (text, message) => {
    expect(messageOf(() => parseFieldSelector(text))).toBe(message)
  })

  test('a field that the kind does not have is refused in the words of the kind', () => {
    const refusal = (kind: Parameters<typeof checkFieldSelector>[0], text: string) =>
      messageOf(() => checkFieldSelector(kind, parseFieldSelector(text)))
    expect(refusal(pods, 'spec.hostname=a')).toBe('field label not supported: spec.hostname')
    expect(refusal(pods, 'toString=a')).toBe('field label not supported: toString')
    expect(refusal(configMaps, 'data.a=b'))
      .toBe('"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"')
    expect(refusal(namespaces, 'metadata.namespace=a')).toBe('field label not supported: metadata.namespace')
    expect(refusal(jobs, 'status.failed=1')).toBe('field label "status.failed" not supported for Job')
    expect(refusal(pods, 'status.phase=x,metadata.namespace=y')).toBe('no error')
  })

  test('terms are matched against the object', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod',
      metadata: { name: 'a', namespace: 'n', uid: '', resourceVersion: '', creationTimestamp: '' }, status: { phase: 'Pending' } }
    expect(fieldsMatch(pods, parseFieldSelector('status.phase=Pending,metadata.namespace!=m'), pod)).toBe(true)
    expect(fieldsMatch(pods, parseFieldSelector('status.phase!=Pending'), pod)).toBe(false)
  })
})
