/** The order of groups and versions in discovery documents (kube-aggregator's priorities, 1.36; apimachinery, version). */

/** Built-in groups in the order of /apis. Groups of custom resources follow by name. */
export const builtInGroups: readonly string[] = [
  'apiregistration.k8s.io', 'apps', 'events.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'autoscaling', 'batch',
  'certificates.k8s.io', 'networking.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'storage.k8s.io',
  'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'scheduling.k8s.io', 'coordination.k8s.io', 'node.k8s.io', 'discovery.k8s.io', 'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
]

export function compareGroups(a: string, b: string): number {
  const left = builtInGroups.indexOf(a), right = builtInGroups.indexOf(b)
  if (left >= 0 && right >= 0) return left - right
  if (left >= 0 || right >= 0) return left >= 0 ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

const versionPattern = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/
const stability = { alpha: 0, beta: 1, stable: 2 }

/** Newest and most stable first: v2, v1, v1beta1, v1alpha1; names that are no such version last, by name. */
export function compareVersions(a: string, b: string): number {
  const left = versionPattern.exec(a), right = versionPattern.exec(b)
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0
  const rank = (match: RegExpExecArray) => stability[(match[2] ?? 'stable') as keyof typeof stability]
  return rank(right) - rank(left) || Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0)
}
