/** IP addresses and CIDR blocks as Kubernetes reads and writes them (Go's net and netip, k8s.io/utils/net). */

export interface IPAddress {
  family: 4 | 6
  value: bigint
  /** An IPv4 octet had leading zeros (`010.1.2.3`): read as decimal, but refused where the rules are strict. */
  leadingZeros: boolean
  /** Written as `::ffff:1.2.3.4`: counts as IPv4, but is refused where the rules are strict. */
  mapped: boolean
}

export interface CIDR {
  ip: IPAddress
  prefix: number
  /** The address with the host bits cleared. */
  network: IPAddress
  leadingZeros: boolean
}

const width = (family: 4 | 6) => (family === 4 ? 32 : 128)

function parseIPv4(text: string): { value: bigint; leadingZeros: boolean } | undefined {
  const octets = text.split('.')
  if (octets.length !== 4) return undefined
  let value = 0n, leadingZeros = false
  for (const octet of octets) {
    if (!/^[0-9]{1,8}$/.test(octet) || Number(octet) > 255) return undefined
    leadingZeros ||= octet.length > 1 && octet[0] === '0'
    value = value << 8n | BigInt(Number(octet))
  }
  return { value, leadingZeros }
}

function parseIPv6(text: string): { value: bigint; leadingZeros: boolean } | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  let leadingZeros = false
  const groupsOf = (half: string, last: boolean): bigint[] | undefined => {
    if (half === '') return []
    const groups: bigint[] = []
    const parts = half.split(':')
    for (const [i, part] of parts.entries()) {
      if (last && i === parts.length - 1 && part.includes('.')) {
        const embedded = parseIPv4(part)
        if (!embedded) return undefined
        leadingZeros ||= embedded.leadingZeros
        groups.push(embedded.value >> 16n, embedded.value & 0xffffn)
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
        groups.push(BigInt(`0x${part}`))
      }
    }
    return groups
  }
  const head = groupsOf(halves[0], halves.length === 1), tail = halves.length === 2 ? groupsOf(halves[1], true) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...tail]
  return { value: groups.reduce((value, group) => value << 16n | group, 0n), leadingZeros }
}

/** Reads an address the lenient way of k8s.io/utils/net ParseIPSloppy; undefined when it is none. */
export function parseIP(text: string): IPAddress | undefined {
  if (text.length > 64) return undefined
  if (!text.includes(':')) {
    const parsed = parseIPv4(text)
    return parsed && { family: 4, ...parsed, mapped: false }
  }
  const parsed = parseIPv6(text)
  if (!parsed) return undefined
  if (parsed.value >> 32n === 0xffffn) {
    return { family: 4, value: parsed.value & 0xffffffffn, leadingZeros: parsed.leadingZeros, mapped: true }
  }
  return { family: 6, ...parsed, mapped: false }
}

/** The canonical text: dotted for IPv4, RFC 5952 for IPv6. */
export function formatIP({ family, value }: { family: 4 | 6; value: bigint }): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => String(value >> shift & 0xffn)).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => Number(value >> BigInt(16 * (7 - i)) & 0xffffn))
  let start = -1, length = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) { start = i; length = end - i }
  }
  const text = (part: number[]) => part.map(group => group.toString(16)).join(':')
  return start < 0 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}

/** Reads `address/prefix` the lenient way of ParseCIDRSloppy; undefined when it is none. */
export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf('/')
  const ip = slash < 0 ? undefined : parseIP(text.slice(0, slash))
  const digits = text.slice(slash + 1)
  if (!ip || !/^[0-9]{1,8}$/.test(digits)) return undefined
  // A mapped address has a prefix of 128 bits; only what reaches into the IPv4 part can be a block of IPv4.
  const prefix = Number(digits) - (ip.mapped ? 96 : 0)
  if (prefix < 0 || prefix > width(ip.family)) return undefined
  const host = BigInt(width(ip.family) - prefix)
  return {
    ip, prefix,
    network: { ...ip, value: ip.value >> host << host },
    leadingZeros: ip.leadingZeros || (digits.length > 1 && digits[0] === '0'),
  }
}

export const formatCIDR = ({ network, prefix }: Pick<CIDR, 'network' | 'prefix'>): string => `${formatIP(network)}/${prefix}`

/** Whether the block holds the address. */
export function cidrContains(
  { network, prefix }: Pick<CIDR, 'network' | 'prefix'>, ip: Pick<IPAddress, 'family' | 'value'>,
): boolean {
  const host = BigInt(width(network.family) - prefix)
  return ip.family === network.family && ip.value >> host === network.value >> host
}
