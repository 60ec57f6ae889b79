import { describe, expect, test } from 'vitest'
import { limitRanges } from '../../../api/kinds/core/limitranges.ts'
import { persistentVolumeClaims } from '../../../api/kinds/core/persistentvolumeclaims.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import { resourceQuotas } from '../../../api/kinds/core/resourcequotas.ts'
import { secrets } from '../../../api/kinds/core/secrets.ts'
import { services } from '../../../api/kinds/core/services.ts'
import type { ResourceQuota } from '../../../api/schema/generated/types.ts'
import { limitRanger } from '../../../server/admission/limit-ranger.ts'
import { resourceQuota } from '../../../server/admission/resource-quota.ts'
import { admit, createWorld, refusal } from './world.ts'

const pod = (name: string, ...resources: object[]) =>
  ({ metadata: { name }, spec: { containers: resources.map((own, i) => ({ name: 'cde'[i], image: 'i', resources: own })) } })

describe('limit ranges', () => {
  const { world } = createWorld([limitRanges, {
    metadata: { name: 'lr', namespace: 'n' }, spec: {
      limits: [
        {
          type: 'Container', default: { cpu: '200m', memory: '128Mi' }, defaultRequest: { cpu: '100m', memory: '128Mi' },
            min: { cpu: '50m' },
          max: { cpu: '500m', memory: '256Mi' }, maxLimitRequestRatio: { cpu: '4' },
        },
        { type: 'Pod', max: { memory: '300Mi' } },
        { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } },
      ],
    },
  }])

  test('give containers what they leave open, and say so', async () => {
    const plain = await admit([limitRanger], world, pods, pod('plain', {}))
    expect(plain.spec.containers[0].resources)
      .toEqual({ limits: { cpu: '200m', memory: '128Mi' }, requests: { cpu: '100m', memory: '128Mi' } })
    expect(plain.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c',
    })
    const half = await admit([limitRanger], world, pods, pod('half', { requests: { cpu: '150m' } }))
    expect(half.metadata.annotations!['kubernetes.io/limit-ranger'])
      .toBe('LimitRanger plugin set: memory request for container c; cpu, memory limit for container c')
  })

  test.each([
    [[{ requests: { cpu: '10m' }, limits: { cpu: '20m' } }], 'minimum cpu usage per Container is 50m, but request is 10m'],
    [[{ limits: { memory: '1Gi' }, requests: { memory: '1Gi' } }],
      '[maximum memory usage per Container is 256Mi, but limit is 1Gi, maximum memory usage per Pod is 300Mi, but limit is 1Gi]'],
    [[{ requests: { cpu: '50m' }, limits: { cpu: '500m' } }],
      'cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000'],
    [[{ limits: { memory: '200Mi' } }, { limits: { memory: '200Mi' } }],
      'maximum memory usage per Pod is 300Mi, but limit is 400Mi'],
  ])('%j is out of bounds', async (resources, why) => {
    expect(await refusal(admit([limitRanger], world, pods, pod('p', ...resources)))).toBe(`pods "p" is forbidden: ${why}`)
  })

  test('bound claims as well', async () => {
    const claim = (storage: string) =>
      refusal(admit([limitRanger], world, persistentVolumeClaims,
        { metadata: { name: 'c' }, spec: { resources: { requests: { storage } } } }))
    expect(await claim('5Gi'))
      .toBe('persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi')
    expect(await claim('1Mi'))
      .toBe('persistentvolumeclaims "c" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi')
    expect(await claim('2Gi')).toBe('admitted')
  })
})

