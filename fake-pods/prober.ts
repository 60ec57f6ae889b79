import type { Clock } from '../api/clock.ts'
import type { Probe } from '../api/schema/generated/types.ts'
import { runProbe, type ProbeResult, type ProbeTarget } from './probe.ts'

export type ProbeKind = 'Readiness' | 'Liveness' | 'Startup'

export interface ProbingParts {
  kind: ProbeKind
  probe: Probe
  target: ProbeTarget
  clock: Clock
  /** 0 leaves out the initial delay and the waiting between successes that are still needed. */
  pace: number
  /** Milliseconds since the pod began: upstream's probe workers tick in whole periods from there. */
  sinceBegin: number
  /** Called when a threshold is reached; the same verdict is told once. */
  onVerdict(healthy: boolean): void
  report(type: 'Normal' | 'Warning', reason: string, message: string): void
}

/** Probes a container over and over, as the kubelet's probe workers do (prober/worker.go, 1.36). Returns the way to stop. */
export function startProbing({ kind, probe, target, clock, pace, sinceBegin, onVerdict, report }: ProbingParts): () => void {
  const period = (probe.periodSeconds ?? 10) * 1000
  const needed = { success: probe.successThreshold ?? 1, failure: probe.failureThreshold ?? 3 }
  let stopped = false, cancel = () => {}
  let last: 'success' | 'failure' | undefined, inRow = 0, verdict: boolean | undefined

  const again = (ms: number) => { if (!stopped) cancel = clock.after(ms, () => void once()) }
  const once = async (): Promise<void> => {
    const outcome = await runProbe(probe, target, clock)
    if (stopped) return
    tell(kind, outcome, report)
    if (outcome.result === 'unknown') return again(period)
    const result = outcome.result === 'failure' ? 'failure' : 'success'
    inRow = result === last ? inRow + 1 : 1
    last = result
    if (inRow < needed[result]) return pace === 0 && result === 'success' ? once() : again(period)
    const healthy = result === 'success'
    if (verdict !== healthy) onVerdict(verdict = healthy)
    // A startup probe is done with its verdict, a liveness probe with its failure: what follows is another container.
    if (kind === 'Startup' || (kind === 'Liveness' && !healthy)) stopped = true
    else again(period)
  }
  const first = firstProbeAfter(kind, (probe.initialDelaySeconds ?? 0) * 1000, period, sinceBegin, pace)
  if (first > 0) again(first)
  else void once()
  return () => { stopped = true; cancel() }
}

function tell(kind: ProbeKind, { result, output }: ProbeResult, report: ProbingParts['report']): void {
  if (result === 'failure') report('Warning', 'Unhealthy', `${kind} probe failed: ${output}`)
  if (result === 'unknown') report('Warning', 'Unhealthy', `${kind} probe errored and resulted in unknown state: ${output}`)
  if (result === 'warning') report('Warning', 'ProbeWarning', `${kind} probe warning: ${output}`)
}

/**
 * When the first probe comes: a readiness probe without a delay at once, as the kubelet triggers it when a container
 * starts; others at the first tick of their period after the delay.
 */
function firstProbeAfter(kind: ProbeKind, delay: number, period: number, sinceBegin: number, pace: number): number {
  if (kind === 'Readiness' && delay === 0) return 0
  if (pace === 0) return kind === 'Liveness' ? period : 0
  const toTick = period - (sinceBegin % period)
  return toTick >= delay ? toTick : toTick + Math.ceil((delay - toTick) / period) * period
}
