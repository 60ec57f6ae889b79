import type { Deployment, DeploymentSpec, ReplicaSet } from '../../../api/schema/generated/types.ts'

/** Small objects for the tables of the deployment's plans. */
type Spec = Partial<DeploymentSpec> & { maxSurge?: number | string; maxUnavailable?: number | string }
export function deployment(spec: Spec = {}): Deployment {
  const { maxSurge = '25%', maxUnavailable = '25%', ...rest } = spec
  return {
    apiVersion: 'apps/v1', kind: 'Deployment',
    metadata: {
      name: 'web', namespace: 'default', uid: 'd', resourceVersion: '1', generation: 1, creationTimestamp: '2024-01-01T00:00:00Z',
    },
    spec: {
      replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('v2'),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }, progressDeadlineSeconds: 600, ...rest,
    },
  }
}

export const template = (image: string) =>
  ({ metadata: { labels: { app: 'web' } } as never, spec: { containers: [{ name: 'c', image }] } })

/** `web-v1` with so many replicas wanted and so many of them available. */
export function replicaSet(
  image: string, replicas: number, available = replicas, more: { annotations?: Record<string, string>; age?: number } = {},
): ReplicaSet {
  return {
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: {
      name: `web-${image}`, namespace: 'default', uid: image, resourceVersion: '1', generation: 1,
      creationTimestamp: new Date(Date.UTC(2024, 0, 1) - (more.age ?? 0) * 1000).toISOString(), annotations: more.annotations,
    },
    spec: { replicas, selector: {}, template: template(image) },
    status: { replicas, readyReplicas: available, availableReplicas: available, terminatingReplicas: 0, observedGeneration: 1 },
  }
}
