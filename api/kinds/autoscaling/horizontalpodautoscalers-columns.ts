import type { Column } from '../../kind.ts'
import type {
  HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus,
} from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'

const unknown = '<unknown>'

/** What `kubectl get hpa` shows (printHorizontalPodAutoscaler, 1.36). */
export const autoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  nameColumn,
  textColumn('Reference', ({ spec }) => `${spec.scaleTargetRef?.kind ?? ''}/${spec.scaleTargetRef?.name ?? ''}`),
  textColumn('Targets', targets),
  textColumn('MinPods', ({ spec }) => String(spec.minReplicas ?? '<unset>')),
  textColumn('MaxPods', ({ spec }) => spec.maxReplicas ?? 0),
  textColumn('Replicas', ({ status }) => status?.currentReplicas ?? 0),
  ageColumn,
]

/** The first two metrics as `current/target`. */
function targets({ spec, status }: Readonly<HorizontalPodAutoscaler>): string {
  const texts = (spec.metrics ?? []).map((metric, i) => formatMetric(metric, status?.currentMetrics?.[i]))
  if (texts.length === 0) return '<none>'
  return texts.length > 2 ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...` : texts.join(', ')
}

function formatMetric(metric: Readonly<MetricSpec>, status: Readonly<MetricStatus> | undefined): string {
  switch (metric.type) {
    case 'External': return formatValue(metric.external?.target, status?.external?.current)
    case 'Object': return formatValue(metric.object?.target, status?.object?.current)
    case 'Pods': return `${status?.pods?.current.averageValue ?? unknown}/${metric.pods?.target.averageValue ?? ''}`
    case 'Resource': return formatResource(metric.resource, status?.resource?.current)
    case 'ContainerResource': return formatResource(metric.containerResource, status?.containerResource?.current)
    default: return '<unknown type>'
  }
}

function formatValue(target: Readonly<MetricTarget> | undefined, current: Readonly<MetricValueStatus> | undefined): string {
  return target?.averageValue !== undefined ? `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`
    : `${current?.value ?? unknown}/${target?.value ?? ''}`
}

function formatResource(
  source: Readonly<{ name: string; target: MetricTarget }> | undefined, current: Readonly<MetricValueStatus> | undefined,
): string {
  const { name = '', target } = source ?? {}
  if (target?.averageValue !== undefined) return `${name}: ${current?.averageValue ?? unknown}/${target.averageValue}`
  const percent = (value: number | undefined, otherwise: string) => (value === undefined ? otherwise : `${value}%`)
  return `${name}: ${percent(current?.averageUtilization, unknown)}/${percent(target?.averageUtilization, '<auto>')}`
}
