import type { PodMetrics } from '../../../api/kinds/metrics/podmetrics.ts'
import type { Pod } from '../../../api/schema/generated/types.ts'

/** Small objects for the tables of the autoscaler's plans; `now` is ten minutes after its pods became ready. */
export const start = Date.UTC(2026, 0, 1)
export const now = start + 600_000

export interface PodSays {
  phase?: NonNullable<Pod['status']>['phase']
  /** Ready, never ready, or ready only since so many seconds before now. */
  ready?: boolean | number
  request?: string | null
  deleted?: boolean
  /** Seconds that it runs. */
  age?: number
}

export function pod(name: string, says: PodSays = {}): Pod {
  const { phase = 'Running', ready = true, request = '100m', deleted = false, age = 600 } = says
  const startedAt = now - age * 1000, changedAt = typeof ready === 'number' ? now - ready * 1000 : startedAt
  const time = (at: number) => new Date(at).toISOString().replace('.000', '')
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: time(startedAt),
      ...(deleted ? { deletionTimestamp: time(now) } : {}),
    },
    spec: {
      containers: [{ name: 'c', image: 'nginx', ...(request === null ? {} : { resources: { requests: { cpu: request } } }) }],
    },
    status: {
      phase, startTime: time(startedAt),
      conditions: [{ type: 'Ready', status: ready === false ? 'False' : 'True', lastTransitionTime: time(changedAt) }],
    },
  }
}

/** What a pod's one container uses, measured now over 15 s. */
export function podMetric(name: string, cpu: string, memory = '8Mi'): PodMetrics {
  return {
    apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics',
    metadata: { name, namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' },
    timestamp: new Date(now).toISOString(), window: '15s', containers: [{ name: 'c', usage: { cpu, memory } }],
  }
}
