import { beforeEach, describe, expect, test } from 'vitest'
import { createRandom } from '../../api/random.ts'
import type { Service } from '../../api/schema/generated/types.ts'
import type { StatusError } from '../../api/status.ts'
import { services as kind } from '../../api/kinds/core/services.ts'
import { createServiceAllocator } from '../../server/resources/allocate-service.ts'
import { addressRange, chooseFree } from '../../server/resources/allocate-ranges.ts'
import type { ResourceHook } from '../../server/resources/lifecycle.ts'

let stored: Map<string, Service>
let hook: ResourceHook
beforeEach(() => {
  stored = new Map()
  hook = createServiceAllocator({ random: createRandom(1), world: { list: () => [...stored.values()] as never[] } })
})

const service = (name: string, spec: Service['spec']): Service => {
  const draft: Service = {
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'n', uid: '', resourceVersion: '', creationTimestamp: '' },
      spec: structuredClone(spec),
  }
  kind.defaults!(draft)
  return draft
}
/** Creates or replaces a service and stores it. */
function write(name: string, spec: Service['spec']): Service {
  const draft = service(name, spec)
  hook.begin(draft, stored.get(name), false)
  stored.set(name, draft)
  return draft
}
function refusal(act: () => unknown): string {
  try { act() } catch (error) { return (error as StatusError).message }
  return 'accepted'
}

describe('cluster IPs', () => {
  test('come from the dynamic part of the range, each once', () => {
    const ips = Array.from({ length: 300 }, (_, i) => write(`s${i}`, { ports: [{ port: 80 }] }).spec.clusterIP!)
    expect(new Set(ips).size).toBe(300)
    expect(ips.every(ip => addressRange('10.96.0.0/12').contains(ip) && !ip.startsWith('10.96.0.'))).toBe(true)
  })

  test('are given as asked, and back when the service is gone', () => {
    expect(write('one', { clusterIP: '10.96.0.201', ports: [{ port: 80 }] }).spec)
      .toMatchObject({ clusterIPs: ['10.96.0.201'], ipFamilies: ['IPv4'] })
    expect(refusal(() => write('two', { clusterIP: '10.96.0.201', ports: [{ port: 80 }] }))).toBe(
      'Service "two" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.201"]: failed to allocate IP 10.96.0.201: provided IP is already allocated')
    stored.delete('one')
    expect(write('two', { clusterIP: '10.96.0.201', ports: [{ port: 80 }] }).spec.clusterIP).toBe('10.96.0.201')
  })

  test.each(['10.200.0.1', '10.96.0.0', '10.111.255.255'])('%s lies outside the range', ip => {
    expect(refusal(() => write('two', { clusterIP: ip, ports: [{ port: 80 }] }))).toContain(
      `failed to allocate IP ${ip}: the provided network does not match the current range`)
  })

  test('are not for headless and external names', () => {
    expect(write('headless', { clusterIP: 'None', selector: { a: 'b' } }).spec.clusterIPs).toEqual(['None'])
    expect(write('name', { type: 'ExternalName', externalName: 'a.example' }).spec.clusterIP).toBeUndefined()
  })

  test('stay when an update does not repeat them, and are new after ExternalName', () => {
    const { clusterIP } = write('web', { ports: [{ port: 80 }] }).spec
    expect(write('web', { ports: [{ port: 81 }] }).spec.clusterIP).toBe(clusterIP)
    write('web', { type: 'ExternalName', externalName: 'a.example' })
    expect(write('web', { ports: [{ port: 81 }] }).spec.clusterIP).toMatch(/^10\./)
  })
})

describe('node ports', () => {
  test('are taken, refused and given back', () => {
    write('node1', { type: 'NodePort', ports: [{ port: 80, nodePort: 30041 }] })
    const other = (nodePort: number) => refusal(() => write('node2', { type: 'NodePort', ports: [{ port: 80, nodePort }] }))
    expect(other(30041)).toBe('Service "node2" is invalid: spec.ports[0].nodePort: Invalid value: 30041: provided port is already allocated')
    for (const port of [80, 32768, -1]) {
      expect(other(port)).toContain(`Invalid value: ${port}: provided port is not in the valid range. The range of valid ports is 30000-32767`)
    }
    write('node1', { type: 'ClusterIP', ports: [{ port: 80 }] })
    expect(other(30041)).toBe('accepted')
  })

  test('one number serves TCP and UDP of one port, but not two ports', () => {
    const both = write('dns', { type: 'NodePort',
      ports: [{ port: 53, name: 'a' }, { port: 53, name: 'b', protocol: 'UDP' }] }).spec.ports!
    expect(both[0].nodePort).toBe(both[1].nodePort)
    expect(refusal(() => write('bad',
      { type: 'NodePort', ports: [{ port: 80, name: 'a', nodePort: 30042 }, { port: 81, name: 'b', nodePort: 30042 }] })))
      .toBe('Service "bad" is invalid: spec.ports[1].nodePort: Invalid value: 30042: provided port is already allocated')
  })

  test('chosen ones are beyond the first 86, which are for those who ask', () => {
    for (let i = 0; i < 50; i++) expect(write(`n${i}`, { type: 'NodePort', ports: [{ port: 80 }] }).spec.ports![0].nodePort)
      .toBeGreaterThanOrEqual(30086)
  })

  test('a load balancer with local traffic gets a port for health checks', () => {
    const { spec } = write('lb', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 443 }] })
    expect(spec.healthCheckNodePort).toBeGreaterThan(30000)
    expect(refusal(() => write('x', { type: 'NodePort', ports: [{ port: 1, nodePort: spec.healthCheckNodePort }] })))
      .toContain('already allocated')
  })
})

describe('writes at the same time', () => {
  const asks = { type: 'NodePort' as const, clusterIP: '10.96.0.7', ports: [{ port: 80, nodePort: 30007 }] }

  test('the second is refused while the first is under way, and goes through when that has failed', () => {
    const first = hook.begin(service('first', asks), undefined, false)!
    expect(refusal(() => hook.begin(service('second', asks), undefined, false))).toContain('already allocated')
    first.undo()
    expect(refusal(() => hook.begin(service('second', asks), undefined, false))).toBe('accepted')
  })

  test('a reservation ends with its service', () => {
    const draft = service('first', asks)
    hook.begin(draft, undefined, false)
    hook.deleted!(draft)
    expect(refusal(() => write('second', asks))).toBe('accepted')
  })

  test('a dry run reserves nothing', () => {
    hook.begin(service('first', asks), undefined, true)
    expect(refusal(() => write('second', asks))).toBe('accepted')
  })
})

test('a full range is reported, a nearly full one used up', () => {
  const taken = new Set<number>(), random = createRandom(2)
  for (let i = 0; i < 20; i++) taken.add(chooseFree(20, 16, index => taken.has(index), random)!)
  expect(taken.size).toBe(20)
  expect([...taken].slice(0, 4).every(index => index >= 16)).toBe(true)
  expect(chooseFree(20, 16, index => taken.has(index), random)).toBeUndefined()
})
