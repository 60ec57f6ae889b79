import { age } from '../../duration.ts'
import type { Column } from '../../kind.ts'
import { getPodCondition, isPodReady, isPodTerminal, isSidecar } from '../../pod-state.ts'
import type { ContainerStateTerminated, ContainerStatus, Pod } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'

/** What `kubectl get pods` shows (printers/internalversion printPod, 1.36). */

interface Summary { ready: number; total: number; status: string; restarts: string }

const summaries = new WeakMap<Readonly<Pod>, { at: number; summary: Summary }>()

/** The summary is made once for the cells of one row. */
function summaryOf(pod: Readonly<Pod>, now: Date): Summary {
  const known = summaries.get(pod)
  if (known?.at === now.getTime()) return known.summary
  const summary = summarize(pod, now)
  summaries.set(pod, { at: now.getTime(), summary })
  return summary
}

/** How often containers restarted and when the last of them did. */
class Restarts {
  count = 0
  last = ''
  add(status: ContainerStatus): void {
    this.count += status.restartCount
    const finishedAt = status.lastState?.terminated?.finishedAt ?? ''
    if (finishedAt !== '' && (this.last === '' || Date.parse(finishedAt) > Date.parse(this.last))) this.last = finishedAt
  }
  text(now: Date): string {
    return this.count !== 0 && this.last !== '' ? `${this.count} (${age(this.last, now)} ago)` : String(this.count)
  }
}

const reasonOf = (state: ContainerStateTerminated) => state.reason
  || (state.signal ? `Signal:${state.signal}` : `ExitCode:${state.exitCode}`)

function summarize(pod: Readonly<Pod>, now: Date): Summary {
  const { spec, status = {}, metadata } = pod
  const sidecars = new Set(spec.initContainers?.filter(isSidecar).map(container => container.name))
  const total = (spec.containers?.length ?? 0) + sidecars.size
  const gated = status.conditions?.some(condition => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated')
  let reason: string = gated ? 'SchedulingGated' : status.reason || (status.phase ?? '')
  let ready = 0
  let restarts = new Restarts()
  const sidecarRestarts = new Restarts()

  const initStatuses = status.initContainerStatuses ?? []
  const notInitialized = initStatuses.findIndex(container => {
    restarts.add(container)
    const sidecar = sidecars.has(container.name)
    if (sidecar) sidecarRestarts.add(container)
    if (container.state?.terminated?.exitCode === 0) return false
    if (sidecar && container.started) {
      if (container.ready) ready++
      return false
    }
    return true
  })
  if (notInitialized >= 0) {
    const { terminated, waiting } = initStatuses[notInitialized].state ?? {}
    if (terminated) reason = `Init:${reasonOf(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`
    else reason = `Init:${notInitialized}/${spec.initContainers?.length ?? 0}`
  }

  if (notInitialized < 0 || getPodCondition(status, 'Initialized')?.status === 'True') {
    restarts = sidecarRestarts
    let running = false, failure = ''
    for (const container of (status.containerStatuses ?? []).toReversed()) {
      restarts.add(container)
      const { waiting, terminated } = container.state ?? {}
      if (waiting?.reason) {
        reason = waiting.reason
      } else if (terminated) {
        reason = reasonOf(terminated)
        if (terminated.exitCode !== 0) failure = reason
      } else if (container.ready && container.state?.running) {
        running = true
        ready++
      }
    }
    // One container is done while another still runs, or has failed.
    if (reason === 'Completed') {
      if (running && isPodReady(pod)) reason = 'Running'
      else if (failure !== '') reason = failure
      else if (running) reason = 'NotReady'
    }
  }

  if (metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown'
    else if (!isPodTerminal(pod)) reason = 'Terminating'
  }
  return { ready, total, status: reason, restarts: restarts.text(now) }
}

function readinessGates({ spec, status }: Readonly<Pod>): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const open = gates.filter(gate => getPodCondition(status, gate.conditionType)?.status === 'True')
  return `${open.length}/${gates.length}`
}

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  { name: 'Ready', type: 'string', description: 'The aggregate readiness state of this pod for accepting traffic.',
    value: (pod, now) => { const { ready, total } = summaryOf(pod, now); return `${ready}/${total}` } },
  { name: 'Status', type: 'string', description: 'The aggregate status of the containers in this pod.',
    value: (pod, now) => summaryOf(pod, now).status },
  { name: 'Restarts', type: 'string',
    description: 'The number of times the containers in this pod have been restarted and when the last '
    + 'container in this pod has restarted.', value: (pod, now) => summaryOf(pod, now).restarts },
  ageColumn,
  { name: 'IP', type: 'string', priority: 1, value: pod => pod.status?.podIPs?.[0]?.ip || '<none>' },
  { name: 'Node', type: 'string', priority: 1, value: pod => pod.spec.nodeName || '<none>' },
  { name: 'Nominated Node', type: 'string', priority: 1, value: pod => pod.status?.nominatedNodeName || '<none>' },
  { name: 'Readiness Gates', type: 'string', priority: 1, value: readinessGates },
]
