import { invalid, type FieldError } from '../../field-error.ts'
import { formatCIDR, formatIP, parseCIDR, parseIP } from '../../ip.ts'

/** Rules for addresses and CIDR blocks (apimachinery, util/validation/ip.go, 1.36, with StrictIPCIDRValidation). */

/** What an old field may hold: any spelling, but no leading zeros and no mapped IPv4; what `old` held already may stay. */
export function validateLegacyIP(value: string, path: string, old: readonly string[] = []): FieldError[] {
  if (old.includes(value)) return []
  const ip = parseIP(value)
  if (!ip) return [invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
  if (ip.leadingZeros) return [invalid(path, value, 'must not have leading 0s')]
  if (ip.mapped) return [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')]
  return []
}

/** What a newer field may hold: the canonical spelling only. */
export function validateIP(value: string, path: string): FieldError[] {
  const errors = validateLegacyIP(value, path), ip = parseIP(value)
  if (errors.length > 0 || !ip || formatIP(ip) === value) return errors
  return [invalid(path, value, `must be in canonical form ("${formatIP(ip)}")`)]
}

export function validateLegacyCIDR(value: string, path: string, old: readonly string[] = []): FieldError[] {
  if (old.includes(value)) return []
  const cidr = parseCIDR(value)
  if (!cidr) return [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
  if (cidr.leadingZeros) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')]
  if (cidr.ip.mapped) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')]
  if (cidr.ip.value !== cidr.network.value) return [invalid(path, value, 'must not have bits set beyond the prefix length')]
  return []
}

export function validateCIDR(value: string, path: string): FieldError[] {
  const errors = validateLegacyCIDR(value, path), cidr = parseCIDR(value)
  if (errors.length > 0 || !cidr || formatCIDR(cidr) === value) return errors
  return [invalid(path, value, `must be in canonical form ("${formatCIDR(cidr)}")`)]
}

/** Refuses addresses that no endpoint can have (upstream: ValidateEndpointIP). */
export function validateEndpointIP(value: string, path: string): FieldError[] {
  const ip = parseIP(value)
  if (!ip) return [invalid(path, value, 'must be a valid IP address')]
  const { value: bits } = ip, four = ip.family === 4
  const errors: FieldError[] = []
  if (bits === 0n) errors.push(invalid(path, value, `may not be unspecified (${value})`))
  if (four ? bits >> 24n === 127n : bits === 1n) {
    errors.push(invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  }
  if (four ? bits >> 16n === 0xa9fen : bits >> 118n === 0x3fan) {
    errors.push(invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  }
  if (four ? bits >> 8n === 0xe00000n : (bits >> 112n & 0xff0fn) === 0xff02n) {
    errors.push(invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'))
  }
  return errors
}

/** Warnings for addresses that the strict rules would refuse or that are not canonical. */
export function warningsForIP(value: string, path: string): string[] {
  const ip = parseIP(value)
  if (!ip) return []
  const canonical = formatIP(ip)
  if (ip.leadingZeros || ip.mapped) {
    return [`${path}: non-standard IP address ${JSON.stringify(value)} is invalid: use "${canonical}"`]
  }
  if (ip.family === 6 && canonical !== value) {
    return [`${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format ("${canonical}")`]
  }
  return []
}

export function warningsForCIDR(value: string, path: string): string[] {
  const cidr = parseCIDR(value)
  if (!cidr) return []
  const canonical = formatCIDR(cidr), warnings: string[] = []
  if (cidr.ip.value !== cidr.network.value) {
    const single = `${formatIP(cidr.ip)}/${cidr.ip.family === 4 ? 32 : 128}`
    warnings.push(`${path}: CIDR value ${JSON.stringify(value)} is ambiguous in this context `
      + `(should be "${canonical}" or "${single}"?)`)
  }
  if (cidr.leadingZeros || cidr.ip.mapped) {
    warnings.push(`${path}: non-standard CIDR value ${JSON.stringify(value)} is invalid: use "${canonical}"`)
  }
  if (warnings.length === 0 && cidr.ip.family === 6 && canonical !== value) {
    warnings.push(`${path}: IPv6 CIDR value ${JSON.stringify(value)} should be in RFC 5952 canonical format ("${canonical}")`)
  }
  return warnings
}

/** The warnings about the addresses that a load balancer's status holds. */
export const warningsForIngresses = (ingresses: readonly { ip?: string }[] | undefined): string[] =>
  (ingresses ?? []).flatMap(({ ip }, i) => (ip ? warningsForIP(ip, `status.loadBalancer.ingress[${i}]`) : []))
