import { timestamp, type Clock } from '../../api/clock.ts'
import { apiVersionOf } from '../../api/kind.ts'
import { ipAddresses } from '../../api/kinds/networking/ipaddresses.ts'
import { parseIP } from '../../api/ip.ts'
import type { Random } from '../../api/random.ts'
import type { IPAddress, Service } from '../../api/schema/generated/types.ts'
import { storePath } from '../parse-request.ts'
import { CommitConflict, type Store } from '../store/store.ts'
import type { ResourceHook } from './lifecycle.ts'

/**
 * Adds an IPAddress object for each cluster IP of a service, gone when the service lets go of it (service/ipallocator, 1.36).
 * Here the services themselves say what is taken, so these objects follow them instead of coming first.
 */
export function withAddressObjects(hook: ResourceHook, store: Store, clock: Clock, random: Random): ResourceHook {
  async function write(ip: string, replaced: (current: IPAddress | undefined) => boolean, next?: IPAddress): Promise<void> {
    const path = storePath(ipAddresses, undefined, ip), current = store.get(path)
    if (!replaced(current?.object as IPAddress | undefined)) return
    try {
      await store.commit(path, current?.revision ?? 0, next)
    } catch (error) {
      // Whoever was quicker knows better.
      if (!(error instanceof CommitConflict)) throw error
    }
  }

  function addressOf(ip: string, { metadata: { name, namespace } }: Readonly<Service>): IPAddress {
    return {
      kind: ipAddresses.kind, apiVersion: apiVersionOf(ipAddresses),
      metadata: {
        name: ip, uid: random.uuid(), resourceVersion: '', creationTimestamp: timestamp(clock.now()),
        labels: {
          'ipaddress.kubernetes.io/ip-family': `IPv${parseIP(ip)?.family ?? 4}`,
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: { parentRef: { resource: 'services', namespace, name } },
    }
  }

  return {
    ...hook,
    async stored(object, old) {
      const service = object as Service, ips = ipsOf(service), before = old ? ipsOf(old as Service) : []
      for (const ip of ips) if (!before.includes(ip)) await write(ip, current => !current, addressOf(ip, service))
      for (const ip of before) if (!ips.includes(ip)) await write(ip, current => isOf(current, service))
    },
    async deleted(object) {
      await hook.deleted?.(object)
      for (const ip of ipsOf(object as Service)) await write(ip, current => isOf(current, object as Service))
    },
  }
}

const ipsOf = ({ spec }: Readonly<Service>): string[] => (spec.clusterIPs ?? []).filter(ip => ip !== '' && ip !== 'None')

function isOf(address: IPAddress | undefined, { metadata }: Readonly<Service>): boolean {
  const parent = address?.spec?.parentRef
  return parent?.resource === 'services' && parent.name === metadata.name && parent.namespace === metadata.namespace
}
