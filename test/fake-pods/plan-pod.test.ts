import { expect, test } from 'vitest'
import type { Container, Pod } from '../../api/schema/generated/types.ts'
import { planPod } from '../../fake-pods/plan-pod.ts'
import { podStatus } from '../../fake-pods/pod-status.ts'
import type { ObservedContainer, ObservedPod } from '../../fake-pods/pod-state.ts'

const podOf = (spec: { containers?: Partial<Container>[]; initContainers?: Partial<Container>[]; restartPolicy?: string }) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: '' },
    spec: { restartPolicy: 'Always', ...spec, containers: spec.containers ?? [{ name: 'web' }] },
  }) as unknown as Pod

const at = '2026-01-01T00:00:00Z'
const running = (more: Partial<NonNullable<ObservedContainer['run']>> = {}): ObservedContainer => ({
  starting: false,
  restartCount: 0,
  run: { id: 'a', imageID: 'i', startedAt: at, started: true, ready: true, ...more },
})
const exited = (code: number, more: Partial<ObservedContainer> = {}): ObservedContainer => ({
  ...running({ ready: false, exit: { id: 'a', code, reason: code ? 'Error' : 'Completed', startedAt: at, finishedAt: at } }),
  ...more,
})
const observe = (containers: Record<string, ObservedContainer>): ObservedPod => ({
  sandbox: true,
  podIP: '10.244.0.2',
  startedAt: at,
  containers: new Map(Object.entries(containers)),
})
const plan = (pod: Pod, containers: Record<string, ObservedContainer>) => planPod(pod, observe(containers), 1000)
const sidecar = { name: 'side', restartPolicy: 'Always' }

test.each<[string, Pod, Record<string, ObservedContainer>, Partial<ReturnType<typeof planPod>>]>([
  [
    'a new pod starts all its containers',
    podOf({ containers: [{ name: 'a' }, { name: 'b' }] }),
    {},
    { start: ['a', 'b'], over: false },
  ],
  ['what is starting is not started again', podOf({}), { web: { starting: true, restartCount: 0 } }, { start: [], over: false }],
  [
    'init containers run one after the other',
    podOf({ initContainers: [{ name: 'one' }, { name: 'two' }] }),
    {},
    { start: ['one'] },
  ],
  [
    'the second follows the first',
    podOf({ initContainers: [{ name: 'one' }, { name: 'two' }] }),
    { one: exited(0) },
    { start: ['two'] },
  ],
  ['the containers follow the last', podOf({ initContainers: [{ name: 'one' }] }), { one: exited(0) }, { start: ['web'] }],
  ['a running init container holds the rest', podOf({ initContainers: [{ name: 'one' }] }), { one: running() }, { start: [] }],
  ['a failed init container runs again', podOf({ initContainers: [{ name: 'one' }] }), { one: exited(1) }, { start: ['one'] }],
  [
    'but not when nothing restarts',
    podOf({ restartPolicy: 'Never', initContainers: [{ name: 'one' }] }),
    { one: exited(1) },
    { start: [], over: true },
  ],
  [
    'a sidecar that has not started holds the rest',
    podOf({ initContainers: [sidecar] }),
    { side: running({ started: false }) },
    { start: [] },
  ],
  ['a sidecar that has started lets the rest go', podOf({ initContainers: [sidecar] }), { side: running() }, { start: ['web'] }],
  [
    'a sidecar runs again beside the containers',
    podOf({ initContainers: [sidecar] }),
    { side: exited(0), web: running() },
    { start: ['side'] },
  ],
  ['Always restarts a success', podOf({}), { web: exited(0) }, { start: ['web'], over: false }],
  ['after its back-off', podOf({}), { web: exited(1, { retryAt: 5000 }) }, { start: [], over: false, wakeAt: 5000 }],
  ['which ends', podOf({}), { web: exited(1, { retryAt: 1000 }) }, { start: ['web'] }],
  ['OnFailure restarts a failure', podOf({ restartPolicy: 'OnFailure' }), { web: exited(1) }, { start: ['web'] }],
  ['and not a success', podOf({ restartPolicy: 'OnFailure' }), { web: exited(0) }, { start: [], over: true }],
  [
    'Never ends with the last container',
    podOf({ restartPolicy: 'Never', containers: [{ name: 'a' }, { name: 'b' }] }),
    { a: exited(1), b: running() },
    { over: false },
  ],
  [
    'and is over then',
    podOf({ restartPolicy: 'Never', containers: [{ name: 'a' }, { name: 'b' }] }),
    { a: exited(1), b: exited(0) },
    { over: true },
  ],
  [
    'a container may have a policy of its own',
    podOf({ restartPolicy: 'Never', containers: [{ name: 'web', restartPolicy: 'OnFailure' }] }),
    { web: exited(1) },
    { start: ['web'] },
  ],
  [
    'and rules for exit codes',
    podOf({
      restartPolicy: 'Always',
      containers: [
        {
          name: 'web',
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        },
      ],
    }),
    { web: exited(42) },
    { start: ['web'] },
  ],
])('%s', (_, pod, containers, expected) => {
  expect(plan(pod, containers)).toMatchObject(expected)
})

