import { duplicate, forbidden, internal, invalid, quote, type FieldError } from '../../field-error.ts'
import { parseCIDR } from '../../ip.ts'
import { defineKind } from '../../kind.ts'
import type { Node } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateLegacyCIDR, warningsForCIDR } from '../validation/ip.ts'
import { byteLength } from '../validation/names.ts'
import { validateResourceQuantity } from '../validation/resource-names.ts'
import { sameList } from './services-type.ts'
import { validateTaints } from './taints.ts'

const info = (node: Readonly<Node>) => node.status?.nodeInfo

export const nodes = defineKind<Node>({
  group: '', version: 'v1', kind: 'Node', plural: 'nodes', singular: 'node', namespaced: false,
  shortNames: ['no'], schema: 'core.v1.Node',
  subresources: { status: true },
  defaults(draft) {
    const { spec, status } = draft
    // Old clients know only the first of the blocks, and have the last word about it.
    if (spec?.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR]
    if (spec?.podCIDRs?.length) spec.podCIDR = spec.podCIDRs[0]
    if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity }
  },
  prepareForCreate(draft) {
    // A node may be created with a status: kubelets do.
    delete draft.spec?.configSource
    delete draft.status?.config
  },
  prepareForUpdate(draft, old, { subresource }) {
    if (subresource === '' && !old.spec?.configSource) delete draft.spec?.configSource
    if (subresource === 'status' && !old.status?.config) delete draft.status?.config
  },
  validate: (next, old, { subresource }) => [
    ...subresource === 'status' ? [] : validate(next),
    ...old ? validateUpdate(next, old) : [],
  ],
  warnings: ({ spec }) => [
    ...spec?.configSource ? ['spec.configSource: the feature is removed'] : [],
    ...spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : [],
    ...(spec?.podCIDRs ?? []).flatMap((cidr, i) => warningsForCIDR(cidr, `spec.podCIDRs[${i}]`)),
  ],
  columns: [
    nameColumn,
    textColumn('Status', status),
    textColumn('Roles', node => roles(node).join(',') || '<none>'),
    ageColumn,
    textColumn('Version', node => info(node)?.kubeletVersion ?? ''),
    textColumn('Internal-IP', node => address(node, 'InternalIP'), 1),
    textColumn('External-IP', node => address(node, 'ExternalIP'), 1),
    textColumn('OS-Image', node => info(node)?.osImage || '<unknown>', 1),
    textColumn('Kernel-Version', kernel, 1),
    textColumn('Container-Runtime', node => info(node)?.containerRuntimeVersion || '<unknown>', 1),
  ],
  selectableFields: { 'spec.unschedulable': node => String(node.spec?.unschedulable ?? false) },
})

function status({ spec, status }: Readonly<Node>): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const texts = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady']
  if (spec?.unschedulable) texts.push('SchedulingDisabled')
  return texts.join(',')
}

/** From the labels `node-role.kubernetes.io/ROLE` and `kubernetes.io/role`. */
function roles({ metadata }: Readonly<Node>): string[] {
  const prefix = 'node-role.kubernetes.io/', found = new Set<string>()
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(prefix) && key.length > prefix.length) found.add(key.slice(prefix.length))
    else if (key === 'kubernetes.io/role' && value !== '') found.add(value)
  }
  return [...found].sort()
}

const address = ({ status }: Readonly<Node>, wanted: string) =>
  status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>'

function kernel(node: Readonly<Node>): string {
  const version = info(node)?.kernelVersion || '<unknown>', architecture = info(node)?.architecture
  return architecture ? `${version} (${architecture})` : version
}

function validateAmounts(status: Node['status']): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap(list => Object.entries(status?.[list] ?? {})
    .flatMap(([name, amount]) => validateResourceQuantity(name, amount, `status.${list}.${name}`)))
}

function validateDeclaredFeatures(features: readonly string[] = []): FieldError[] {
  const wrong = (feature: string) => byteLength(feature) > 253 ? 'must be no more than 253 characters'
    : /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/.test(feature) ? undefined
      : "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or "
        + 'MyFeature/mySubFeature), and contain only alphanumeric characters and slashes'
  return features.flatMap((feature, i) => {
    const path = `status.declaredFeatures[${i}]`, complaint = wrong(feature), before = features[i - 1]
    return [
      ...i > 0 && feature === before ? [duplicate(path, feature)] : [],
      ...i > 0 && feature < before ? [invalid(path, feature, 'list must be sorted alphabetically')] : [],
      ...complaint ? [invalid(path, feature, `invalid feature name ${quote(feature)}: ${complaint}`)] : [],
    ]
  })
}

/** core/validation ValidateNode, 1.36. */
function validate({ spec, status }: Readonly<Node>): FieldError[] {
  const errors = [...validateTaints(spec?.taints ?? [], 'metadata.taints'), ...validateAmounts(status)]
  const swap = status?.nodeInfo?.swap?.capacity
  if (swap !== undefined && swap <= 0) errors.push(invalid('metadata.nodeSwapStatus.capacity', swap, 'must be greater than 0'))
  errors.push(...validateDeclaredFeatures(status?.declaredFeatures))
  const cidrs = spec?.podCIDRs ?? []
  errors.push(...cidrs.flatMap((cidr, i) => validateLegacyCIDR(cidr, `spec.podCIDRs[${i}]`)))
  if (cidrs.length > 1) {
    const families = new Set(cidrs.map(cidr => parseCIDR(cidr)?.ip.family)), wrong = cidrs.findIndex(cidr => !parseCIDR(cidr))
    if (wrong >= 0) {
      errors.push(internal('spec.podCIDRs', 'invalid PodCIDRs. failed to check with dual stack with error:'
        + `invalid CIDR[${wrong}]: <nil> (invalid CIDR address: ${cidrs[wrong]})`))
    }
    if (cidrs.length > 2 || wrong >= 0 || !families.has(4) || !families.has(6)) {
      errors.push(invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'))
    }
  }
  return errors
}

/** core/validation ValidateNodeUpdate, 1.36. */
function validateUpdate(next: Readonly<Node>, old: Readonly<Node>): FieldError[] {
  const errors = [...validateAmounts(next.status), ...validateDeclaredFeatures(next.status?.declaredFeatures)]
  const seen = new Set<string>()
  next.status?.addresses?.forEach(({ type, address }, i) => {
    if (seen.has(`${type} ${address}`)) errors.push(duplicate(`status.addresses[${i}]`, { Type: type, Address: address }))
    seen.add(`${type} ${address}`)
  })
  const fixedOnceSet = (field: string) =>
    forbidden(`spec.${field}`, `node updates may not change ${field.replace(/s$/, '')} except from "" to valid`)
  if (old.spec?.podCIDRs?.length && !sameList(old.spec.podCIDRs, next.spec?.podCIDRs)) errors.push(fixedOnceSet('podCIDRs'))
  if (old.spec?.providerID && old.spec.providerID !== next.spec?.providerID) errors.push(fixedOnceSet('providerID'))
  errors.push(...validateTaints(next.spec?.taints ?? [], 'metadata.taints'))
  if ((next.spec?.externalID ?? '') !== (old.spec?.externalID ?? '')) {
    errors.push(forbidden('spec.externalID', 'may not be updated'))
  }
  return errors
}
