import { configMaps } from '../api/kinds/core/configmaps.ts'
import { secrets } from '../api/kinds/core/secrets.ts'
import { services } from '../api/kinds/core/services.ts'
import type { ConfigMap, Secret, Service } from '../api/schema/generated/types.ts'
import type { Informers } from '../client/informer.ts'

/** The objects that a kubelet reads for its pods, from informers that all nodes share. */
export interface ClusterObjects {
  readonly ready: Promise<void>
  configMap(namespace: string, name: string): Readonly<ConfigMap> | undefined
  secret(namespace: string, name: string): Readonly<Secret> | undefined
  servicesOf(namespace: string): readonly Readonly<Service>[]
  /** Calls back at every change of a ConfigMap or Secret of a namespace. */
  onReferenced(listener: (namespace: string) => void): () => void
}

export function clusterObjects(informers: Informers): ClusterObjects {
  const maps = informers.of(configMaps), hidden = informers.of(secrets), routed = informers.of(services)
  routed.index('namespace', service => [service.metadata.namespace ?? ''])
  return {
    ready: Promise.all([maps.ready, hidden.ready, routed.ready]).then(() => {}),
    configMap: (namespace, name) => maps.get(`${namespace}/${name}`),
    secret: (namespace, name) => hidden.get(`${namespace}/${name}`),
    servicesOf: namespace => routed.byIndex('namespace', namespace),
    onReferenced(listener) {
      const stops = [
        maps.onChange((_, object) => listener(object.metadata.namespace ?? '')),
        hidden.onChange((_, object) => listener(object.metadata.namespace ?? '')),
      ]
      return () => { for (const stop of stops) stop() }
    },
  }
}
