import type { Client } from '../api/client.ts'
import { configMaps } from '../api/kinds/core/configmaps.ts'
import { endpoints } from '../api/kinds/core/endpoints.ts'
import { namespaces } from '../api/kinds/core/namespaces.ts'
import { services } from '../api/kinds/core/services.ts'
import { endpointSlices } from '../api/kinds/discovery/endpointslices.ts'
import { priorityClasses } from '../api/kinds/scheduling/priorityclasses.ts'
import { isAlreadyExists } from '../api/status.ts'

/** Cluster IP of the `kubernetes` service: the first of the range 10.96.0.0/12. */
const apiServerIP = '10.96.0.1'
/** Where the API server says it is inside the cluster: endpoints can't be loopback addresses, so it is minikube's. */
const address = '192.168.49.2', port = 6443

/**
 * What kube-apiserver itself creates when it starts: the system namespaces, the `kubernetes` service with its endpoints, the two
 * system priority classes. (The default roles are there before: the server can't answer anybody without them.)
 */
export async function bootstrap(client: Client): Promise<void> {
  const labels = { component: 'apiserver', provider: 'kubernetes' }
  await Promise.all(['default', 'kube-node-lease', 'kube-public', 'kube-system'].map(name =>
    ignoreExisting(client.create(namespaces, { metadata: { name }, spec: {} }))))
  await ignoreExisting(client.create(services, {
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    spec: {
      clusterIP: apiServerIP, sessionAffinity: 'None', type: 'ClusterIP',
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
    },
  }))
  await ignoreExisting(client.create(endpoints, {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  }))
  await ignoreExisting(client.create(endpointSlices, {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4', endpoints: [{ addresses: [address], conditions: { ready: true } }], ports: [{ name: 'https', port, protocol: 'TCP' }],
  }))
  await ignoreExisting(client.create(priorityClasses, {
    metadata: { name: 'system-node-critical' }, value: 2000001000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  }))
  await ignoreExisting(client.create(priorityClasses, {
    metadata: { name: 'system-cluster-critical' }, value: 2000000000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  }))
}

/**
 * What kube-apiserver tells other servers about who may come in: the authority of client certificates, for which
 * kube-controller-manager and kube-scheduler look when they check callers of their own, and since when it notes the use of
 * legacy tokens (pkg/controlplane/controller, clusterauthenticationtrust and legacytokentracking, 1.36).
 */
export async function tellAuthentication(client: Client, { clientCertificateAuthority, now }: {
  /** PEM. */
  clientCertificateAuthority: string
  now: Date
}): Promise<void> {
  const put = (name: string, data: Record<string, string>) =>
    ignoreExisting(client.create(configMaps, { metadata: { name, namespace: 'kube-system' }, data }))
  await Promise.all([
    put('extension-apiserver-authentication', { 'client-ca-file': clientCertificateAuthority }),
    put('kube-apiserver-legacy-service-account-token-tracking', { since: now.toISOString().slice(0, 10) }),
  ])
}

async function ignoreExisting(created: Promise<unknown>): Promise<void> {
  try { await created } catch (error) { if (!isAlreadyExists(error)) throw error }
}
