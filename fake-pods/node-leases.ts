import { microTimestamp } from '../api/clock.ts'
import { leases } from '../api/kinds/coordination/leases.ts'
import type { Lease, Node } from '../api/schema/generated/types.ts'
import { isAlreadyExists, isNotFound } from '../api/status.ts'
import { updateFresh } from '../client/retry-on-conflict.ts'
import type { NodeRuntime } from './node-runtime.ts'

/** A node's lease lives for 40 s and is renewed every 10 s (kubelet's defaults). */
export const renewEveryMs = 10_000
const durationSeconds = 40, namespace = 'kube-node-lease'

/** Makes or renews the lease of a node; what it returns is what to renew next time. */
export async function renewLease(
  { client, name, clock }: NodeRuntime, node: Readonly<Node>, held: Readonly<Lease> | undefined,
): Promise<Readonly<Lease>> {
  const renewTime = microTimestamp(clock.now())
  const renew = (lease: Readonly<Lease>) => updateFresh(client, leases, lease, draft => {
    draft.spec = { ...draft.spec, holderIdentity: name, leaseDurationSeconds: durationSeconds, renewTime }
  })
  try {
    if (held) return await renew(held)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  try {
    return await client.create(leases, {
      metadata: {
        name, namespace,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }],
      },
      spec: { holderIdentity: name, leaseDurationSeconds: durationSeconds, renewTime },
    })
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    return renew(await client.get(leases, name, namespace))
  }
}
