import { same } from '../../api/edit.ts'
import { csiDrivers } from '../../api/kinds/storage/csidrivers.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { persistentVolumeClaims } from '../../api/kinds/core/persistentvolumeclaims.ts'
import { persistentVolumes } from '../../api/kinds/core/persistentvolumes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import type {
  AuthenticationV1TokenRequest as TokenRequest, CertificateSigningRequest, Node, PersistentVolumeClaim, Pod, ResourceSlice,
} from '../../api/schema/generated/types.ts'
import { goQuote } from '../../api/schema/go-quote.ts'
import { notFoundError } from '../../api/status.ts'
import { resourceAttributes } from '../authorization/attributes.ts'
import { aggregate } from '../authorization/authorizer.ts'
import { nodeNameOf } from '../authorization/node.ts'
import { parseCertificateRequest } from '../certificate-request.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { forbiddenNodeLabels } from './node-labels.ts'
import { objectsInPod } from './pod-objects.ts'
import { refuse } from './refuse.ts'

const mirrorAnnotation = 'kubernetes.io/config.mirror'

/** What keeps a kubelet to its own node and to the pods there (NodeRestriction, 1.36; on in every cluster of kubeadm). */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  mutate: check,
  validate(request, world) { if (request.operation === 'DELETE') return check(request, world) },
}

type Check = (node: string, request: AdmissionRequest, world: World) => string | undefined | Promise<string | undefined>

const checks: Record<string, Check> = {
  '/pods': checkPod, '/nodes': checkNode, '/persistentvolumeclaims': checkClaim, '/serviceaccounts': checkToken,
  'coordination.k8s.io/leases': checkLease, 'storage.k8s.io/csinodes': checkOwn('CSINode'), 'resource.k8s.io/resourceslices': checkSlice,
  'certificates.k8s.io/certificatesigningrequests': checkCertificateRequest,
}

/** Most writes are nobody's that this is about: they must not wait. */
function check(request: AdmissionRequest, world: World): void | Promise<void> {
  const node = nodeNameOf(request.user)
  if (node !== undefined && request.operation !== 'CONNECT') return checkKubelet(node, request, world)
}

async function checkKubelet(node: string, request: AdmissionRequest, world: World): Promise<void> {
  const { user, kind } = request
  const about = `${kind.group}/${kind.plural}`
  const why = node === '' ? `could not determine node from user ${goQuote(user.name)}`
    : Object.hasOwn(checks, about) ? await checks[about](node, request, world) : undefined
  if (why) throw refuse(request, why)
}

function checkPod(node: string, request: AdmissionRequest, world: World): string | undefined {
  const { operation, subresource, namespace, name } = request, old = request.old as Pod | undefined
  const isElsewhere = (pod: Readonly<Pod> | undefined) => pod?.spec?.nodeName !== node
  switch (subresource) {
    case '':
      if (operation === 'CREATE') return checkMirrorPod(node, request.object as Pod, world)
      if (operation !== 'DELETE') return `unexpected operation ${goQuote(operation)}, node ${goQuote(node)} can only create and delete mirror pods`
      return isElsewhere(old) ? `node ${goQuote(node)} can only delete pods with spec.nodeName set to itself` : undefined
    case 'status': {
      if (operation !== 'UPDATE') return `unexpected operation ${goQuote(operation)}`
      if (isElsewhere(old)) return `node ${goQuote(node)} can only update pod status for pods with spec.nodeName set to itself`
      const { metadata, status } = request.object as Pod
      if (!same(old!.metadata.labels ?? {}, metadata.labels ?? {})) return `node ${goQuote(node)} cannot update labels through pod status`
      if (!same(old!.status?.resourceClaimStatuses ?? [], status?.resourceClaimStatuses ?? [])) {
        return `node ${goQuote(node)} cannot update resource claim statues`
      }
      return same(old!.status?.extendedResourceClaimStatus, status?.extendedResourceClaimStatus) ? undefined
        : `node ${goQuote(node)} cannot update extended resource claim status`
    }
    case 'eviction': {
      const pod = world.get(pods, name, namespace)
      if (!pod) throw notListed('pod', name)
      return isElsewhere(pod) ? `node ${node} can only evict pods with spec.nodeName set to itself` : undefined
    }
    default: return `unexpected pod subresource ${goQuote(subresource)}, only 'status' and 'eviction' are allowed`
  }
}