describe('quotas', () => {
  const hard = { pods: '2', 'requests.cpu': '1', 'count/secrets': '1', 'services.nodeports': '0' }
  const withQuota = (limits: Record<string, string> = hard, spec: object = {}) => createWorld([resourceQuotas, {
    metadata: { name: 'few', namespace: 'n' }, spec: { hard: limits, ...spec },
    status: { hard: limits, used: Object.fromEntries(Object.keys(limits).map(name => [name, '0'])) },
  }])
  const cpu = (amount: string) => ({ requests: { cpu: amount } })

  test('are charged for what is admitted', async () => {
    const { world } = withQuota()
    await admit([resourceQuota], world, pods, pod('a', cpu('300m'), cpu('300m')))
    await admit([resourceQuota], world, pods, pod('b', cpu('10m'), cpu('10m')))
    expect(world.get<ResourceQuota>(resourceQuotas, 'few', 'n')!.status!.used)
      .toMatchObject({ pods: '2', 'requests.cpu': '620m' })
    expect(await refusal(admit([resourceQuota], world, pods, pod('third', cpu('10m'), cpu('10m')))))
      .toBe('pods "third" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2')
  })

  test('refuse what is too much, and what does not say how much it needs', async () => {
    const { world } = withQuota()
    expect(await refusal(admit([resourceQuota], world, pods, pod('big', cpu('600m'), cpu('600m')))))
      .toBe('pods "big" is forbidden: exceeded quota: few, requested: requests.cpu=1200m, used: requests.cpu=0, limited: requests.cpu=1')
    expect(await refusal(admit([resourceQuota], world, pods, pod('bare', {}, {}))))
      .toBe('pods "bare" is forbidden: failed quota: few: must specify requests.cpu for: c,d')
    expect(await refusal(admit([resourceQuota], world, services,
      { metadata: { name: 'web' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } })))
      .toBe('services "web" is forbidden: exceeded quota: few, requested: services.nodeports=1, used: services.nodeports=0, limited: services.nodeports=0')
  })

  test('let through no more than fits when many ask at once', async () => {
    const { world } = withQuota({ pods: '3' })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) =>
      refusal(admit([resourceQuota], world, pods, pod(`p${i}`, {})))))
    expect(answers.filter(answer => answer === 'admitted')).toHaveLength(3)
    expect(world.get<ResourceQuota>(resourceQuotas, 'few', 'n')!.status!.used).toEqual({ pods: '3' })
  })

  test('a dry run costs nothing but is held to them', async () => {
    const { world } = withQuota()
    const secret = (dryRun: boolean) => refusal(admit([resourceQuota], world, secrets, { metadata: { name: 's' } }, { dryRun }))
    expect([await secret(true), await secret(false), await secret(true)]).toEqual(['admitted', 'admitted',
      'secrets "s" is forbidden: exceeded quota: few, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1'])
  })

  test('with a scope concern only some pods', async () => {
    const { world } = withQuota({ pods: '0' }, { scopes: ['BestEffort'] })
    expect(await refusal(admit([resourceQuota], world, pods, pod('a', cpu('1m'))))).toBe('admitted')
    expect(await refusal(admit([resourceQuota], world, pods, pod('b', {})))).toContain('exceeded quota: few')
  })

  test('whose usage is not counted yet admit nothing', async () => {
    const { world } = createWorld([resourceQuotas,
      { metadata: { name: 'new', namespace: 'n' }, spec: { hard }, status: { hard } }])
    expect(await refusal(admit([resourceQuota], world, secrets, { metadata: { name: 's' } })))
      .toBe('secrets "s" is forbidden: status unknown for quota: new, resources: count/secrets')
  })

  test('charge an update for its growth alone', async () => {
    const { world } = withQuota({ 'services.nodeports': '1', services: '1' })
    const service = (type: string) =>
      ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'n' }, spec: { type, ports: [{ port: 80 }] } })
    await admit([resourceQuota], world, services, service('ClusterIP'))
    await admit([resourceQuota], world, services, service('NodePort'),
      { operation: 'UPDATE', old: service('ClusterIP') as never })
    expect(world.get<ResourceQuota>(resourceQuotas, 'few', 'n')!.status!.used)
      .toEqual({ 'services.nodeports': '1', services: '1' })
  })
})
