import type { Kind } from './kind.ts'
import type { KubeObject } from './object.ts'
import { formatLabelSelector, type LabelSelector } from './selectors.ts'

/** How many an object wants and has: autoscaling/v1 Scale, what `…/scale` answers. */
export interface Scale extends KubeObject { spec?: { replicas?: number }; status?: { replicas?: number; selector?: string } }

const at = (object: unknown, path: string): unknown =>
  path.split('.').filter(Boolean).reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)

/** The Scale of an object whose kind has one (upstream: the ScaleREST of each workload). */
export function scaleOf(kind: Kind, object: Readonly<KubeObject>): Scale {
  const paths = kind.subresources!.scale!, replicas = at(object, paths.specReplicasPath) as number | undefined
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  return {
    kind: 'Scale', apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: {
      replicas: (at(object, paths.statusReplicasPath) as number | undefined) ?? 0, ...selectorOf(object, paths.labelSelectorPath),
    },
  }
}

/** The selector in its text form; a path to a text is taken as it is, one to a LabelSelector or a map is printed. */
function selectorOf(object: Readonly<KubeObject>, path = '.spec.selector'): { selector?: string } {
  const value = at(object, path)
  if (typeof value === 'string') return value ? { selector: value } : {}
  if (!value) return {}
  const isSelector = 'matchLabels' in (value as object) || 'matchExpressions' in (value as object)
  const selector = formatLabelSelector(isSelector ? value as LabelSelector : { matchLabels: value as Record<string, string> })
  return selector ? { selector } : {}
}
