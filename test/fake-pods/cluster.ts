import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { events } from '../../api/kinds/core/events.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { serviceAccounts } from '../../api/kinds/core/serviceaccounts.ts'
import { services } from '../../api/kinds/core/services.ts'
import type { Container, Pod, PodSpec, Service, ServiceSpec } from '../../api/schema/generated/types.ts'
import { isNotFound } from '../../api/status.ts'
import { startCluster, type Cluster, type ClusterOptions } from '../../cluster.ts'
import { nodeAddress } from '../support/node-address.ts'

/** A cluster with short words for what tests of pods do. */
export interface PodCluster extends Cluster {
  run(name: string, spec: Partial<PodSpec> | Partial<Container>, labels?: Record<string, string>): Promise<Pod>
  pod(name: string): Promise<Pod>
  expose(name: string, spec: Partial<ServiceSpec>): Promise<Service>
  configMap(name: string, data: Record<string, string>): Promise<unknown>
  remove(name: string): Promise<void>
  /** `Type Reason Message` of each event about an object, in the order of their time. */
  eventsOf(name: string): Promise<string[]>
}

export async function podCluster(options: ClusterOptions = {}): Promise<PodCluster> {
  const cluster = await startCluster({ speed: 'instant', seed: 7, nodeAddress: nodeAddress(), ...options })
  const { client } = cluster
  // Admission would wait for it by the cluster's clock, which tests may hold still.
  await until(() => client.get(serviceAccounts, 'default', 'default').catch(() => undefined))
  return {
    ...cluster,
    run: (name, spec, labels = { app: name }) =>
      client.create(pods, {
        metadata: { name, namespace: 'default', labels },
        spec: ('containers' in spec ? spec : { containers: [{ name: 'c', ...spec }] }) as PodSpec,
      }),
    pod: name => client.get(pods, name, 'default'),
    expose: (name, spec) => client.create(services, { metadata: { name, namespace: 'default' }, spec }),
    configMap: (name, data) => client.create(configMaps, { metadata: { name, namespace: 'default' }, data }),
    remove: name =>
      client.delete(pods, name, 'default').catch(error => {
        if (!isNotFound(error)) throw error
      }),
    async eventsOf(name) {
      const { items } = await client.list(events, { namespace: 'default' })
      return items
        .filter(event => event.involvedObject.name === name)
        .map(event => `${event.type} ${event.reason} ${event.message}`)
    },
  }
}

/** Waits for something to become true, one turn of the event loop after the other; the test's time limit ends it. */
export async function until<R>(look: () => Promise<R | undefined | false> | R | undefined | false): Promise<R> {
  for (;;) {
    const found = await look()
    if (found) return found
    await new Promise(resolve => setImmediate(resolve))
  }
}

export const waitingReason = (pod: Pod): string | undefined => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason
export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
