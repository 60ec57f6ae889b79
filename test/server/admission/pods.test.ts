import { describe, expect, test } from 'vitest'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { nodes } from '../../../api/kinds/core/nodes.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import { configMaps } from '../../../api/kinds/core/configmaps.ts'
import { serviceAccounts } from '../../../api/kinds/core/serviceaccounts.ts'
import { runtimeClasses } from '../../../api/kinds/node/runtimeclasses.ts'
import { priorityClasses } from '../../../api/kinds/scheduling/priorityclasses.ts'
import type { StatusError } from '../../../api/status.ts'
import { defaultTolerationSeconds } from '../../../server/admission/default-toleration-seconds.ts'
import { namespaceLifecycle } from '../../../server/admission/namespace-lifecycle.ts'
import { priority } from '../../../server/admission/priority.ts'
import { runtimeClass } from '../../../server/admission/runtime-class.ts'
import { serviceAccount } from '../../../server/admission/service-account.ts'
import { taintNodesByCondition } from '../../../server/admission/taint-nodes.ts'
import { admit, createWorld, refusal } from './world.ts'

const pod = (spec: object = {}) => ({ metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } })

describe('namespaces', () => {
  const { world } = createWorld(
    [namespaces, { metadata: { name: 'n' }, status: { phase: 'Active' } }],
    [namespaces, { metadata: { name: 'gone' }, status: { phase: 'Terminating' } }])

  test('nothing is written into one that does not exist', async () => {
    expect(await refusal(admit([namespaceLifecycle], world, configMaps, { metadata: { name: 'a' } }, { namespace: 'nowhere' })))
      .toBe('namespaces "nowhere" not found')
    expect(await refusal(admit([namespaceLifecycle], world, configMaps, { metadata: { name: 'a' } }))).toBe('admitted')
  })

  test('nothing new is written into one that ends, and the Status says why', async () => {
    const { status } = await admit([namespaceLifecycle], world, configMaps, { metadata: { name: 'late' } },
      { namespace: 'gone' }).catch(error => error as StatusError) as StatusError
    expect(status).toMatchObject({
      code: 403, message: 'configmaps "late" is forbidden: unable to create new content in namespace gone because it is being terminated',
      details: { name: 'late', kind: 'configmaps',
        causes: [{ reason: 'NamespaceTerminating', message: 'namespace gone is being terminated',
          field: 'metadata.namespace' }] },
    })
    expect(await refusal(admit([namespaceLifecycle], world, configMaps, { metadata: { name: 'late' } },
      { namespace: 'gone', operation: 'UPDATE' }))).toBe('admitted')
  })

  test('some may not be deleted', async () => {
    const remove = (name: string) =>
      refusal(admit([namespaceLifecycle], world, namespaces, { metadata: {} }, { operation: 'DELETE', name, object: undefined }))
    expect(await remove('default')).toBe('namespaces "default" is forbidden: this namespace may not be deleted')
    expect(await remove('mine')).toBe('admitted')
  })
})

describe('service accounts', () => {
  const { world } = createWorld(
    [serviceAccounts, { metadata: { name: 'default', namespace: 'n' }, imagePullSecrets: [{ name: 'registry' }] }],
    [serviceAccounts, { metadata: { name: 'quiet', namespace: 'n' }, automountServiceAccountToken: false }])
  const at = '/var/run/secrets/kubernetes.io/serviceaccount'

  test('a pod gets the default account, its token and its pull secrets', async () => {
    const { spec } = await admit([serviceAccount], world, pods, pod({ initContainers: [{ name: 'i', image: 'i' }] }))
    const name = spec.volumes[0].name
    expect(name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(spec).toMatchObject({
      serviceAccountName: 'default', serviceAccount: 'default', imagePullSecrets: [{ name: 'registry' }],
      initContainers: [{ volumeMounts: [{ name, readOnly: true, mountPath: at }] }],
        containers: [{ volumeMounts: [{ name, readOnly: true, mountPath: at }] }],
    })
    expect(spec.volumes).toEqual([{
      name, projected: {
        defaultMode: 420, sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    }])
  })

  test('no token where one is mounted already, or none is wanted', async () => {
    const own = pod({ containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'x', mountPath: at }] }] })
    expect((await admit([serviceAccount], world, pods, own)).spec.volumes).toBeUndefined()
    expect((await admit([serviceAccount], world, pods, pod({ automountServiceAccountToken: false }))).spec.volumes)
      .toBeUndefined()
    expect((await admit([serviceAccount], world, pods, pod({ serviceAccountName: 'quiet' }))).spec.volumes).toBeUndefined()
  })

  test('an account that is not there is refused at once, the default one after a while', async () => {
    expect(await refusal(admit([serviceAccount], world, pods, pod({ serviceAccountName: 'nobody' }))))
      .toBe('pods "p" is forbidden: error looking up service account n/nobody: serviceaccount "nobody" not found')
    const empty = createWorld()
    const waiting = refusal(admit([serviceAccount], empty.world, pods, pod()))
    await empty.clock.advance(2000)
    expect(await waiting).toBe('pods "p" is forbidden: error looking up service account n/default: serviceaccount "default" not found')
  })

  test('the default account may come a little late', async () => {
    const late = createWorld()
    const admitted = admit([serviceAccount], late.world, pods, pod())
    await late.clock.advance(100)
    late.put(serviceAccounts, { metadata: { name: 'default', namespace: 'n' } })
    await late.clock.advance(100)
    expect((await admitted).spec.serviceAccountName).toBe('default')
  })
})

