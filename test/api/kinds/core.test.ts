import { describe, expect, it } from 'vitest'
import { configMaps } from '../../../api/kinds/core/configmaps.ts'
import { endpoints } from '../../../api/kinds/core/endpoints.ts'
import { limitRanges } from '../../../api/kinds/core/limitranges.ts'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { nodes } from '../../../api/kinds/core/nodes.ts'
import { persistentVolumes } from '../../../api/kinds/core/persistentvolumes.ts'
import { resourceQuotas } from '../../../api/kinds/core/resourcequotas.ts'
import { secrets } from '../../../api/kinds/core/secrets.ts'
import type { Kind } from '../../../api/kind.ts'
import { create, update } from './write.ts'

const wrongKey = 'a valid config key must consist of alphanumeric characters, \'-\', \'_\' or \'.\' (e.g. \'key.name\',  or '
  + '\'KEY_NAME\',  or \'key-name\', regex used for validation is \'[-._a-zA-Z0-9]+\')'
const row = (kind: Kind<any>, object: object, columns = 9) => kind.columns!.slice(0, columns)
  .map(column => column.value(object as never, new Date('2026-01-01T00:10:00Z'))).join(' ')

describe('config maps and secrets', () => {
  it.each<[Kind<any>, object, string[]]>([
    [configMaps, { data: { 'a b': '' } }, [`data[a b]: Invalid value: "a b": ${wrongKey}`]],
    [configMaps, { data: { a: '' }, binaryData: { a: '' } },
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData']],
    [configMaps, { data: { a: 'x'.repeat(1024 * 1024 + 1) } }, ['[]: Too long: may not be more than 1048576 bytes']],
    [secrets, { data: { '..': '' } }, ['data[..]: Invalid value: "..": must not be \'..\'']],
    [secrets, { type: 'kubernetes.io/basic-auth' }, ['data[username]: Required value', 'data[password]: Required value']],
    [secrets, { type: 'kubernetes.io/tls', data: { 'tls.key': '' } }, ['data[tls.crt]: Required value']],
    [secrets, { type: 'kubernetes.io/service-account-token' },
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value']],
    [secrets, { type: 'example.org/any' }, []],
  ])('%# are told what is wrong', (kind, object, errors) => {
    expect(create(kind, { metadata: {}, ...object }).errors).toEqual(errors)
  })

  it('takes text into data', () => {
    const { object } = create(secrets, { metadata: {}, data: { a: 'YQ==' }, stringData: { a: 'é', b: 'c' } })
    expect(object).toMatchObject({ type: 'Opaque', data: { a: 'w6k=', b: 'Yw==' } })
    expect(object).not.toHaveProperty('stringData')
  })

  it('stay what they are when immutable', () => {
    const { object } = create(configMaps, { metadata: {}, immutable: true, data: { a: 'b' } })
    expect(update(configMaps, object, draft => { draft.data = { a: 'c' }; draft.immutable = false }).errors).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ])
  })

  it('keep their type', () => {
    expect(update(secrets, create(secrets, { metadata: {} }).object, draft => { draft.type = 'x' }).errors)
      .toEqual(['type: Invalid value: "x": field is immutable'])
  })
})

describe('a namespace', () => {
  it('is created active, finalized later and named by a label', () => {
    const { object } = create(namespaces, { metadata: { name: 'team', namespace: undefined }, status: { phase: 'Odd' } })
    expect(object).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'team' } },
      spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' },
    })
  })
})

describe('a node', () => {
  const node = (object: { metadata?: object; spec?: object; status?: object }) => create(nodes,
    { ...object, metadata: { name: 'n', namespace: undefined, ...object.metadata } })

  it.each<[object, string]>([
    [{}, 'n Unknown <none>'],
    [{ status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'n Ready <none>'],
    [{ status: { conditions: [{ type: 'Ready', status: 'Unknown' }] }, spec: { unschedulable: true } },
      'n NotReady,SchedulingDisabled <none>'],
    [{ metadata: { labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/edge': '',
      'kubernetes.io/role': 'x' } } },
      'n Unknown edge,worker,x'],
  ])('%j is shown in columns', (object, expected) => { expect(row(nodes, node(object).object, 3)).toBe(expected) })

  it('has taints that do not repeat', () => {
    const taint = { key: 'a', value: 'b', effect: 'NoSchedule' }
    expect(node({ spec: { taints: [taint, { ...taint, value: 'c' }] } }).errors)
      .toEqual(['metadata.taints[1]: Duplicate value: {"Key":"a","Value":"c","Effect":"NoSchedule","TimeAdded":null}: '
        + 'taints must be unique by key and effect pair'])
  })

  it('keeps its addresses for pods', () => {
    const { object } = node({ spec: { podCIDR: '10.244.1.0/24' } })
    expect(object.spec?.podCIDRs).toEqual(['10.244.1.0/24'])
    expect(update(nodes, object, draft => { draft.spec = { podCIDR: '10.244.2.0/24', podCIDRs: ['10.244.2.0/24'] } }).errors)
      .toEqual(['spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'])
  })
})

