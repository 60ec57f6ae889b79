import { duplicate, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { parseIP } from '../../ip.ts'
import type { Service } from '../../schema/generated/types.ts'
import { validateLegacyIP } from '../validation/ip.ts'
import { isHeadless } from './services-type.ts'

const families = ['IPv4', 'IPv6']
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const isIPv6 = (ip: string) => parseIP(ip)?.family === 6

/** `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy` against each other
 * (ValidateServiceClusterIPsRelatedFields, 1.36). */
export function validateClusterIPs({ spec }: Readonly<Service>, old: Readonly<Service> | undefined): FieldError[] {
  if (spec.type === 'ExternalName') return []
  const errors: FieldError[] = []
  const ips = spec.clusterIPs ?? [], at = 'spec.clusterIPs'
  if (spec.clusterIP) {
    if (ips.length === 0) errors.push(required(at))
    else if (ips[0] !== spec.clusterIP) errors.push(invalid(at, ips, 'first value must match `clusterIP`'))
  } else if (ips.length > 0) {
    errors.push(invalid(at, ips, 'must be empty when `clusterIP` is not specified'))
  }
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (!families.includes(family)) errors.push(notSupported(`spec.ipFamilies[${i}]`, family, families))
    if (spec.ipFamilies!.indexOf(family) < i) errors.push(duplicate(`spec.ipFamilies[${i}]`, family))
  }
  if (spec.ipFamilyPolicy !== undefined && !policies.includes(spec.ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, policies))
  }
  let wrongIPs = false
  for (const [i, ip] of ips.entries()) {
    if (i === 0 && ip === 'None') {
      if (ips.length > 1) {
        wrongIPs = true
        errors.push(invalid(at, ips, "'None' must be the first and only value"))
      }
      continue
    }
    const complaints = validateLegacyIP(ip, `${at}[${i}]`, old?.spec.clusterIPs)
    wrongIPs ||= complaints.length > 0
    errors.push(...complaints)
  }
  if (ips.length > 2) errors.push(invalid(at, ips, 'may only hold up to 2 values'))
  if (wrongIPs) return errors
  if (ips.length > 1 && !(ips.some(isIPv6) && ips.some(ip => !isIPv6(ip)))) {
    errors.push(invalid(at, ips, 'may specify no more than one IP for each IP family'))
  }
  if (!isHeadless({ spec } as Service)) {
    ips.forEach((ip, i) => {
      const family = spec.ipFamilies?.[i]
      if (family !== undefined && families.includes(family) && (family === 'IPv6') !== isIPv6(ip)) {
        errors.push(invalid(`${at}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``))
      }
    })
  }
  return errors
}

/** A second address or family may be added and released; the first stays, unless the service was or becomes an ExternalName. */
export function validateClusterIPsUpdate(next: Readonly<Service>, old: Readonly<Service>): FieldError[] {
  if (next.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return []
  return [...clusterIPsUpdate(next, old), ...ipFamiliesUpdate(next, old)]
}

function clusterIPsUpdate(next: Readonly<Service>, old: Readonly<Service>): FieldError[] {
  if (isHeadless(old) && isHeadless(next)) return []
  const before = old.spec.clusterIPs ?? [], after = next.spec.clusterIPs ?? []
  const changed = (i: number) => invalid(`spec.clusterIPs[${i}]`, after, 'may not change once set')
  if (before.length === after.length) return before.flatMap((ip, i) => (ip === after[i] ? [] : [changed(i)]))
  const errors: FieldError[] = []
  if (after.length === 0) errors.push(invalid('spec.clusterIPs[0]', next.spec.clusterIPs, 'primary clusterIP can not be unset'))
  else if (before.length > 0 && after[0] !== before[0]) errors.push(changed(0))
  if (after.length < before.length && after.length === 1 && next.spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(invalid('spec.ipFamilyPolicy', next.spec.ipFamilyPolicy,
      "must be set to 'SingleStack' when releasing the secondary clusterIP"))
  }
  return errors
}

function ipFamiliesUpdate(next: Readonly<Service>, old: Readonly<Service>): FieldError[] {
  if (isHeadless(old) || isHeadless(next)) return []
  const before = old.spec.ipFamilies ?? [], after = next.spec.ipFamilies ?? [], at = 'spec.ipFamilies[0]'
  if (before.length === after.length) {
    return before.flatMap((family, i) => (family === after[i] ? [] : [invalid(at, after, 'may not change once set')]))
  }
  const errors: FieldError[] = []
  const released = after.length < before.length
  if (released && !next.spec.clusterIPs?.length) {
    errors.push(invalid(at, next.spec.ipFamilies, 'primary ipFamily can not be unset'))
  }
  if (before.length > 0 && after.length > 0 && after[0] !== before[0]) {
    // Upstream prints the addresses here.
    errors.push(invalid(at, next.spec.clusterIPs, 'may not change once set'))
  }
  if (released && after.length === 1 && next.spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(invalid('spec.ipFamilyPolicy', next.spec.ipFamilyPolicy,
      "must be set to 'SingleStack' when releasing the secondary ipFamily"))
  }
  return errors
}
