import { describe, expect, it } from 'vitest'
import { podColumns } from '../../../api/kinds/pod/pod-columns.ts'
import type { ContainerState, Pod, PodStatus } from '../../../api/schema/generated/types.ts'

const now = new Date('2026-01-01T00:10:00Z')
const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } }
const waiting = (reason: string): ContainerState => ({ waiting: { reason } })
const ended = (exitCode: number, reason?: string, signal?: number): ContainerState =>
  ({ terminated: { exitCode, reason, signal } })
const container = (name: string, state: ContainerState, ready = false, restartCount = 0, extra: object = {}) =>
  ({ name, image: 'i', imageID: '', state, ready, restartCount, ...extra })

function row(
  status: PodStatus, { init = [], metadata = {} }: { init?: { name: string; restartPolicy?: string }[]; metadata?: object } = {},
): string {
  const pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: { containers: [{ name: 'a' }, { name: 'b' }], initContainers: init }, status,
  } as unknown as Pod
  return podColumns.slice(1, 5).map(column => column.value(pod, now)).join(' ')
}

describe('the columns of a pod', () => {
  it.each<[string, PodStatus, string]>([
    ['waiting', { phase: 'Pending' }, '0/2 Pending 0 10m'],
    ['being created', { phase: 'Pending',
      containerStatuses: [container('a', waiting('ContainerCreating')), container('b', waiting('ContainerCreating'))] },
      '0/2 ContainerCreating 0 10m'],
    ['half ready', { phase: 'Running', containerStatuses: [container('a', running, true), container('b', running)] },
      '1/2 Running 0 10m'],
    ['crashing', { phase: 'Running', containerStatuses: [container('a', running, true),
      container('b', waiting('CrashLoopBackOff'), false, 3,
        { lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:09:30Z' } } })] },
      '1/2 CrashLoopBackOff 3 (30s ago) 10m'],
    ['done', { phase: 'Succeeded',
      containerStatuses: [container('a', ended(0, 'Completed')), container('b', ended(0, 'Completed'))] }, '0/2 Completed 0 10m'],
    ['half done', { phase: 'Running',
      containerStatuses: [container('a', ended(0, 'Completed')), container('b', running, true)] }, '1/2 NotReady 0 10m'],
    ['killed', { phase: 'Failed',
      containerStatuses: [container('a', ended(137, undefined, 9)), container('b', ended(0, 'Completed'))] },
        '0/2 Signal:9 0 10m'],
    ['gated', { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      '0/2 SchedulingGated 0 10m'],
    ['evicted', { phase: 'Failed', reason: 'Evicted' }, '0/2 Evicted 0 10m'],
  ])('show one that is %s', (_, status, cells) => { expect(row(status)).toBe(cells) })

  it.each<[string, PodStatus['initContainerStatuses'], string]>([
    ['the first runs', [container('i', running), container('j', waiting('PodInitializing'))], '0/2 Init:0/2 0 10m'],
    ['the second runs', [container('i', ended(0, 'Completed')), container('j', running)], '0/2 Init:1/2 0 10m'],
    ['one crashes', [container('i', waiting('CrashLoopBackOff'), false, 2), container('j', waiting('PodInitializing'))],
      '0/2 Init:CrashLoopBackOff 2 10m'],
    ['one failed', [container('i', ended(3)), container('j', waiting('PodInitializing'))], '0/2 Init:ExitCode:3 0 10m'],
  ])('show init containers when %s', (_, initContainerStatuses, cells) => {
    expect(row({ phase: 'Pending', initContainerStatuses }, { init: [{ name: 'i' }, { name: 'j' }] })).toBe(cells)
  })

  it('count sidecars among the containers', () => {
    expect(row({
      phase: 'Running', initContainerStatuses: [container('s', running, true, 1, { started: true })],
      containerStatuses: [container('a', running, true), container('b', running, true)],
    }, { init: [{ name: 's', restartPolicy: 'Always' }] })).toBe('3/3 Running 1 10m')
  })

  it('show one that is being deleted', () => {
    expect(row({ phase: 'Running', containerStatuses: [container('a', running, true)] },
      { metadata: { deletionTimestamp: '2026-01-01T00:09:00Z' } }))
      .toBe('1/2 Terminating 0 10m')
  })
})
