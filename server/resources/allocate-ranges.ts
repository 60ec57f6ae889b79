import { cidrContains, formatIP, parseCIDR, parseIP } from '../../api/ip.ts'
import type { Random } from '../../api/random.ts'

/**
 * Choosing from a range of numbers as upstream's allocators do: at random from its upper part, from the lower only when that is
 * full.
 */

/**
 * A free number in [0, size); the first `offset` are left to those who ask for one by name. Starts anywhere in the upper part and
 * goes round, so that a number given back is not handed out again at once. undefined when the range is full.
 */
export function chooseFree(size: number, offset: number, isTaken: (index: number) => boolean,
  random: Random): number | undefined {
  const parts: [number, number][] = [[offset, size], [0, offset]]
  for (const [from, to] of parts) {
    const length = to - from
    if (length <= 0) continue
    const start = random.integer(length)
    for (let i = 0; i < length; i++) {
      const index = from + (start + i) % length
      if (!isTaken(index)) return index
    }
  }
  return undefined
}

const between = (low: number, value: number, high: number) => Math.min(Math.max(low, value), high)

/** How many at the start of a range are for those who ask by name (service/ipallocator and portallocator, 1.36). */
export const addressOffset = (size: number): number => (size <= 16 ? 0 : between(16, Math.floor(size / 16), 256))
export const portOffset = (size: number): number => (size <= 16 ? 0 : between(16, Math.floor(size / 32), 128))

export interface AddressRange {
  /** The network's own address: what a dry run shows. */
  network: string
  first: string
  contains(ip: string): boolean
  /** A free address, undefined when there is none. */
  choose(isTaken: (ip: string) => boolean, random: Random): string | undefined
}

/** The addresses of an IPv4 block that services may have: all but the network's own and the broadcast address. */
export function addressRange(cidr: string): AddressRange {
  const block = parseCIDR(cidr)
  if (!block || block.network.family !== 4 || block.prefix > 30) throw new Error(`not a usable IPv4 block for services: ${cidr}`)
  const base = Number(block.network.value), size = 2 ** (32 - block.prefix) - 2
  const at = (index: number) => formatIP({ family: 4, value: BigInt(base + 1 + index) })
  return {
    network: formatIP(block.network),
    first: at(0),
    contains(text) {
      const ip = parseIP(text)
      if (!ip || !cidrContains(block, ip)) return false
      const index = Number(ip.value) - base
      return index >= 1 && index <= size
    },
    choose(isTaken, random) {
      const index = chooseFree(size, addressOffset(size), candidate => isTaken(at(candidate)), random)
      return index === undefined ? undefined : at(index)
    },
  }
}