function checkMirrorPod(node: string, pod: Pod, world: World): string | undefined {
  const { annotations, ownerReferences = [] } = pod.metadata, quoted = goQuote(node)
  if (annotations?.[mirrorAnnotation] === undefined) {
    return `pod does not have ${goQuote(mirrorAnnotation)} annotation, node ${quoted} can only create mirror pods`
  }
  if (pod.spec?.nodeName !== node) return `node ${quoted} can only create pods with spec.nodeName set to itself`
  if (ownerReferences.length > 1) return `node ${quoted} can only create pods with a single owner reference set to itself`
  const [owner] = ownerReferences
  if (!owner || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `node ${quoted} can only create pods with an owner reference set to itself`
  }
  if (!owner.controller) return `node ${quoted} can only create pods with a controller owner reference set to itself`
  if (owner.blockOwnerDeletion) return `node ${quoted} must not set blockOwnerDeletion on an owner reference`
  const found = world.get(nodes, node)
  if (!found) throw notListed('node', node)
  if (owner.uid !== found.metadata.uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${found.metadata.uid}`
  const referenced = objectsInPod(pod)
  return referenced && `node ${quoted} can not create pods that reference ${referenced}`
}

function checkNode(node: string, { operation, name, object, old }: AdmissionRequest): string | undefined {
  const quoted = goQuote(node)
  if (name !== node) return `node ${quoted} is not allowed to modify node ${goQuote(name)}`
  if (operation === 'DELETE') return undefined
  const { metadata, spec } = object as Node, before = old as Node | undefined
  if (spec?.configSource && !same(spec.configSource, before?.spec?.configSource)) {
    return before ? `node ${quoted} is not allowed to update configSource to a new non-nil configSource`
      : `node ${quoted} is not allowed to create pods with a non-nil configSource`
  }
  const labels = forbiddenNodeLabels(metadata.labels, before?.metadata.labels).join(', ')
  if (!before) return labels ? `node ${quoted} is not allowed to set the following labels: ${labels}` : undefined
  if (!same(spec?.taints ?? [], before.spec?.taints ?? [])) return `node ${quoted} is not allowed to modify taints`
  if (!same(metadata.ownerReferences ?? [], before.metadata.ownerReferences ?? [])) return `node ${quoted} is not allowed to modify ownerReferences`
  return labels ? `is not allowed to modify labels: ${labels}` : undefined
}

function checkClaim(node: string, { operation, subresource, object, old }: AdmissionRequest): string | undefined {
  if (subresource !== 'status') return 'may only update PVC status'
  if (operation !== 'UPDATE') return `unexpected operation ${goQuote(operation)}`
  const rest = ({ metadata, spec, status }: PersistentVolumeClaim) => {
    const { resourceVersion: _version, managedFields: _managed, ...kept } = metadata
    const { capacity: _capacity, conditions: _conditions, allocatedResources: _resources, allocatedResourceStatuses: _statuses, ...others } = status ?? {}
    return { metadata: kept, spec, status: others }
  }
  return same(rest(object as PersistentVolumeClaim), rest(old as PersistentVolumeClaim)) ? undefined
    : `node ${goQuote(node)} is not allowed to update fields other than status.quantity and status.conditions`
}

function checkToken(node: string, request: AdmissionRequest, world: World): string | undefined {
  if (request.operation !== 'CREATE' || request.subresource !== 'token') return undefined
  const { boundObjectRef, audiences } = (request.object as unknown as TokenRequest).spec ?? {}
  if (boundObjectRef?.apiVersion !== 'v1' || boundObjectRef.kind !== 'Pod' || !boundObjectRef.name) {
    return 'node requested token not bound to a pod'
  }
  if (!boundObjectRef.uid) return 'node requested token with a pod binding without a uid'
  const pod = world.get(pods, boundObjectRef.name, request.namespace)
  if (!pod) throw notListed('pod', boundObjectRef.name)
  if (boundObjectRef.uid !== pod.metadata.uid) {
    return `the UID in the bound object reference (${boundObjectRef.uid}) does not match the UID in record. `
      + 'The object might have been deleted and then recreated'
  }
  if (pod.spec?.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node'
  if ((audiences?.length ?? 0) > 1) return 'node may only request 0 or 1 audiences'
  const [audience = ''] = audiences ?? [], found = findAudience(pod, audience, world)
  if (found.found) return undefined
  if (found.errors.length > 0) return `error validating audience ${goQuote(audience)}: ${aggregate(found.errors)}`
  const asked = { namespace: request.namespace, resource: audience, name: request.name }
  if (world.authorize(resourceAttributes(request.user, 'request-serviceaccounts-token-audience', asked)).allowed) return undefined
  return `audience ${goQuote(audience)} not found in pod spec volume, ${request.user.name} is not authorized to request tokens for this audience`
}

/** Whether a volume of the pod, or the driver of one, wants tokens for this audience; and what could not be looked up. */
function findAudience({ metadata, spec }: Readonly<Pod>, audience: string, world: World): { found: boolean; errors: string[] } {
  const errors: string[] = []
  const listed = <T>(object: T | undefined, what: string, name: string): T | undefined => {
    if (!object) errors.push(notListed(what, name).message)
    return object
  }
  const driverOf = (claimName: string) => {
    const claim = listed(world.get(persistentVolumeClaims, claimName, metadata.namespace), 'persistentvolumeclaim', claimName)
    const name = claim?.spec?.volumeName ?? ''
    return claim && listed(world.get(persistentVolumes, name), 'persistentvolume', name)?.spec?.csi?.driver
  }
  const found = (spec?.volumes ?? []).some(({ name, projected, persistentVolumeClaim, ephemeral, csi }) => {
    if (projected?.sources?.some(({ serviceAccountToken: token }) => token && (token.audience ?? '') === audience)) return true
    const driver = csi?.driver ?? (persistentVolumeClaim ? driverOf(persistentVolumeClaim.claimName)
      : ephemeral ? driverOf(`${metadata.name}-${name}`) : undefined)
    if (!driver) return false
    const known = listed(world.get(csiDrivers, driver), 'csidriver.storage.k8s.io', driver)
    return known?.spec.tokenRequests?.some(each => each.audience === audience) === true
  })
  return { found, errors }
}

/** Upstream's lister names the kind, not the resource. */
const notListed = (what: string, name: string) => notFoundError({ group: '', plural: what }, name)

function checkLease(node: string, request: AdmissionRequest): string | undefined {
  if (request.namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace'
  return request.name === node ? undefined : 'can only access node lease with the same name as the requesting node'
}

function checkOwn(what: string): Check {
  return (node, { name }) => (name === node ? undefined : `can only access ${what} with the same name as the requesting node`)
}

function checkSlice(node: string, { operation, object, old }: AdmissionRequest): string | undefined {
  if (operation === 'UPDATE') return undefined
  const slice = (operation === 'CREATE' ? object : old) as ResourceSlice
  return slice.spec.nodeName === node ? undefined
    : `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`
}

const kubeletSigners = new Set(['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'])

async function checkCertificateRequest(node: string, { operation, object }: AdmissionRequest): Promise<string | undefined> {
  const { spec } = (object ?? {}) as CertificateSigningRequest
  if (operation !== 'CREATE' || !kubeletSigners.has(spec.signerName)) return undefined
  let name: string | undefined
  try {
    [name] = (await parseCertificateRequest(Buffer.from(spec.request, 'base64').toString())).subjectName.getField('CN')
  } catch (error) {
    return `unable to parse csr: ${(error as Error).message}`
  }
  return name === `system:node:${node}` ? undefined : `can only create a node CSR with CN=system:node:${node}`
}
