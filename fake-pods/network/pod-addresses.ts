/** Hands out pod addresses: never one that is in use, and one that was freed only when no fresh one is left. */
export interface PodAddresses {
  take(node: number): string
  free(node: number, ip: string): void
}

/** The range that a node says its pods are in: the first has 10.244.0.0/24. */
export const podCIDR = (node: number): string => `10.${244 + (node >> 8)}.${node & 255}.0/24`

/** Pods beyond the 253 of their node's own range share these. A real node would refuse them; a fake one need not. */
const overflowFrom = 240, overflowSize = 2 ** 18

export function createPodAddresses(): PodAddresses {
  const nodes = new Map<number, { next: number; freed: string[] }>()
  const overflow = { next: 1, freed: [] as string[] }
  const of = (node: number) => {
    let range = nodes.get(node)
    if (!range) nodes.set(node, range = { next: 2, freed: [] })
    return range
  }
  return {
    take(node) {
      const range = of(node)
      if (range.next < 255) return podCIDR(node).replace('0/24', String(range.next++))
      const again = range.freed.shift() ?? overflow.freed.shift()
      if (again !== undefined) return again
      if (overflow.next >= overflowSize) throw new Error('no pod address is left')
      const n = overflow.next++
      return `10.${overflowFrom + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
    },
    free(node, ip) {
      const own = ip.startsWith(podCIDR(node).replace('0/24', ''))
      ;(own ? of(node).freed : overflow.freed).push(ip)
    },
  }
}
