import type { APIService } from '../../api/schema/generated/types.ts'

/** Priorities of groups and versions (controlplane, apiserver/aggregator.go and server.go, 1.36). */
const groupPriorities = new Map([
  ['', 18000], ['apps', 17800], ['events.k8s.io', 17750], ['authentication.k8s.io', 17700], ['authorization.k8s.io', 17600],
  ['autoscaling', 17500], ['batch', 17400], ['certificates.k8s.io', 17300], ['networking.k8s.io', 17200], ['policy', 17100],
  ['rbac.authorization.k8s.io', 17000], ['storage.k8s.io', 16800], ['admissionregistration.k8s.io', 16700],
  ['apiextensions.k8s.io', 16700], ['scheduling.k8s.io', 16600], ['coordination.k8s.io', 16500], ['node.k8s.io', 16300],
  ['discovery.k8s.io', 16200], ['resource.k8s.io', 16200], ['flowcontrol.apiserver.k8s.io', 16100],
])
const versionPriorities = new Map([
  ['/v1', 1], ['autoscaling/v2', 30], ['flowcontrol.apiserver.k8s.io/v1', 21], ['resource.k8s.io/v1', 21],
])

/** One for each group and version that this server itself serves; what others serve (metrics.k8s.io) is not among them. */
export function localApiServices(
  served: readonly { group: string; version: string }[],
): (Pick<APIService, 'spec'> & { name: string })[] {
  const names = new Set(served.map(({ group, version }) => `${group}/${version}`))
  return [...names].flatMap(name => {
    const [group, version] = name.split('/'), groupPriorityMinimum = groupPriorities.get(group)
    if (groupPriorityMinimum === undefined) return []
    const versionPriority = versionPriorities.get(name) ?? 15
    return [{
      name: `${version}.${group}`,
      spec: { ...group ? { group } : {}, version, groupPriorityMinimum, versionPriority },
    }]
  })
}