const status = (pod: Pod, containers: Record<string, ObservedContainer>, over = false) =>
  podStatus(pod, observe(containers), '127.0.0.1', at, over)

test.each<[string, Pod, Record<string, ObservedContainer>, boolean, string]>([
  ['Pending before it starts', podOf({}), {}, false, 'Pending'],
  ['Running', podOf({}), { web: running() }, false, 'Running'],
  ['Pending while one of two waits', podOf({ containers: [{ name: 'a' }, { name: 'b' }] }), { a: running() }, false, 'Pending'],
  ['Running between two runs', podOf({}), { web: exited(1, { waiting: { reason: 'CrashLoopBackOff' } }) }, false, 'Running'],
  ['Succeeded', podOf({ restartPolicy: 'Never' }), { web: exited(0) }, true, 'Succeeded'],
  ['Failed', podOf({ restartPolicy: 'Never' }), { web: exited(3) }, true, 'Failed'],
  [
    'Failed by an init container',
    podOf({ restartPolicy: 'Never', initContainers: [{ name: 'one' }] }),
    { one: exited(1) },
    true,
    'Failed',
  ],
  ['Pending while an init container runs', podOf({ initContainers: [{ name: 'one' }] }), { one: running() }, false, 'Pending'],
])('the phase is %s', (_, pod, containers, over, phase) => {
  expect(status(pod, containers, over).phase).toBe(phase)
})

test('conditions say which containers are not ready, and keep their times and the conditions of others', () => {
  const before = status(podOf({ containers: [{ name: 'a' }, { name: 'b' }] }), { a: running(), b: running({ ready: false }) })
  expect(before.conditions).toMatchObject([
    { type: 'PodReadyToStartContainers', status: 'True', observedGeneration: 1 },
    { type: 'Initialized', status: 'True' },
    { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [b]' },
    { type: 'ContainersReady', status: 'False' },
    { type: 'PodScheduled', status: 'True' },
  ])
  const pod = podOf({})
  pod.status = {
    conditions: [
      { type: 'Ready', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' },
      { type: 'example.com/gate', status: 'True' },
    ],
  }
  const after = status(pod, { web: running() })
  expect(after.conditions?.map(({ type }) => type)).toEqual([
    'example.com/gate',
    'PodReadyToStartContainers',
    'Initialized',
    'Ready',
    'ContainersReady',
    'PodScheduled',
  ])
  expect(after.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime).toBe('2020-01-01T00:00:00Z')
})

test('a container that waits to run again shows its end as its last state', () => {
  const [web] = status(podOf({}), {
    web: exited(3, { restartCount: 2, waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } }),
  }).containerStatuses!
  expect(web).toMatchObject({
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
    lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    restartCount: 2,
    ready: false,
    started: false,
  })
})

test('readiness gates hold a pod back until their condition is true', () => {
  const pod = podOf({})
  pod.spec.readinessGates = [{ conditionType: 'example.com/gate' }]
  expect(status(pod, { web: running() }).conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: 'corresponding condition of pod readiness gate "example.com/gate" does not exist.',
  })
})
