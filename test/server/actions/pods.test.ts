import { describe, expect, test } from 'vitest'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import { podDisruptionBudgets } from '../../../api/kinds/policy/poddisruptionbudgets.ts'
import type { NodeAccess } from '../../../api/node-access.ts'
import type { Pod, PodDisruptionBudget } from '../../../api/schema/generated/types.ts'
import { notSimulatedActions } from '../../../server/actions/not-simulated.ts'
import { bindings, podBinding } from '../../../server/actions/pod-binding.ts'
import { podEviction } from '../../../server/actions/pod-eviction.ts'
import { podLog } from '../../../server/actions/pod-log.ts'
import { createBench } from './tools.ts'

const active: [typeof namespaces, object] = [namespaces, { metadata: { name: 'n' }, status: { phase: 'Active' } }]
const pod = (name: string, spec: object = {}, status: object = { phase: 'Running' }) =>
  ({ metadata: { name, namespace: 'n', labels: { app: 'a' } }, spec: { containers: [{ name: 'c' }], ...spec }, status })

describe('binding', () => {
  const bench = createBench(active, [pods, pod('p')], [pods, pod('gated', { schedulingGates: [{ name: 'x' }] })])
  const to = (node: string, name = 'p') =>
    ({ metadata: { name, annotations: { by: 'hand' } }, target: { kind: 'Node', name: node } })

  test('what is wrong with the body is told first', async () => {
    expect(await bench.status(podBinding, 'p', to('x', 'other')))
      .toMatchObject({ code: 400, message: 'name in URL does not match name in Binding object' })
    expect(await bench.status(podBinding, 'p', { metadata: { name: 'p' }, target: {} }))
      .toMatchObject({ code: 500, message: 'target.name: Required value' })
    expect((await bench.status(podBinding, 'p', { metadata: { name: 'p' }, target: { kind: 'Pod', name: 'x' } })).message)
      .toBe('target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"')
    expect((await bench.status(bindings, undefined, to('x', 'nobody'))).message).toBe('pods "nobody" not found')
  })

  test('sets node, annotations and the condition, without touching the generation', async () => {
    expect(await bench.status(podBinding, 'p', to('m2'))).toMatchObject({ kind: 'Status', status: 'Success', code: 201 })
    const bound = bench.world.get<Pod>(pods, 'p', 'n')!
    expect(bound).toMatchObject({
      metadata: { annotations: { by: 'hand' } }, spec: { nodeName: 'm2' },
      status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-02T03:04:05Z' }] },
    })
    expect(bound.metadata.generation).toBeUndefined()
  })

  test('happens once, and not to a gated pod', async () => {
    expect(await bench.status(bindings, undefined, to('m3'))).toMatchObject({
      code: 409, details: { name: 'p', kind: 'pods/binding' },
      message: 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "m2"',
    })
    expect((await bench.status(podBinding, 'gated', to('m3', 'gated'))).message)
      .toContain('pod gated has non-empty .spec.schedulingGates')
  })
})

