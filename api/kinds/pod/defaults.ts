import type { ObjectMeta } from '../../object.ts'
import type {
  Container, DownwardAPIVolumeFile, EphemeralContainer, Pod, PodSpec, PodStatus, PodTemplateSpec, Probe, ResourceRequirements, Volume,
} from '../../schema/generated/types.ts'
import { defaultPodLevelResources, roundUpResources } from './default-resources.ts'
import { parseImageName } from './image-name.ts'

/** What upstream's code sets in pods and pod templates that don't say it (core/v1/defaults.go, 1.36). */

type AnyContainer = Container | EphemeralContainer

/** Defaults of a pod itself: those of its spec, and those that templates do not get. */
export function defaultPod(pod: Pod): void {
  pod.spec ??= {} as PodSpec
  defaultPodSpec(pod.spec)
  const { spec } = pod
  for (const container of [...spec.containers ?? [], ...spec.initContainers ?? []]) {
    limitsAsRequests(container.resources)
    if (spec.hostNetwork) for (const port of container.ports ?? []) port.hostPort ||= port.containerPort
  }
  defaultPodLevelResources(spec)
  spec.enableServiceLinks ??= true
  // Only for pods: templates keep what was written (core/v1/conversion.go).
  if (spec.terminationGracePeriodSeconds! < 0) spec.terminationGracePeriodSeconds = 1
  if (pod.status) mirrorPodIP(pod.status)
}

/** The first of the addresses is also a field of its own, which has the last word (core/v1/conversion.go). */
function mirrorPodIP(status: PodStatus): void {
  if (status.podIP && status.podIP !== status.podIPs?.[0]?.ip) status.podIPs = [{ ip: status.podIP }]
  else if (status.podIPs?.length) status.podIP = status.podIPs[0].ip
}

/** Defaults of the template in a workload. */
export function defaultPodTemplate(template: PodTemplateSpec): void {
  template.metadata ??= {} as ObjectMeta
  template.spec ??= {} as PodSpec
  defaultPodSpec(template.spec)
}

export function defaultPodSpec(spec: PodSpec): void {
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.restartPolicy ||= 'Always'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= 30
  spec.schedulerName ||= 'default-scheduler'
  mirrorServiceAccount(spec)
  roundUpResources(spec.resources)
  for (const container of [...spec.initContainers ?? [], ...spec.containers ?? [], ...spec.ephemeralContainers ?? []]) {
    defaultContainer(container)
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

/** The old name of the field follows the new one; alone it sets the new one. */
export function mirrorServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount
  if (name) spec.serviceAccountName = spec.serviceAccount = name
}

/** Tag `latest`, said or not, is pulled each time. */
const pullPolicyOf = (image: string) => (parseImageName(image)?.tag === 'latest' ? 'Always' : 'IfNotPresent')

function defaultContainer(container: AnyContainer): void {
  container.imagePullPolicy ||= pullPolicyOf(container.image ?? '')
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  container.resources ??= {}
  roundUpResources(container.resources)
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe)
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) defaultHttpGet(handler?.httpGet)
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom) defaultFieldReferences(valueFrom)
  }
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  defaultHttpGet(probe.httpGet)
}

function defaultHttpGet(action: Probe['httpGet']): void {
  if (!action) return
  action.path ||= '/'
  action.scheme ||= 'HTTP'
}

function defaultFieldReferences(
  { fieldRef, resourceFieldRef }: Pick<DownwardAPIVolumeFile, 'fieldRef' | 'resourceFieldRef'>,
): void {
  if (fieldRef) fieldRef.apiVersion ||= 'v1'
  if (resourceFieldRef) resourceFieldRef.divisor ||= '0'
}

const readableByAll = 0o644

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every(key => key === 'name' || volume[key as keyof Volume] === undefined)) volume.emptyDir = {}
  if (volume.secret) volume.secret.defaultMode ??= readableByAll
  if (volume.configMap) volume.configMap.defaultMode ??= readableByAll
  if (volume.hostPath) volume.hostPath.type ??= ''
  if (volume.image) volume.image.pullPolicy ||= pullPolicyOf(volume.image.reference ?? '')
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= readableByAll
    volume.downwardAPI.items?.forEach(defaultFieldReferences)
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= readableByAll
    for (const { serviceAccountToken, downwardAPI } of volume.projected.sources ?? []) {
      if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600
      downwardAPI?.items?.forEach(defaultFieldReferences)
    }
  }
  const claim = volume.ephemeral?.volumeClaimTemplate
  if (claim) {
    claim.metadata ??= {} as ObjectMeta
    claim.spec ??= {} as typeof claim.spec
    claim.spec.volumeMode ??= 'Filesystem'
    claim.spec.resources ??= {}
    roundUpResources(claim.spec.resources)
  }
}

function limitsAsRequests(resources: ResourceRequirements | undefined): void {
  if (!resources?.limits) return
  resources.requests = { ...resources.limits, ...resources.requests }
}