describe('endpoints', () => {
  const addresses = (...ips: string[]) => ips.map(ip => ({ ip }))
  it.each<[object[] | undefined, string]>([
    [undefined, '<none>'],
    [[{ addresses: addresses('10.0.0.1') }], '10.0.0.1'],
    [[{ addresses: addresses('10.0.0.1', '10.0.0.2'), ports: [{ port: 80 }, { port: 443 }] }],
      '10.0.0.1:80,10.0.0.2:80,10.0.0.1:443 + 1 more...'],
    [[{ notReadyAddresses: addresses('10.0.0.1'), ports: [{ port: 80 }] }], ''],
  ])('of %j are shown in columns', (subsets, expected) => {
    expect(row(endpoints, create(endpoints, { metadata: {}, subsets }).object, 2)).toBe(`it ${expected}`)
  })

  it('are told what is wrong', () => {
    expect(create(endpoints, { metadata: {},
      subsets: [{ addresses: addresses('127.0.0.9', 'x'), ports: [{ port: 0 }] }] }).errors)
      .toEqual([
        'subsets[0].addresses[0].ip: Invalid value: "127.0.0.9": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'subsets[0].addresses[1].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'subsets[0].addresses[1].ip: Invalid value: "x": must be a valid IP address',
        'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      ])
  })
})

describe('quotas and limit ranges', () => {
  const quota = (spec: object) => create(resourceQuotas, { metadata: {}, spec })
  const range = (limit: object) => create(limitRanges, { metadata: {}, spec: { limits: [limit] } })

  it.each<[object, string[]]>([
    [{ hard: { services: '1', 'requests.storage': '1Gi', 'count/x.example.org': '3' } }, []],
    [{ hard: { services: '500m' } }, ['spec.hard[services]: Invalid value: "500m": must be an integer']],
    [{ hard: { odd: '1' } }, [
      'spec.hard[odd]: Invalid value: "odd": must be a standard resource type or fully qualified',
      'spec.hard[odd]: Invalid value: "odd": must be a standard resource for quota']],
    [{ scopes: ['Terminating', 'NotTerminating'] },
      ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes']],
    [{ scopes: ['BestEffort'], hard: { secrets: '1' } },
      ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource']],
  ])('a quota of %j', (spec, errors) => { expect(quota(spec).errors).toEqual(errors) })

  it('a quota keeps its scopes and shows what is used', () => {
    const { object } = quota({ hard: { pods: '2', 'limits.cpu': '4' }, scopes: ['NotBestEffort'] })
    expect(update(resourceQuotas, object, ({ spec }) => { spec!.scopes = [] }).errors)
      .toEqual(['spec.scopes: Invalid value: []: field is immutable'])
    const status = { hard: { pods: '2', 'limits.cpu': '4' }, used: { pods: '1', 'limits.cpu': '500m' } }
    expect(row(resourceQuotas, { ...object, status }, 3)).toBe('it pods: 1/2 limits.cpu: 500m/4')
  })

  it('a limit range fills in what follows from its maximum', () => {
    expect(range({ type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' } }).object.spec?.limits?.[0]).toEqual({
      type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' },
      default: { cpu: '2' }, defaultRequest: { cpu: '2', memory: '1Mi' },
    })
  })

  it.each<[object, string[]]>([
    [{ type: 'Pod', min: { cpu: '3' }, max: { cpu: '2' } },
      ['spec.limits[0].min[cpu]: Invalid value: "3": min value 3 is greater than max value 2']],
    [{ type: 'Pod', default: { cpu: '1' } }, ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"]],
    [{ type: 'Bag' }, ['spec.limits[0].type: Invalid value: "Bag": must be a standard limit type or fully qualified']],
    [{ type: 'Container', maxLimitRequestRatio: { memory: '200m' } },
      ['spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "200m": ratio 200m is less than 1']],
  ])('a limit of %j', (limit, errors) => { expect(range(limit).errors).toEqual(errors) })
})

describe('a volume', () => {
  const volume = (spec: object) => create(persistentVolumes,
    { metadata: { namespace: undefined }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec } })
  it.each<[object, string[]]>([
    [{ hostPath: { path: '/x' } }, []],
    [{}, ['spec: Required value: must specify a volume type']],
    [{ hostPath: { path: '/x' }, nfs: { server: 's', path: '/' } },
      ['spec.nfs: Forbidden: may not specify more than 1 volume type']],
    [{ hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' },
      ['spec.persistentVolumeReclaimPolicy: Forbidden: may not be \'recycle\' for a hostPath mount of \'/\'']],
  ])('of %j is told what is wrong', (spec, errors) => { expect(volume(spec).errors).toEqual(errors) })
})
