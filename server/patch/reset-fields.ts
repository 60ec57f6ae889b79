import type { Kind } from '../../api/kind.ts'
import { emptySet, setOf, type FieldSet } from './field-set.ts'
import { fieldElement } from './path-element.ts'

/**
 * The fields that a write through an endpoint can't change, so that its manager does not come to own them: what the strategies in
 * upstream's registries report (GetResetFields, 1.36).
 */
export function resetFields(kind: Pick<Kind, 'group' | 'plural' | 'subresources'>, subresource: string): FieldSet {
  const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`
  return special.get(`${resource}/${subresource}`) ?? (subresource === '' && kind.subresources?.status ? status
    : subresource === 'status' ? (specOnly.has(resource) ? spec : metadataAndSpec) : emptySet)
}

const path = (...names: string[]) => names.map(fieldElement)
const status = setOf(path('status')), spec = setOf(path('spec')), metadataAndSpec = setOf(path('metadata'), path('spec'))

const special = new Map<string, FieldSet>([
  ['pods/status', setOf(path('spec'), path('metadata', 'deletionTimestamp'), path('metadata', 'ownerReferences'))],
  ['deployments.apps/status', setOf(path('spec'), path('metadata', 'labels'))],
  ['namespaces/finalize', status],
  ['certificatesigningrequests.certificates.k8s.io/', setOf(path('spec'), path('status'))],
  ['certificatesigningrequests.certificates.k8s.io/status', setOf(path('spec'), path('status', 'conditions'))],
  ['certificatesigningrequests.certificates.k8s.io/approval', setOf(path('spec'), path('status', 'certificate'))],
])

/** Kinds whose status can be written together with labels and annotations. Custom resources are not among them. */
const specOnly = new Set([
  'nodes', 'namespaces', 'services', 'persistentvolumes', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas',
  'daemonsets.apps', 'statefulsets.apps', 'replicasets.apps', 'jobs.batch', 'cronjobs.batch',
  'horizontalpodautoscalers.autoscaling', 'poddisruptionbudgets.policy', 'ingresses.networking.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
])
