import type { PodSpec, PodTemplateSpec } from '../../schema/generated/types.ts'

/**
 * Fields behind feature gates that are off in 1.36 are dropped, unless the object that is replaced uses them already
 * (pkg/api/pod/util.go dropDisabledFields).
 */
export function dropDisabledFields(spec: PodSpec, old?: Readonly<PodSpec>): void {
  // ContainerStopSignals
  if (!usesStopSignals(old)) {
    for (const container of containersOf(spec)) {
      if (container.lifecycle?.stopSignal === undefined) continue
      delete container.lifecycle.stopSignal
      if (!container.lifecycle.postStart && !container.lifecycle.preStop) delete container.lifecycle
    }
  }
  // ClusterTrustBundleProjection, PodCertificateRequest
  for (const source of ['clusterTrustBundle', 'podCertificate'] as const) {
    if (projects(old, source)) continue
    for (const volume of spec.volumes ?? []) for (const projection of volume.projected?.sources ?? []) delete projection[source]
  }
  // GenericWorkload
  if (old?.schedulingGroup === undefined) delete spec.schedulingGroup
}

export function dropDisabledTemplateFields(template: PodTemplateSpec | undefined, old?: Readonly<PodTemplateSpec>): void {
  if (template?.spec) dropDisabledFields(template.spec, old?.spec)
}

const containersOf = (spec: Readonly<PodSpec> | undefined) =>
  [...spec?.initContainers ?? [], ...spec?.containers ?? [], ...spec?.ephemeralContainers ?? []]

const usesStopSignals = (spec: Readonly<PodSpec> | undefined) =>
  containersOf(spec).some(container => container.lifecycle?.stopSignal !== undefined)

const projects = (spec: Readonly<PodSpec> | undefined, source: 'clusterTrustBundle' | 'podCertificate') =>
  spec?.volumes?.some(volume => volume.projected?.sources?.some(projection => projection[source] !== undefined)) ?? false
