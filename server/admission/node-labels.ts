/** Labels that kubelets may give their nodes although they are Kubernetes' own (kubelet/pkg/apis/well_known_labels.go, 1.36). */
const ofKubelets = new Set([
  'kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type', 'kubernetes.io/os', 'kubernetes.io/arch',
  'beta.kubernetes.io/os', 'beta.kubernetes.io/arch',
])

type Labels = Readonly<Record<string, string>>

/** The labels that a kubelet has changed and may not, sorted: they could steer pods of others to its node. */
export function forbiddenNodeLabels(labels: Labels = {}, before: Labels = {}): string[] {
  return [...new Set([...Object.keys(labels), ...Object.keys(before)])]
    .filter(label => labels[label] !== before[label] && isForbidden(label)).sort()
}

function isForbidden(label: string): boolean {
  const prefix = label.includes('/') ? label.slice(0, label.indexOf('/')) : ''
  const isIn = (domain: string) => prefix === domain || prefix.endsWith(`.${domain}`)
  if (isIn('node-restriction.kubernetes.io')) return true
  if (!isIn('kubernetes.io') && !isIn('k8s.io')) return false
  return !ofKubelets.has(label) && !isIn('kubelet.kubernetes.io') && !isIn('node.kubernetes.io')
}
