import { persistentVolumes } from '../../api/kinds/core/persistentvolumes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { resourceSlices } from '../../api/kinds/resource/resourceslices.ts'
import { volumeAttachments } from '../../api/kinds/storage/volumeattachments.ts'
import type { Pod } from '../../api/schema/generated/types.ts'
import type { World } from '../admission/admission.ts'

export interface ObjectName { group: string; resource: string; namespace: string; name: string }

/**
 * Whether an object has to do with a node: a pod bound to it, what its pods name, the volumes of their claims, or what names the
 * node itself (authorizer/node/graph.go, 1.36). Looked up when a kubelet asks, among the pods of one namespace: upstream keeps a
 * graph.
 */
export function isRelated(world: Pick<World, 'get' | 'list'>, node: string, asked: ObjectName): boolean {
  const { group, resource, namespace, name } = asked
  const here = (inNamespace: string) => world.list(pods, inNamespace).filter(pod => pod.spec?.nodeName === node)
  const named = (inNamespace: string, what: string, wanted: string) =>
    here(inNamespace).some(pod => !isMirror(pod) && namesInPod(pod, what).includes(wanted))
  switch (`${group}/${resource}`) {
    case '/pods': return world.get(pods, name, namespace)?.spec?.nodeName === node
    case '/secrets': return named(namespace, resource, name) || isSecretOfVolume(namespace, name)
    case '/persistentvolumes': {
      const claim = world.get(persistentVolumes, name)?.spec?.claimRef
      return Boolean(claim?.name) && named(claim?.namespace ?? '', 'persistentvolumeclaims', claim!.name!)
    }
    case 'storage.k8s.io/volumeattachments': return world.get(volumeAttachments, name)?.spec.nodeName === node
    case 'resource.k8s.io/resourceslices': return world.get(resourceSlices, name)?.spec.nodeName === node
    default: return named(namespace, resource, name)
  }

  /** Secrets that a driver needs to mount a volume whose claim a pod uses. */
  function isSecretOfVolume(inNamespace: string, secret: string): boolean {
    return world.list(persistentVolumes).some(({ spec }) => {
      const claim = spec?.claimRef
      if (!claim?.name) return false
      const found: Names = emptyNames()
      collect(spec, found, claim.namespace ?? '')
      return found.volumeSecrets.has(`${inNamespace}/${secret}`)
        && named(claim.namespace ?? '', 'persistentvolumeclaims', claim.name)
    })
  }
}

const isMirror = (pod: Readonly<Pod>) => pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined

interface Names { secrets: Set<string>; configmaps: Set<string>; volumeSecrets: Set<string> }
const emptyNames = (): Names => ({ secrets: new Set(), configmaps: new Set(), volumeSecrets: new Set() })

/** The objects of a resource that a pod names: what it needs to run. */
export function namesInPod(pod: Readonly<Pod>, resource: string): readonly string[] {
  const { spec = {} as NonNullable<Pod['spec']>, status, metadata } = pod
  switch (resource) {
    case 'serviceaccounts': return [spec.serviceAccountName ?? '']
    case 'persistentvolumeclaims':
      return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
        (persistentVolumeClaim ? [persistentVolumeClaim.claimName] : ephemeral ? [`${metadata.name}-${name}`] : []))
    case 'resourceclaims': return [
      ...(spec.resourceClaims ?? []).map(claim => claim.resourceClaimName ?? ''),
      ...(status?.resourceClaimStatuses ?? []).map(claim => claim.resourceClaimName ?? ''),
    ].filter(Boolean)
    case 'secrets': case 'configmaps': {
      const found = emptyNames()
      collect(spec, found, metadata.namespace ?? '')
      const pulls = resource === 'secrets' ? (spec.imagePullSecrets ?? []).map(secret => secret.name ?? '') : []
      return [...found[resource], ...pulls]
    }
    default: return []
  }
}

/** All secrets and config maps that a spec names, in whatever volume or variable: the fields are called alike everywhere. */
function collect(value: unknown, found: Names, namespace: string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    if (key === 'secretName' && typeof part === 'string') {
      found.secrets.add(part)
      found.volumeSecrets.add(`${(value as { secretNamespace?: string }).secretNamespace ?? namespace}/${part}`)
    }
    const { name, namespace: home } = (part ?? {}) as { name?: unknown; namespace?: string }
    if (typeof name === 'string') {
      if (key === 'secret' || /secretRef$|secretKeyRef$/i.test(key)) {
        found.secrets.add(name)
        found.volumeSecrets.add(`${home ?? namespace}/${name}`)
      }
      if (/^configMap(Ref|KeyRef)?$/.test(key)) found.configmaps.add(name)
    }
    collect(part, found, namespace)
  }
}
