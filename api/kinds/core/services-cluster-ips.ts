import { invalid, type FieldError } from '../../field-error.ts'
import { parseIP } from '../../ip.ts'
import type { Service } from '../../schema/generated/types.ts'
import { validateClusterIPs } from './services-validate-ips.ts'
import { needsClusterIP, needsHealthCheckNodePort, needsNodePort, sameClusterIPs, sameIPFamilies } from './services-type.ts'

/**
 * What the allocator of addresses and ports does to a service before it allocates (registry/core/service/storage, 1.36). The
 * allocator calls these in the order of this file, before the kind's own preparation and validation.
 */

export type IPFamily = 'IPv4' | 'IPv6'

/** Keeps `clusterIP` and `clusterIPs` together for clients that know only the first (upstream: normalizeClusterIPs). */
export function normalizeClusterIPs(draft: Service, old?: Readonly<Service>): void {
  const { spec } = draft
  const ip = spec.clusterIP ?? '', before = old?.spec.clusterIP ?? ''
  if (!old) {
    if (ip !== '' && !spec.clusterIPs?.length) spec.clusterIPs = [ip]
    return
  }
  if (ip === before) {
    if (old.spec.clusterIPs?.length && !spec.clusterIPs?.length) spec.clusterIPs = [...old.spec.clusterIPs]
  } else if (sameClusterIPs(draft, old)) {
    if (before !== '' && ip === '') delete spec.clusterIPs
    else spec.clusterIPs = [ip]
  }
}

/** Fills in, on an update, the allocated values that the client did not repeat (upstream: patchAllocatedValues). */
export function patchAllocatedValues(draft: Service, old: Readonly<Service>): void {
  const { spec } = draft, before = old.spec
  if (needsClusterIP(old) && needsClusterIP(draft)) {
    if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP
    if (!spec.clusterIPs?.length && before.clusterIPs?.length) spec.clusterIPs = [...before.clusterIPs]
  }
  if (needsNodePort(old) && needsNodePort(draft)) {
    const byName = new Map((before.ports ?? []).map(port => [port.name ?? '', port.nodePort ?? 0]))
    const known = new Set(byName.values())
    const used = new Set((spec.ports ?? []).map(port => port.nodePort ?? 0).filter(nodePort =>
      nodePort !== 0 && known.has(nodePort)))
    for (const port of spec.ports ?? []) {
      const nodePort = byName.get(port.name ?? '')
      if (!port.nodePort && nodePort && !used.has(nodePort)) port.nodePort = nodePort
    }
  }
  if (needsHealthCheckNodePort(old) && needsHealthCheckNodePort(draft) && before.healthCheckNodePort) {
    spec.healthCheckNodePort ||= before.healthCheckNodePort
  }
}

/** A service that prefers two families is not changed behind its back when only the cluster has changed. */
function staysPreferDualStack(draft: Readonly<Service>, old: Readonly<Service> | undefined): boolean {
  return old !== undefined && draft.spec.ipFamilyPolicy === 'PreferDualStack'
    && old.spec.type === draft.spec.type && draft.spec.type !== 'ExternalName'
    && (old.spec.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack'
    && sameClusterIPs(old, draft) && sameIPFamilies(old, draft)
}

const other = (family: string): IPFamily => (family === 'IPv4' ? 'IPv6' : 'IPv4')
const familyOf = (ip: string): IPFamily => (parseIP(ip)?.family === 6 ? 'IPv6' : 'IPv4')

function defaultPolicy({ spec }: Readonly<Service>, old: Readonly<Service> | undefined) {
  return old?.spec.ipFamilyPolicy ?? (isOpen(spec) ? 'RequireDualStack' : 'SingleStack')
}

/** Headless and without a selector: its endpoints are written by hand and may be of any family. */
const isOpen = (spec: Service['spec']) => spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0

/**
 * Fills in `ipFamilyPolicy` and `ipFamilies` from what the cluster is configured for, its own family first; returns what is
 * wrong with them, and then leaves the rest undone (upstream: initIPFamilyFields).
 */
export function initIPFamilyFields(
  draft: Service, old: Readonly<Service> | undefined, configured: readonly IPFamily[],
): FieldError[] {
  const { spec } = draft
  if (spec.type === 'ExternalName' || staysPreferDualStack(draft, old)) return []
  const policy = spec.ipFamilyPolicy ??= defaultPolicy(draft, old)

  const shape = validateClusterIPs(draft, old)
  if (shape.length > 0) return shape

  const errors: FieldError[] = []
  const policyError = (detail: string) => errors.push(invalid('spec.ipFamilyPolicy', policy, detail))
  const fewer = (next: readonly string[] | undefined, before: readonly string[] | undefined) =>
    (next?.length ?? 0) > 0 && next!.length < (before?.length ?? 0)
  if (old && policy === 'SingleStack') {
    if (sameClusterIPs(old, draft) && (spec.clusterIPs?.length ?? 0) > 1) spec.clusterIPs = spec.clusterIPs!.slice(0, 1)
    if (sameIPFamilies(old, draft) && (spec.ipFamilies?.length ?? 0) > 1) spec.ipFamilies = spec.ipFamilies!.slice(0, 1)
  } else if (old) {
    if (fewer(spec.clusterIPs, old.spec.clusterIPs)) policyError("must be 'SingleStack' to release the secondary cluster IP")
    if (fewer(spec.ipFamilies, old.spec.ipFamilies)) policyError("must be 'SingleStack' to release the secondary IP family")
  }
  if (policy === 'SingleStack') {
    const dual = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
    if (spec.clusterIPs?.length === 2) policyError(`${dual} cluster IPs are specified`)
    if (spec.ipFamilies?.length === 2) policyError(`${dual} IP families are specified`)
  }
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break
    if (i < (spec.ipFamilies?.length ?? 0)) continue
    const family = familyOf(ip)
    if (!configured.includes(family)) {
      errors.push(invalid(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${family} is not configured on this cluster`))
    } else {
      spec.ipFamilies = [...spec.ipFamilies ?? [], family]
    }
  }
  if (errors.length > 0) return errors

  if (isOpen(spec)) {
    if (!spec.ipFamilies?.length) spec.ipFamilies = [configured[0]]
    if (spec.ipFamilies.length < 2 && policy !== 'SingleStack') spec.ipFamilies = [spec.ipFamilies[0], other(spec.ipFamilies[0])]
    return []
  }
  if (policy === 'RequireDualStack' && configured.length < 2) {
    policyError('this cluster is not configured for dual-stack services')
  }
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (!configured.includes(family as IPFamily)) {
      errors.push(invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'))
    }
  }
  if (errors.length > 0) return errors
  if (!spec.ipFamilies?.length) spec.ipFamilies = [configured[0]]
  if (policy !== 'SingleStack' && spec.ipFamilies.length === 1 && configured.length === 2) {
    spec.ipFamilies = [spec.ipFamilies[0], other(spec.ipFamilies[0])]
  }
  return []
}
