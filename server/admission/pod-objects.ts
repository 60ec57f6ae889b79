import type { Pod } from '../../api/schema/generated/types.ts'
import { namesInPod } from '../authorization/node-relations.ts'

/** What of the API a pod refers to first, for pods that may refer to nothing (pkg/api/pod HasAPIObjectReference, 1.36). */
export function objectsInPod(pod: Readonly<Pod>): string | undefined {
  const { serviceAccountName, resourceClaims, volumes } = pod.spec!
  if (serviceAccountName) return 'serviceaccounts'
  for (const resource of ['secrets', 'configmaps']) if (namesInPod(pod, resource).length > 0) return resource
  if (resourceClaims?.length) return 'resourceclaims'
  for (const volume of volumes ?? []) {
    for (const [source, what] of inVolumes) if (volume[source]) return what
    for (const part of volume.projected?.sources ?? []) {
      for (const [source, what] of inProjections) if (part[source]) return what
    }
  }
  return undefined
}

const inVolumes = [
  ['configMap', 'configmaps (via configmap volumes)'], ['secret', 'secrets (via secret volumes)'], ['csi', 'csidrivers (via CSI volumes)'],
  ['glusterfs', 'endpoints (via glusterFS volumes)'], ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'], ['azureFile', 'secrets (via azureFile volumes)'],
] as const
const inProjections = [
  ['configMap', 'configmaps (via projected volumes)'], ['secret', 'secrets (via projected volumes)'],
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'], ['clusterTrustBundle', 'clustertrustbundles'], ['podCertificate', 'podcertificates'],
] as const
