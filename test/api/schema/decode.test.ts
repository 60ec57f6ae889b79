import { describe, expect, it } from 'vitest'
import { decode, normalize } from '../../../api/schema/decode.ts'
import { parseJson } from '../../../api/schema/parse-json.ts'
import { schemaOf } from '../../../api/schema/table.ts'

const decodeText = (definition: string, text: string, mode: 'Ignore' | 'Warn' | 'Strict' = 'Strict') => {
  const { value, duplicates } = parseJson(text)
  return decode(schemaOf(definition), value, { mode, duplicates })
}
const pod = (containers: object[], more: object = {}) => JSON.stringify({ spec: { containers, ...more } })

describe('unknown and duplicate fields', () => {
  it('are listed with their paths in the order of the document', () => {
    const text = '{"kind":"Deployment","metadata":{"odd":1},"spec":{"replicas":1,"replicas":2,"unknown1":true,'
      + '"template":{"metadata":{"labels":{"app":"a","app":"b"}},'
      + '"spec":{"containers":[{"name":"c","unknownNested":"x","imagePullPolicy":"Always","imagePullPolicy":"Never"}]}}}}'
    const { object, unknown } = decodeText('apps.v1.Deployment', text)
    expect(unknown).toEqual([
      'unknown field "metadata.odd"', 'duplicate field "spec.replicas"', 'unknown field "spec.unknown1"',
      'duplicate field "spec.template.metadata.labels.app"', 'unknown field "spec.template.spec.containers[0].unknownNested"',
      'duplicate field "spec.template.spec.containers[0].imagePullPolicy"',
    ])
    expect(object.spec.replicas).toBe(2)
    expect(object.spec.template.metadata.labels).toEqual({ app: 'b' })
  })

  it('are dropped in silence when asked to ignore them', () => {
    expect(decodeText('core.v1.ConfigMap', '{"dta":{},"data":{"a":"1","a":"2"}}', 'Ignore'))
      .toEqual({ object: { metadata: {}, data: { a: '2' } }, unknown: [] })
  })

  it('in the wrong case are unknown', () => {
    expect(decodeText('apps.v1.Deployment', '{"spec":{"Replicas":3}}').unknown).toEqual(['unknown field "spec.Replicas"'])
  })

  it('that Go quotes are quoted as Go does', () => {
    expect(decodeText('core.v1.ConfigMap', '{"a\\"b\\u0001":1}').unknown).toEqual([String.raw`unknown field "a\"b\x01"`])
  })

  it('merge when a struct comes twice, as Go decodes into the one it has', () => {
    const { object } = decodeText('core.v1.Pod', '{"spec":{"nodeName":"n","containers":[]},"spec":{"hostNetwork":true}}')
    expect(object.spec).toMatchObject({ nodeName: 'n', hostNetwork: true })
  })

  it('are counted up to a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x${i}`, 1]))
    expect(decodeText('core.v1.ConfigMap', JSON.stringify(many)).unknown).toHaveLength(100)
  })
})

