import { endpointSlices } from '../../api/kinds/discovery/endpointslices.ts'
import { keyOf } from '../../api/object.ts'
import type { EndpointSlice } from '../../api/schema/generated/types.ts'
import type { ChangeType } from '../../client/informer.ts'
import type { Tools } from '../runtime/controller.ts'

/** Own writes of slices that have not come back yet: planning without them would write the same again. */
export class OwnWrites {
  #awaited = new Map<string, { service: string; version: bigint; since: number }>()

  add(service: string, slice: Readonly<EndpointSlice>, { informers, clock }: Pick<Tools, 'informers' | 'clock'>): void {
    const seen = informers.of(endpointSlices).get(keyOf(slice)), version = BigInt(slice.metadata.resourceVersion)
    if (seen && BigInt(seen.metadata.resourceVersion) >= version) return
    this.#awaited.set(keyOf(slice), { service, version, since: clock.now().getTime() })
  }

  seen(type: ChangeType, slice: Readonly<EndpointSlice>): void {
    const own = this.#awaited.get(keyOf(slice))
    if (own && (type === 'deleted' || BigInt(slice.metadata.resourceVersion) >= own.version)) this.#awaited.delete(keyOf(slice))
  }

  /** What was seen before it was noted down is never seen again: after a second it is taken for seen. */
  awaited(service: string, now: Date): boolean {
    for (const [key, own] of this.#awaited) if (now.getTime() - own.since > 1000) this.#awaited.delete(key)
    return [...this.#awaited.values()].some(own => own.service === service)
  }
}
