import { describe, expect, test } from 'vitest'
import type { Endpoint, EndpointSlice } from '../../../api/schema/generated/types.ts'
import { planSlices } from '../../../controllers/endpoints/plan-slices.ts'

const endpoint = (n: number, ready = true): Endpoint =>
  ({ addresses: [`10.0.0.${n}`], conditions: { ready }, targetRef: { uid: `u${n}` } })
const endpoints = (count: number, from = 0) => Array.from({ length: count }, (_, i) => endpoint(from + i))
const ports = [{ name: '', port: 80, protocol: 'TCP' as const }], others = [{ name: '', port: 81, protocol: 'TCP' as const }]
const slice = (name: string, list: Endpoint[], of = ports): EndpointSlice =>
  ({
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name } as EndpointSlice['metadata'],
    addressType: 'IPv4', endpoints: list, ports: of,
  })
const plan = (groups: Parameters<typeof planSlices>[0], existing: EndpointSlice[], stale: string[] = []) => {
  const { create, update, remove } = planSlices(groups, existing, each => stale.includes(each.metadata.name))
  return {
    create: create.map(group => group.endpoints.length), remove: remove.map(each => each.metadata.name),
    update: update.map(each => [each.slice.metadata.name, each.group.endpoints.length]),
  }
}
const nothing = { create: [], update: [], remove: [] }

describe('the slices of a service', () => {
  test('hold a hundred endpoints each', () => {
    expect(plan([{ ports, endpoints: endpoints(250) }], [])).toEqual({ ...nothing, create: [100, 100, 50] })
  })

  test('stay as they are when nothing changed', () => {
    expect(plan([{ ports, endpoints: endpoints(3) }], [slice('a', endpoints(3))])).toEqual(nothing)
  })

  test('change where an endpoint changed, came or went', () => {
    const existing = [slice('a', endpoints(60)), slice('b', endpoints(60, 60))]
    const changed = endpoints(120).map((each, i) => (i === 70 ? endpoint(70, false) : each))
    expect(plan([{ ports, endpoints: changed }], existing)).toEqual({ ...nothing, update: [['b', 60]] })
    expect(plan([{ ports, endpoints: [...changed, ...endpoints(50, 200)] }], existing))
      .toEqual({ ...nothing, update: [['b', 100], ['a', 70]] })
    expect(plan([{ ports, endpoints: endpoints(60) }], existing)).toEqual({ ...nothing, remove: ['b'] })
  })

  test('are one for each set of ports; one whose ports are no longer wanted is used again', () => {
    expect(plan([{ ports, endpoints: endpoints(1) }, { ports: others, endpoints: endpoints(1, 5) }], []))
      .toEqual({ ...nothing, create: [1, 1] })
    expect(plan([{ ports: others, endpoints: endpoints(1) }], [slice('a', endpoints(1))]))
      .toEqual({ ...nothing, update: [['a', 1]] })
  })

  test('are a single empty one when there are no endpoints', () => {
    expect(plan([], [])).toEqual({ ...nothing, create: [0] })
    expect(plan([], [slice('a', endpoints(2))])).toEqual({ ...nothing, update: [['a', 0]] })
    expect(plan([], [slice('a', [], [])])).toEqual(nothing)
    expect(plan([], [slice('a', [], [])], ['a'])).toEqual({ ...nothing, update: [['a', 0]] })
  })

  test('are written anew when their labels are not right', () => {
    expect(plan([{ ports, endpoints: endpoints(1) }], [slice('a', endpoints(1))], ['a']))
      .toEqual({ ...nothing, update: [['a', 1]] })
  })
})
