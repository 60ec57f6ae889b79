import type { Client } from '../../api/client.ts'
import { parseGoDuration } from '../../api/go-duration.ts'
import { podMetrics, type PodMetrics } from '../../api/kinds/metrics/podmetrics.ts'
import { milliValue } from '../../api/quantity.ts'
import { isNotFound } from '../../api/status.ts'

/** What one pod uses: thousandths of the resource's unit, over a window that ended at a time. */
export interface PodMetric { value: number; at?: number; windowMs?: number }
/** By the pod's name. */
export type PodMetricsInfo = ReadonlyMap<string, PodMetric>

/** The metrics of the selected pods (podautoscaler/metrics, 1.36). Throws an Error in the words of upstream's client. */
export async function fetchPodMetrics(client: Client, namespace: string, labelSelector: string): Promise<PodMetrics[]> {
  try {
    const { items } = await client.list(podMetrics, { namespace, labelSelector })
    if (items.length > 0) return items
  } catch (error) {
    throw new Error(`unable to fetch metrics from resource metrics API: ${wordsOfClient(error)}`)
  }
  throw new Error('no metrics returned from resource metrics API')
}

/** client-go says which request it was that a server without the API did not know. */
function wordsOfClient(error: unknown): string {
  const { message } = error as Error
  return isNotFound(error) ? `${message} (get ${podMetrics.plural}.${podMetrics.group})` : message
}

/** One resource of pods, or of one container in each; a pod that lacks it anywhere is left out. */
export function metricsOf(resource: string, container: string, all: readonly PodMetrics[]): PodMetricsInfo {
  const info = new Map<string, PodMetric>()
  for (const { metadata, timestamp, window, containers } of all) {
    const counted = container === '' ? containers : containers.filter(({ name }) => name === container).slice(0, 1)
    const values = counted.map(({ usage }) => (Object.hasOwn(usage, resource) ? Number(milliValue(usage[resource])) : undefined))
    if (values.length === 0 || values.includes(undefined)) continue
    const value = values.reduce<number>((sum, each) => sum + each!, 0)
    info.set(metadata.name, { value, at: Date.parse(timestamp), windowMs: parseGoDuration(window) })
  }
  return info
}