describe('eviction', () => {
  const budget = (status: object, spec: object = {}) =>
    ({ metadata: { name: 'guard', namespace: 'n', generation: 1 },
      spec: { selector: { matchLabels: { app: 'a' } }, ...spec }, status })
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  const evict = { metadata: { name: 'p' } }

  test('without a budget deletes the pod and says why', async () => {
    const bench = createBench(active, [pods, pod('p', {}, ready)])
    expect(await bench.status(podEviction, 'p', { ...evict, deleteOptions: { gracePeriodSeconds: 3 } }))
      .toMatchObject({ status: 'Success', code: 201 })
    expect(bench.removed).toEqual([{ name: 'p', options: expect.objectContaining({ gracePeriodSeconds: 3, dryRun: false }) }])
    expect(bench.world.get<Pod>(pods, 'p', 'n')!.status!.conditions!.at(-1))
      .toMatchObject({ type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' })
  })

  test('is refused when the budget allows none, and uses up what it allows', async () => {
    const spent = createBench(active, [pods, pod('p', {}, ready)],
      [podDisruptionBudgets, budget({ observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 })])
    expect(await spent.status(podEviction, 'p', evict)).toMatchObject({
      code: 429, message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget',
        message: 'The disruption budget guard needs 2 healthy pods and has 2 currently' }] },
    })
    const one = createBench(active, [pods, pod('p', {}, ready)],
      [podDisruptionBudgets, budget({ observedGeneration: 1, disruptionsAllowed: 1 })])
    await one.status(podEviction, 'p', evict)
    expect(one.world.get<PodDisruptionBudget>(podDisruptionBudgets, 'guard', 'n')!.status)
      .toMatchObject({ disruptionsAllowed: 0, disruptedPods: { p: '2026-01-02T03:04:05Z' } })
  })

  test('waits for a budget that is not counted yet, except for pods that do not run', async () => {
    const uncounted: [typeof podDisruptionBudgets, object] = [podDisruptionBudgets, budget({ disruptionsAllowed: 0 })]
    expect(await createBench(active, [pods, pod('p', {}, ready)], uncounted).status(podEviction, 'p', evict))
      .toMatchObject({ code: 429,
        details: { retryAfterSeconds: 10,
          causes: [{ message: 'The disruption budget guard is still being processed by the server.' }] } })
    expect(await createBench(active, [pods, pod('p', {}, { phase: 'Pending' })], uncounted).status(podEviction, 'p', evict))
      .toMatchObject({ code: 201 })
  })

  test('lets a pod go that is not ready when the application is well without it', async () => {
    const bench = createBench(active, [pods, pod('p')],
      [podDisruptionBudgets, budget({ observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 })])
    expect(await bench.status(podEviction, 'p', evict)).toMatchObject({ code: 201 })
  })

  test('under two budgets is an error', async () => {
    const bench = createBench(active, [pods, pod('p', {}, ready)], [podDisruptionBudgets, budget({})],
      [podDisruptionBudgets, { ...budget({}), metadata: { name: 'second', namespace: 'n' } }])
    expect(await bench.status(podEviction, 'p', evict))
      .toMatchObject({ code: 500, message: expect.stringContaining('more than one PodDisruptionBudget') })
  })

  test('a dry run and a wrong uid leave the pod alone', async () => {
    const bench = createBench(active, [pods, pod('p', {}, ready)])
    expect(await bench.status(podEviction, 'p', { ...evict, deleteOptions: { preconditions: { uid: 'other' } } })).toMatchObject({
      code: 409, message: expect.stringContaining('the UID in the precondition (other) does not match the UID in record (uid-p)'),
    })
    await bench.status(podEviction, 'p', evict, { query: 'dryRun=All' })
    expect(bench.world.get<Pod>(pods, 'p', 'n')!.status!.conditions).toHaveLength(1)
  })
})

const refusing = (why: string): AsyncIterable<Uint8Array> =>
  ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error(why)) }) })

describe('logs', () => {
  const bench = createBench(active, [pods, pod('p', { nodeName: 'm' })], [pods, pod('waiting')],
    [pods, pod('pair', { nodeName: 'm', initContainers: [{ name: 'i' }], containers: [{ name: 'a' }, { name: 'b' }] })])
  const text = async (query: string, name = 'p') => {
    const { answer } = await bench.run(podLog, name, {}, { query })
    if (answer.type === 'text') return answer.text
    let all = ''
    if (answer.type === 'stream') for await (const chunk of answer.chunks) all += Buffer.from(chunk).toString()
    return all
  }

  test('come from the node, with the options asked for', async () => {
    let asked: Parameters<NodeAccess['logs']>[2] | undefined
    bench.nodes = { async * logs(_pod, container, options) {
      asked = options; yield Buffer.from(`${container}\n`); yield Buffer.from('two\n') } }
    expect(await text('follow=true&tailLines=5&sinceSeconds=10&limitBytes=100&timestamps=1')).toBe('c\ntwo\n')
    expect(asked).toEqual({ follow: true, previous: false, timestamps: true, tailLines: 5, sinceSeconds: 10, limitBytes: 100 })
  })

  test('of a pod without a node are empty', async () => {
    expect(await text('', 'waiting')).toBe('')
  })

  test('a refusal of the node becomes the answer', async () => {
    bench.nodes = { logs: () => refusing('container "c" in pod "p" is waiting to start') }
    await expect(bench.run(podLog, 'p')).rejects.toThrow('waiting to start')
  })

  test.each([
    ['p', 'container=other', 400, 'container other is not valid for pod p'],
    ['pair', '', 400, 'a container name must be specified for pod pair, choose one of: [i a b]'],
    ['none', '', 404, 'pods "none" not found'],
    ['p', 'tailLines=-1', 422, 'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['p', 'limitBytes=0&sinceSeconds=0', 422,
      'PodLogOptions "p" is invalid: [limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]'],
    ['p', 'tailLines=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])('%s with %j is refused', async (name, query, code, message) => {
    expect(await bench.status(podLog, name, {}, { query })).toMatchObject({ code, message })
  })
})

describe('what is not simulated', () => {
  const bench = createBench([pods, pod('p', { nodeName: 'm' })], [pods, pod('waiting')])
  const exec = notSimulatedActions.find(action => action.subresource === 'exec')!

  test('is refused by name, after what upstream would say first', async () => {
    expect(await bench.status(exec, 'none')).toMatchObject({ code: 404, message: 'pods "none" not found' })
    expect(await bench.status(exec, 'waiting')).toMatchObject({ code: 400, message: 'pod waiting does not have a host assigned' })
    expect(await bench.status(exec, 'p'))
      .toMatchObject({ code: 501, reason: 'NotImplemented', message: 'exec of pods is not simulated by this cluster' })
  })
})
