import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../api/random.ts'
import type { Node, NodeSpec, Pod, PodSpec } from '../../../api/schema/generated/types.ts'
import { choose, explain, type World } from '../../../controllers/scheduler/choose.ts'
import { factsOf, NodeState } from '../../../controllers/scheduler/node-state.ts'
import { hasAntiAffinity } from '../../../controllers/scheduler/pod-affinity.ts'
import { planPreemption } from '../../../controllers/scheduler/preempt.ts'

const node = (name: string, spec: NodeSpec = {}, labels: Record<string, string> = {}): Node => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } } as never,
  spec, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '3' } },
})
let count = 0
const pod = (spec: Partial<PodSpec> & { cpu?: string; hostPort?: number } = {}, labels: Record<string, string> = {}): Pod => {
  const { cpu, hostPort, ...rest } = spec, name = `p${++count}`
  const ports = hostPort ? [{ containerPort: 1, hostPort }] : []
  const container = { name: 'c', image: 'i', ports, ...(cpu ? { resources: { requests: { cpu } } } : {}) }
  const metadata = { name, namespace: 'ns', uid: name, labels } as never
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container], ...rest } as PodSpec }
}
function world(nodes: Node[], placed: Record<string, Pod[]> = {}): World {
  const states = nodes.map(each => new NodeState(each))
  for (const state of states) for (const each of placed[state.name] ?? []) state.add(factsOf(each))
  const guarded = states.flatMap(state =>
    [...state.pods.values()].filter(facts => hasAntiAffinity(facts.pod)).map(facts => ({ pod: facts.pod, state })))
  return { states, guarded, labelsOfNamespace: () => ({}) }
}
const verdict = (wanted: Pod, where: World) => {
  const choice = choose(factsOf(wanted), where, createRandom(1))
  return 'node' in choice ? choice.node
    : explain([...choice.refusals.values()].map(refusal => refusal.reasons), where.states.length)
}
const term = (app: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' })

describe('a pod goes to', () => {
  const two = [node('a'), node('b')]

  test('the node with more room', () => {
    expect(verdict(pod({ cpu: '1' }), world(two, { a: [pod({ cpu: '2' })] }))).toBe('b')
  })

  test('the one that its selector names, if it is there', () => {
    expect(verdict(pod({ nodeSelector: { disk: 'fast' } }), world([...two, node('c', {}, { disk: 'fast' })]))).toBe('c')
    expect(verdict(pod({ nodeSelector: { disk: 'fast' } }), world(two)))
      .toBe("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.")
  })

  test('a tainted or cordoned one only when it bears that', () => {
    const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' as const }
    const closed = [node('a', { unschedulable: true, taints: [cordon] }),
      node('b', { taints: [{ key: 'mine', value: 'yes', effect: 'NoSchedule' }] })]
    expect(verdict(pod(), world(closed)))
      .toBe('0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.')
    expect(verdict(pod({ tolerations: [{ key: 'mine', operator: 'Equal', value: 'yes' }] }), world(closed))).toBe('b')
    expect(verdict(pod({ tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] }), world(closed)))
      .toBe('a')
    const soft = node('a', { taints: [{ key: 'soft', effect: 'PreferNoSchedule' }] })
    expect(verdict(pod(), world([soft, node('b')], { b: [pod(), pod()] }))).toBe('b')
  })

  test('none when all are full, and hears of all that is scarce', () => {
    expect(verdict(pod({ cpu: '5' }), world(two, { a: [pod(), pod(), pod()] })))
      .toBe('0/2 nodes are available: 1 Too many pods, 2 Insufficient cpu.')
  })

  test('one where its host port is free', () => {
    expect(verdict(pod({ hostPort: 80 }), world(two, { a: [pod({ hostPort: 80 })] }))).toBe('b')
    expect(verdict(pod({ hostPort: 80 }), world([node('a')], { a: [pod({ hostPort: 80 })] })))
      .toBe("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.")
  })

  test('where its friends are and its foes are not, on both sides', () => {
    const near = pod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('db')] } } })
    expect(verdict(near, world(two, { b: [pod({}, { app: 'db' })] }))).toBe('b')
    expect(verdict(near, world(two))).toBe("0/2 nodes are available: 2 node(s) didn't match pod affinity rules.")
    const alone = (labels: Record<string, string>) =>
      pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('web')] } } }, labels)
    expect(verdict(alone({ app: 'web' }), world(two, { a: [alone({ app: 'web' })] }))).toBe('b')
    expect(verdict(pod({}, { app: 'web' }), world([node('a')], { a: [alone({ app: 'other' })] })))
      .toBe("0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.")
  })

  test('the first of a group that wants to be together, anywhere', () => {
    const together = pod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('group')] } } },
      { app: 'group' })
    expect(verdict(together, world([node('a')]))).toBe('a')
  })

  test('the emptier domain of a spread', () => {
    const labelSelector = { matchLabels: { app: 's' } }
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const, labelSelector }
    const spread = () => pod({ topologySpreadConstraints: [constraint] }, { app: 's' })
    const zoned = [node('a', {}, { zone: '1' }), node('b', {}, { zone: '2' }), node('c')]
    expect(verdict(spread(), world(zoned, { a: [spread()] }))).toBe('b')
    expect(verdict(spread(), world([node('c')])))
      .toBe("0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label).")
  })
})

describe('a pod of higher priority', () => {
  const plan = (wanted: Pod, where: World) => {
    const choice = choose(factsOf(wanted), where, createRandom(1))
    if ('node' in choice) return choice.node
    const outcome = planPreemption(factsOf(wanted), choice.refusals, where)
    if ('node' in outcome) return [outcome.node, ...outcome.victims.map(victim => victim.pod.metadata.name)]
    return 'notEligible' in outcome ? outcome.notEligible : explain(outcome.reasons.values(), where.states.length)
  }

  test('takes the place of as few and as unimportant ones as may be', () => {
    const least = pod({ cpu: '2', priority: 1 }), more = pod({ cpu: '2', priority: 5 }), only = pod({ cpu: '4', priority: 4 })
    expect(plan(pod({ cpu: '2', priority: 9 }), world([node('a'), node('b')], { a: [least, more], b: [only] })))
      .toEqual(['a', least.metadata.name])
  })

  test('takes none when that would not help, or when it must not', () => {
    const full = world([node('a'), node('b')], { a: [pod({ cpu: '4', priority: 9 })], b: [pod({ cpu: '4', priority: 1 })] })
    expect(plan(pod({ cpu: '8', priority: 9 }), full))
      .toBe('0/2 nodes are available: 2 Preemption is not helpful for scheduling.')
    expect(plan(pod({ cpu: '1', priority: 0 }), full))
      .toBe('0/2 nodes are available: 2 No preemption victims found for incoming pod.')
    expect(plan(pod({ cpu: '1', priority: 9, preemptionPolicy: 'Never' }), full))
      .toBe('not eligible due to preemptionPolicy=Never.')
  })
})
