import { describe, expect, it } from 'vitest'
import { deepFreeze } from '../../../api/edit.ts'
import { initIPFamilyFields, normalizeClusterIPs, patchAllocatedValues, type IPFamily }
  from '../../../api/kinds/core/services-cluster-ips.ts'
import { services } from '../../../api/kinds/core/services.ts'
import type { Service } from '../../../api/schema/generated/types.ts'
import { create, update } from './write.ts'

const port = { port: 80 }
const make = (spec: object) => create(services, { metadata: {}, spec: { ports: [port], ...spec } })
/** As the allocator leaves it. */
const stored = (spec: object) => make({
  clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', ...spec,
}).object

describe('a service', () => {
  it.each<[string, object, object]>([
    ['of the usual type', {}, {
      type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] }],
    ['with affinity', { sessionAffinity: 'ClientIP' },
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }],
    ['with node ports', { type: 'NodePort' }, { externalTrafficPolicy: 'Cluster' }],
    ['with a balancer', { type: 'LoadBalancer' }, { externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true }],
  ])('%s gets its defaults', (_name, spec, expected) => {
    const { object, errors } = make(spec)
    expect(errors).toEqual([])
    expect(object.spec).toMatchObject(expected)
    expect(object.status).toEqual({ loadBalancer: {} })
  })

  it('leaves out what its type does not use', () => {
    const { object } = make({ type: 'ExternalName', externalName: 'a.example.org' })
    expect(object.spec).not.toHaveProperty('internalTrafficPolicy')
    expect(object.spec).not.toHaveProperty('externalTrafficPolicy')
  })

  it.each<[object, string[]]>([
    [{ ports: [] }, ['spec.ports: Required value']],
    [{ clusterIP: 'None', clusterIPs: ['None'], ports: [] }, []],
    [{ ports: [{ port: 70000 }] }, [
      'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive']],
    [{ ports: [port, { port: 81 }] }, ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value']],
    [{ ports: [{ ...port, name: 'x' }, { port: 81, name: 'x' }] }, ['spec.ports[1].name: Duplicate value: "x"']],
    [{ ports: [{ ...port, nodePort: 30007 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]],
    [{ type: 'Inner' },
      ['spec.type: Unsupported value: "Inner": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"']],
    [{ type: 'ExternalName' }, ['spec.externalName: Required value']],
    [{ type: 'LoadBalancer', clusterIP: 'None', clusterIPs: ['None'] },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for LoadBalancer services']],
    [{ externalIPs: ['224.0.0.1'] },
      ['spec.externalIPs[0]: Invalid value: "224.0.0.1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)']],
    [{ loadBalancerClass: 'x' }, ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"]],
    [{ internalTrafficPolicy: 'Far' },
      ['spec.internalTrafficPolicy: Unsupported value: "Far": supported values: "Cluster", "Local"']],
  ])('with %j is told what is wrong', (spec, errors) => { expect(make(spec).errors).toEqual(errors) })

  it('keeps its address', () => {
    expect(update(services, stored({}), ({ spec }) => { spec.clusterIP = '10.96.0.8'; spec.clusterIPs = ['10.96.0.8'] }).errors)
      .toEqual(['spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set'])
  })

  it('that becomes a name gives up its address and ports', () => {
    const { object, errors } = update(services, stored({ type: 'NodePort', ports: [{ ...port, nodePort: 30009 }] }),
      ({ spec }) => { spec.type = 'ExternalName'; spec.externalName = 'a.example.org' })
    expect(errors).toEqual([])
    expect(object.spec.clusterIP ?? '').toBe('')
    expect(object.spec.clusterIPs ?? []).toEqual([])
    expect(object.spec.ports?.[0].nodePort ?? 0).toBe(0)
  })

  it.each<[object, object, string]>([
    [{ clusterIPs: ['10.96.0.7'] }, {}, 'it ClusterIP 10.96.0.7 <none> 80/TCP'],
    [{ clusterIPs: ['None'], clusterIP: 'None', ports: [] }, {}, 'it ClusterIP None <none> <none>'],
    [{ type: 'NodePort', ports: [{ ...port, nodePort: 30001 }, { port: 53, protocol: 'UDP' }] }, {},
      'it NodePort <none> <none> 80:30001/TCP,53/UDP'],
    [{ type: 'LoadBalancer' }, {}, 'it LoadBalancer <none> <pending> 80/TCP'],
    [{ type: 'LoadBalancer', externalIPs: ['192.0.2.9'] },
      { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'b' }] } },
      'it LoadBalancer <none> 192.0.2.1,b,192.0.2.9 80/TCP'],
    [{ type: 'ExternalName', externalName: 'a.b' }, {}, 'it ExternalName <none> a.b 80/TCP'],
  ])('with %j and status %j is shown in columns', (spec, status, row) => {
    const object = { ...make(spec).object, status }
    expect(services.columns!.slice(0, 5).map(column => column.value(object, new Date())).join(' ')).toBe(row)
  })
})

describe('the addresses of a service', () => {
  const families = (spec: object, configured: IPFamily[] = ['IPv4'], old?: Service) => {
    const draft = make(spec).object
    normalizeClusterIPs(draft, old)
    const errors = initIPFamilyFields(draft, old, configured).map(({ field, message }) => `${field}: ${message}`)
    return errors.length > 0 ? errors : [draft.spec.ipFamilyPolicy, ...draft.spec.ipFamilies ?? []]
  }

  it.each<[object, IPFamily[], (string | undefined)[]]>([
    [{}, ['IPv4'], ['SingleStack', 'IPv4']],
    [{}, ['IPv6', 'IPv4'], ['SingleStack', 'IPv6']],
    [{ ipFamilyPolicy: 'PreferDualStack' }, ['IPv4'], ['PreferDualStack', 'IPv4']],
    [{ ipFamilyPolicy: 'PreferDualStack' }, ['IPv6', 'IPv4'], ['PreferDualStack', 'IPv6', 'IPv4']],
    [{ ipFamilyPolicy: 'RequireDualStack' }, ['IPv4'],
      ['spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services']],
    [{ ipFamilies: ['IPv6'] }, ['IPv4'], ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster']],
    [{ clusterIP: 'fd00::7' }, ['IPv4', 'IPv6'], ['SingleStack', 'IPv6']],
    [{ clusterIP: 'fd00::7' }, ['IPv4'],
      ['spec.clusterIPs[0]: Invalid value: ["fd00::7"]: IPv6 is not configured on this cluster']],
    [{ clusterIP: 'None' }, ['IPv4'], ['RequireDualStack', 'IPv4', 'IPv6']],
    [{ clusterIP: 'None', selector: { a: 'b' } }, ['IPv4'], ['SingleStack', 'IPv4']],
    [{ type: 'ExternalName', externalName: 'a' }, ['IPv4'], [undefined]],
  ])('of %j in a cluster of %j', (spec, configured, expected) => { expect(families(spec, configured)).toEqual(expected) })

  it('are filled in where an update leaves them out', () => {
    const old = deepFreeze(stored({ type: 'NodePort', ports: [{ ...port, name: 'a', nodePort: 30011 }] }))
    const draft = make({ type: 'NodePort', ports: [{ port: 8080, name: 'a' }, { port: 81, name: 'b' }] }).object
    normalizeClusterIPs(draft, old)
    patchAllocatedValues(draft, old)
    expect(draft.spec).toMatchObject({
      clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports: [{ name: 'a', nodePort: 30011 }, { name: 'b' }],
    })
    expect(draft.spec.ports![1].nodePort ?? 0).toBe(0)
  })
})