describe('wrong types', () => {
  it.each([
    ['apps.v1.Deployment', '{"spec":{"replicas":"three"}}',
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    ['apps.v1.Deployment', '{"spec":{"replicas":1.5}}',
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    ['apps.v1.Deployment', '{"spec":{"replicas":1.0}}',
      'json: cannot unmarshal number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    ['apps.v1.Deployment', '{"spec":{"replicas":99999999999}}',
      'json: cannot unmarshal number 99999999999 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    ['core.v1.Pod', '{"spec":{"containers":[{"command":"sh"}]}}',
      'json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string'],
    ['core.v1.Pod', '{"spec":{"containers":{}}}',
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container'],
    ['core.v1.Pod', '{"spec":{"containers":[{"resources":{"limits":[]}}]}}', 'json: cannot unmarshal array into Go struct field '
      + 'ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList'],
    ['core.v1.Pod', '{"spec":{"containers":[{"livenessProbe":{"tcpSocket":{"port":1.5}}}]}}', 'json: cannot unmarshal '
      + 'number 1.5 into Go struct field TCPSocketAction.spec.containers.livenessProbe.ProbeHandler.tcpSocket.port of type int32'],
    ['core.v1.ConfigMap', '{"data":{"a":1}}', 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
    ['core.v1.ConfigMap', '{"data":[]}',
      'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string'],
    ['core.v1.Secret', '{"data":{"a":"abc"}}', 'illegal base64 data at input byte 0'],
    ['core.v1.Pod', '{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['core.v1.Pod', '{"metadata":{"creationTimestamp":5}}',
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string'],
    ['core.v1.Pod', '{"metadata":{"creationTimestamp":"2020-02-30T00:00:00Z"}}',
      'parsing time "2020-02-30T00:00:00Z": day out of range'],
    ['core.v1.Pod', '[]', 'json: cannot unmarshal array into Go value of type v1.Pod'],
  ])('%s %s', (definition, text, message) => {
    expect(() => decodeText(definition, text)).toThrow(message)
  })

  it('give way to a value that stops decoding', () => {
    const text = '{"spec":{"nodeName":5,"containers":[{"resources":{"limits":{"cpu":"x"}}}]}}'
    expect(() => decodeText('core.v1.Pod', text)).toThrow('quantities must match')
  })
})

describe('the object', () => {
  it('stands in the order of declaration, with maps sorted', () => {
    const text = '{"data":{"b":"1","a":"2"},"metadata":{"name":"x"},"apiVersion":"v1","kind":"ConfigMap"}'
    const { object } = decodeText('core.v1.ConfigMap', text)
    expect(JSON.stringify(object)).toBe('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"},"data":{"a":"2","b":"1"}}')
  })

  it('drops what Go drops and keeps what Go keeps', () => {
    const container = { name: 'c', env: [], command: null, resources: {}, securityContext: {}, stdin: false }
    const { object } = decodeText('core.v1.Pod', pod([container], { nodeName: '', nodeSelector: {} }))
    const kept = { name: 'c', resources: {}, securityContext: {} }
    expect(object).toEqual({ metadata: {}, spec: { containers: [kept] }, status: {} })
  })

  it('has what Go always writes', () => {
    expect(normalize(schemaOf('apps.v1.ReplicaSet'), { metadata: {} })).toEqual({
      metadata: {}, spec: { selector: null, template: { metadata: {}, spec: { containers: null } } }, status: { replicas: 0 },
    })
  })

  it('has canonical quantities, times and bytes', () => {
    const limits = { cpu: '0.5', memory: '1024Mi', 'example.com/x': 3, small: '1u' }
    expect(decodeText('core.v1.Pod', pod([{ name: 'c', resources: { limits } }])).object.spec.containers[0].resources.limits)
      .toEqual({ cpu: '500m', 'example.com/x': '3', memory: '1Gi', small: '1m' })
    expect(decodeText('core.v1.Pod', '{"metadata":{"creationTimestamp":"2020-01-02T03:04:05.9+02:00"}}').object.metadata)
      .toEqual({ creationTimestamp: '2020-01-02T01:04:05Z' })
    expect(decodeText('core.v1.Secret', '{"data":{"a":"YQ=\\n=","b":null}}').object.data).toEqual({ a: 'YQ==', b: '' })
  })

  it('keeps keys that JavaScript thinks special as data', () => {
    const text = '{"__proto__":{"polluted":1},"constructor":1,"data":{"__proto__":"x","constructor":"y"}}'
    const { object } = decodeText('core.v1.ConfigMap', text)
    expect(JSON.stringify(object.data)).toBe('{"__proto__":"x","constructor":"y"}')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(object.data)).toBe(Object.prototype)
  })

  it('never shares what may change with the value it came from', () => {
    const value = { spec: { containers: [{ name: 'c', args: ['a'] }] } }
    const { object } = decode(schemaOf('core.v1.Pod'), value, { mode: 'Ignore' })
    object.spec.containers[0].args.push('b')
    expect(value.spec.containers[0].args).toEqual(['a'])
  })
})
