import type { FieldError } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import {
  groupsWithStandardFinalizers, nameIsDnsSubdomain, nameIsPathSegment, validateObjectMeta, validateObjectMetaUpdate,
} from '../../api/kinds/validation/object-meta.ts'
import type { KubeObject } from '../../api/object.ts'

/**
 * What is wrong with the metadata of an update is told several times: by the registry (apiserver, registry/rest BeforeUpdate), then
 * by the kind's own strategy, which asks for `m`etadata as of a new object, for metadata as of an `u`pdate and for the rest of
 * the `o`bject in an order of its own (pkg/registry, each ValidateUpdate, 1.36). The rest here is what the kind itself found; where
 * an `i` stands, what may not be changed is told there.
 */
type Order = string

const usual: Order = 'uo'

const orders = new Map<string, Order>([
  ...['pods', 'configmaps', 'secrets', 'endpoints', 'serviceaccounts', 'persistentvolumeclaims', 'controllerrevisions.apps',
    'ingresses.networking.k8s.io', 'ingressclasses.networking.k8s.io', 'volumeattributesclasses.storage.k8s.io',
    'apiservices.apiregistration.k8s.io'].map(resource => [resource, 'umo'] as const),
  ...['limitranges', 'endpointslices.discovery.k8s.io', 'csinodes.storage.k8s.io', 'volumeattachments.storage.k8s.io',
    'mutatingwebhookconfigurations.admissionregistration.k8s.io', 'validatingwebhookconfigurations.admissionregistration.k8s.io',
    'mutatingadmissionpolicies.admissionregistration.k8s.io', 'validatingadmissionpolicies.admissionregistration.k8s.io',
    'mutatingadmissionpolicybindings.admissionregistration.k8s.io', 'validatingadmissionpolicybindings.admissionregistration.k8s.io',
    'flowschemas.flowcontrol.apiserver.k8s.io', 'flowschemas.flowcontrol.apiserver.k8s.io/status',
    'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io/status',
  ].map(resource => [resource, 'mo'] as const),
  ...['namespaces', 'nodes', 'certificatesigningrequests.certificates.k8s.io', 'certificatesigningrequests.certificates.k8s.io/status',
    'certificatesigningrequests.certificates.k8s.io/approval', 'roles.rbac.authorization.k8s.io',
    'clusterroles.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io',
    'clusterrolebindings.rbac.authorization.k8s.io'].map(resource => [resource, 'mou'] as const),
  ...['jobs.batch', 'ipaddresses.networking.k8s.io', 'runtimeclasses.node.k8s.io', 'storageclasses.storage.k8s.io',
    'csistoragecapacities.storage.k8s.io'].map(resource => [resource, 'moui'] as const),
  ['persistentvolumes', 'mom'], ['statefulsets.apps/status', 'ou'],
  ['events', 'o'], ['poddisruptionbudgets.policy', 'o'], ['poddisruptionbudgets.policy/status', 'o'],
])

/** All complaints about an update, in upstream's order and as often as upstream makes them; `own` are the kind's. */
export function updateErrors(kind: Kind, subresource: string, next: KubeObject, old: Readonly<KubeObject>, own: readonly FieldError[]): readonly FieldError[] {
  const { metadata } = next, standardFinalizers = groupsWithStandardFinalizers.has(kind.group)
  const asNew = (validateName: typeof nameIsPathSegment, options?: { standardFinalizers: boolean }) =>
    validateObjectMeta(metadata, kind.namespaced, validateName, 'metadata', options)
  const asUpdate = (options?: { standardFinalizers: boolean }) => validateObjectMetaUpdate(metadata, old.metadata, 'metadata', options)
  const general = [...asNew(nameIsPathSegment), ...asUpdate()]
  const strict = standardFinalizers && metadata.finalizers?.length ? asUpdate({ standardFinalizers }) : general
  // The kind's questions about metadata are among these, but for the one about generated names: nothing to find, nothing to order.
  if (general.length === 0 && strict.length === 0 && !metadata.generateName) return own
  const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`
  const order = orders.get(subresource === '' ? resource : `${resource}/${subresource}`) ?? usual
  const late = order.includes('i') ? own.filter(isImmutable) : [], early = late.length === 0 ? own : own.filter(error => !isImmutable(error))
  return [...general, ...[...order].flatMap(part => (part === 'o' ? early : part === 'i' ? late
    : part === 'm' ? asNew(kind.validateName ?? nameIsDnsSubdomain, { standardFinalizers }) : asUpdate({ standardFinalizers })))]
}

const isImmutable = ({ message }: FieldError): boolean => message.endsWith('field is immutable')