describe('priority', () => {
  const { world } = createWorld([priorityClasses, { metadata: { name: 'high' }, value: 700, preemptionPolicy: 'Never' }])

  test('comes from the class', async () => {
    expect((await admit([priority], world, pods, pod())).spec)
      .toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' })
    expect((await admit([priority], world, pods, pod({ priorityClassName: 'high' }))).spec)
      .toMatchObject({ priority: 700, preemptionPolicy: 'Never' })
  })

  test('a class that is not there, or a number that differs, is refused', async () => {
    expect(await refusal(admit([priority], world, pods, pod({ priorityClassName: 'none' }))))
      .toBe('pods "p" is forbidden: no PriorityClass with name none was found')
    expect(await refusal(admit([priority], world, pods, pod({ priorityClassName: 'high', priority: 7 }))))
      .toBe('pods "p" is forbidden: the integer value of ' +
      'priority (7) must not be provided in pod spec; priority admission controller computed 700 from the given PriorityClass name')
  })

  test('the default class applies to all, and there is one at most', async () => {
    const withDefault = createWorld([priorityClasses, { metadata: { name: 'usual' }, value: 5, globalDefault: true }]).world
    expect((await admit([priority], withDefault, pods, pod())).spec).toMatchObject({ priority: 5, priorityClassName: 'usual' })
    expect(await refusal(admit([priority], withDefault, priorityClasses,
      { metadata: { name: 'second' }, value: 6, globalDefault: true })))
      .toContain('PriorityClass usual is already marked as default. Only one default can exist')
  })
})

describe('runtime classes', () => {
  const { world } = createWorld([runtimeClasses, {
    metadata: { name: 'box' }, handler: 'box', overhead: { podFixed: { cpu: '25m' } },
    scheduling: { nodeSelector: { box: '1' }, tolerations: [{ key: 'box', operator: 'Exists' }] },
  }])

  test('give overhead, node selector and tolerations', async () => {
    const { spec } = await admit([runtimeClass], world, pods, pod({ runtimeClassName: 'box', nodeSelector: { a: 'b' } }))
    expect(spec).toMatchObject({ overhead: { cpu: '25m' }, nodeSelector: { a: 'b', box: '1' },
      tolerations: [{ key: 'box', operator: 'Exists' }] })
  })

  test.each([
    [{ runtimeClassName: 'box', nodeSelector: { box: '2' } },
      'conflict: runtimeClass.scheduling.nodeSelector[box] = 1; pod.spec.nodeSelector[box] = 2'],
    [{ runtimeClassName: 'box', overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    [{ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
  ])('%j is refused', async (spec, why) => {
    expect(await refusal(admit([runtimeClass], world, pods, pod(spec)))).toBe(`pods "p" is forbidden: ${why}`)
  })
})

describe('tolerations and taints', () => {
  const { world } = createWorld()
  const lost = (key: string, tolerationSeconds = 300) =>
    ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds })

  test('pods stay five minutes on a lost node unless they say otherwise', async () => {
    const given = async (tolerations?: object[]) => (await admit([defaultTolerationSeconds], world, pods, pod({ tolerations })))
      .spec.tolerations
    expect(await given()).toEqual([lost('not-ready'), lost('unreachable')])
    expect(await given([lost('not-ready', 10)])).toEqual([lost('not-ready', 10), lost('unreachable')])
    expect(await given([{ operator: 'Exists' }])).toEqual([{ operator: 'Exists' }])
  })

  test('a new node takes no pods yet', async () => {
    const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
    expect((await admit([taintNodesByCondition], world, nodes, { metadata: { name: 'x' } })).spec.taints).toEqual([taint])
    expect((await admit([taintNodesByCondition], world, nodes, { metadata: { name: 'x' }, spec: { taints: [taint] } }))
      .spec.taints).toEqual([taint])
  })
})
