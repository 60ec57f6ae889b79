import { describe, expect, it } from 'vitest'
import type { Kind } from '../../../api/kind.ts'
import { validatingWebhookConfigurations } from '../../../api/kinds/admissionregistration/validatingwebhookconfigurations.ts'
import { horizontalPodAutoscalersV1 } from '../../../api/kinds/autoscaling/horizontalpodautoscalers-v1.ts'
import { horizontalPodAutoscalers } from '../../../api/kinds/autoscaling/horizontalpodautoscalers.ts'
import { leases } from '../../../api/kinds/coordination/leases.ts'
import { endpointSlices } from '../../../api/kinds/discovery/endpointslices.ts'
import { ingresses } from '../../../api/kinds/networking/ingresses.ts'
import { networkPolicies } from '../../../api/kinds/networking/networkpolicies.ts'
import { podDisruptionBudgets } from '../../../api/kinds/policy/poddisruptionbudgets.ts'
import { clusterRoleBindings } from '../../../api/kinds/rbac/clusterrolebindings.ts'
import { clusterRoles } from '../../../api/kinds/rbac/clusterroles.ts'
import { roleBindings } from '../../../api/kinds/rbac/rolebindings.ts'
import { roles } from '../../../api/kinds/rbac/roles.ts'
import { priorityClasses } from '../../../api/kinds/scheduling/priorityclasses.ts'
import { storageClasses } from '../../../api/kinds/storage/storageclasses.ts'
import { create, update } from './write.ts'

const make = (kind: Kind<any>, object: object) => create(kind, { metadata: {}, ...object })
const row = (kind: Kind<any>, object: object, columns: number) => kind.columns!.slice(1, columns)
  .map(column => column.value(object as never, new Date('2026-01-01T00:10:00Z'))).join(' ')

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const backend = { service: { name: 'web', port: { number: 80 } } }
const path = (over: object) => ({ spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend, ...over }] } }] } })
const policy = (rule: object) => ({ spec: { podSelector: {}, ingress: [rule] } })
const cpu = (averageUtilization: number) =>
  ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } })

describe('objects that are refused', () => {
  it.each<[Kind<any>, object, string[]]>([
    [horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 2, minReplicas: 4 } },
      ['spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`']],
    [horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 2, metrics: [{ type: 'Pods' }] } },
      ['spec.metrics[0].pods: Required value: must populate information for the given metric source']],
    [horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 2,
      behavior: { scaleUp: { stabilizationWindowSeconds: -1 } } } },
      ['spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero']],
    [horizontalPodAutoscalersV1, { spec: { scaleTargetRef, maxReplicas: 2, targetCPUUtilizationPercentage: -3 } },
      ['spec.metrics[0].resource.target.averageUtilization: Invalid value: -3: must be greater than 0']],
    [ingresses, path({}), []],
    [ingresses, path({ path: 'x' }),
      ['spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path']],
    [ingresses, path({ path: '/%2F' }),
      ["spec.rules[0].http.paths[0].path: Invalid value: \"/%2F\": must not contain '%2F'"]],
    [ingresses, path({ backend: { service: { name: 'web', port: {} } } }),
      ['spec.rules[0].http.paths[0].backend: Required value: port name or number is required']],
    [networkPolicies, policy({ from: [{}] }), ['spec.ingress[0].from[0]: Required value: must specify a peer']],
    [networkPolicies, policy({ from: [{ ipBlock: { cidr: '10.1.0.0/16', except: ['10.2.0.0/24'] } }] }),
      ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.2.0.0/24": must be a strict subset of `cidr`']],
    [networkPolicies, policy({ ports: [{ port: 90, endPort: 89 }] }),
      ['spec.ingress[0].ports[0].endPort: Invalid value: 90: must be greater than or equal to `port`']],
    [podDisruptionBudgets, { spec: { selector: {}, maxUnavailable: '200%' } },
      ['spec.maxUnavailable: Invalid value: "200%": must not be greater than 100%']],
    [roles, { rules: [{ verbs: [], apiGroups: [''], resources: ['pods'] }] },
      ['rules[0].verbs: Required value: verbs must contain at least one value']],
    [roles, { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs']],
    [clusterRoles, { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] }, []],
    [clusterRoleBindings, { roleRef: { kind: 'Role', name: 'a' } },
      ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"']],
    [roleBindings, { roleRef: { kind: 'Role', name: 'a' }, subjects: [{ kind: 'Pod', name: 'a' }] },
      ['subjects[0].kind: Unsupported value: "Pod": supported values: "ServiceAccount", "User", "Group"']],
    [priorityClasses, { value: 2_000_000_000 },
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
    [priorityClasses, { metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }, []],
    [leases, { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }, [
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0']],
    [endpointSlices, { addressType: 'IPv4', endpoints: [{ addresses: ['fd00::1'] }] },
      ['endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address']],
    [endpointSlices, { addressType: 'IPv4', endpoints: [{ addresses: [] }] },
      ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    [storageClasses, { provisioner: 'a b', reclaimPolicy: 'Burn' }, [
      expect.stringMatching(/^provisioner: Invalid value: "a b": /) as never,
      'reclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Retain"']],
  ])('%#', (kind, object, errors) => { expect(make(kind, object).errors).toEqual(errors) })

  it.each<[Kind<any>, object, (draft: any) => void, string[]]>([
    [roleBindings, { roleRef: { kind: 'Role', name: 'a' } }, draft => { draft.roleRef.name = 'b' },
      ['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef']],
    [priorityClasses, { value: 4 }, draft => { draft.value = 5 }, ['value: Forbidden: may not be changed in an update.']],
    [endpointSlices, { addressType: 'IPv4', endpoints: [] }, draft => { draft.addressType = 'IPv6' },
      ['addressType: Invalid value: "IPv6": field is immutable']],
    [storageClasses, { provisioner: 'x' }, draft => { draft.provisioner = 'y' },
      ['provisioner: Invalid value: "y": field is immutable']],
  ])('when changed %#', (kind, object, change, errors) => {
    expect(update(kind, make(kind, object).object, change).errors).toEqual(errors)
  })
})

describe('an autoscaler', () => {
  it('has one form for each version', () => {
    const { object } = make(horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 3, metrics: [
      cpu(50), { type: 'Pods', pods: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '5' } } },
    ] } })
    const { fromStored, toStored } = horizontalPodAutoscalersV1.storedAs!
    const v1 = fromStored(object) as any
    expect(v1.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 50 })
    expect(JSON.parse(v1.metadata.annotations['autoscaling.alpha.kubernetes.io/metrics']))
      .toEqual([{ type: 'Pods', pods: { metricName: 'queue', targetAverageValue: '5' } }])
    expect((toStored(v1) as any).spec.metrics).toEqual(expect.arrayContaining(object.spec.metrics))
  })

  it('aims at 80% unless told otherwise', () => {
    const { object } = make(horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 3 } })
    expect(object.spec).toMatchObject({ minReplicas: 1, metrics: [cpu(80)] })
    expect(row(horizontalPodAutoscalers, object, 6)).toBe('Deployment/web cpu: <unknown>/80% 1 3 0')
  })
})

