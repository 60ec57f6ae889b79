import { invalid, required, type FieldError } from '../../field-error.ts'
import { parseCIDR } from '../../ip.ts'
import { defineKind } from '../../kind.ts'
import type { ServiceCIDR } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateCIDR } from '../validation/ip.ts'
import { immutableComplaint } from '../validation/values.ts'

export const serviceCIDRs = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io', version: 'v1', kind: 'ServiceCIDR',
  plural: 'servicecidrs', singular: 'servicecidr', namespaced: false,
  schema: 'networking.v1.ServiceCIDR',
  subresources: { status: true },
  notSimulated: 'addresses of services come from the range given at start only',
  prepareForCreate(draft) {
    draft.status = {}
  },
  validate(next, old, { subresource }) {
    if (subresource === 'status') return []
    return old ? validateUpdate(next, old) : validate(next)
  },
  columns: [nameColumn, textColumn('CIDRs', ({ spec }) => (spec?.cidrs ?? []).join(',')), ageColumn],
})

/** networking/validation validateServiceCIDRSpec, 1.36. */
function validate({ spec }: Readonly<ServiceCIDR>): FieldError[] {
  const cidrs = spec?.cidrs ?? [], path = 'spec.cidrs'
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')]
  if (cidrs.length > 2) return [invalid(path, { CIDRs: cidrs }, 'may only hold up to 2 values')]
  const errors = cidrs.flatMap((cidr, i) => validateCIDR(cidr, `${path}[${i}]`))
  const [first, second] = cidrs.map(cidr => parseCIDR(cidr)?.ip.family)
  if (cidrs.length === 2 && first !== undefined && first === second) {
    errors.push(invalid(path, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'))
  }
  return errors
}

/** Only a block of the other family may be added. */
function validateUpdate(next: Readonly<ServiceCIDR>, old: Readonly<ServiceCIDR>): FieldError[] {
  const before = old.spec?.cidrs ?? [], after = next.spec?.cidrs ?? []
  const grows = before.length === 1 && after.length === 2
  if (before.length !== after.length && !grows) return [invalid('spec.cidrs', next.spec?.cidrs, immutableComplaint)]
  return [
    ...before.flatMap((cidr, i) => (cidr === after[i] ? [] : [invalid(`spec.cidrs[${i}]`, after[i], immutableComplaint)])),
    ...grows ? validate(next) : [],
  ]
}