describe('columns', () => {
  it.each<[Kind<any>, object, number, string]>([
    [ingresses, { spec: { ingressClassName: 'own', rules: [{ host: 'a.b' }, { host: 'c.d' }] } }, 5, 'own a.b,c.d  80'],
    [ingresses, { spec: { ...path({}).spec, tls: [{ hosts: ['a.b'] }] } }, 5, '<none> *  80, 443'],
    [endpointSlices, { addressType: 'IPv4', ports: [{ port: 80 }, { port: 443 }],
      endpoints: ['1', '2', '3', '4'].map(last => ({ addresses: [`10.0.0.${last}`] })) }, 4,
      'IPv4 80,443 10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...'],
    [priorityClasses, { value: 7, globalDefault: true }, 5, '7 true 10m PreemptLowerPriority'],
    [roleBindings, { roleRef: { kind: 'Role', name: 'a' } }, 3, 'Role/a 10m'],
    [podDisruptionBudgets, { spec: { maxUnavailable: 1 } }, 5, 'N/A 1 0 10m'],
    [storageClasses, { provisioner: 'x' }, 6, 'x Delete Immediate false 10m'],
  ])('%#', (kind, object, columns, expected) => { expect(row(kind, make(kind, object).object, columns)).toBe(expected) })
})

describe('a webhook', () => {
  const hook = (over: object) => make(validatingWebhookConfigurations, { webhooks: [{
    name: 'a.example.org', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig: { url: 'https://a.example.org/x' },
    ...over,
  }] })

  it('gets its defaults', () => {
    const { object, errors } = hook({ clientConfig: { service: { namespace: 'a', name: 'b' } } })
    expect(errors).toEqual([])
    expect(object.webhooks?.[0]).toMatchObject({
      failurePolicy: 'Fail', matchPolicy: 'Equivalent', timeoutSeconds: 10, namespaceSelector: {}, objectSelector: {},
      clientConfig: { service: { port: 443 } },
    })
  })

  it.each<[object, string[]]>([
    [{ name: 'short' },
      ['webhooks[0].name: Invalid value: "short": should be a domain with at least three segments separated by dots']],
    [{ sideEffects: 'Some' },
      ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"']],
    [{ timeoutSeconds: 31 },
      ['webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds']],
    [{ clientConfig: {} }, ['webhooks[0].clientConfig: Required value: exactly one of url or service is required']],
  ])('with %j is told what is wrong', (over, errors) => { expect(hook(over).errors).toEqual(errors) })
})
