import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { cidrContains, parseCIDR } from '../../ip.ts'
import { defineKind } from '../../kind.ts'
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../schema/generated/types.ts'
import { ageColumn, formatSelector, nameColumn, textColumn } from '../columns.ts'
import { validateLegacyCIDR, warningsForCIDR } from '../validation/ip.ts'
import { validateLabelSelector } from '../validation/labels.ts'
import { isValidPortName, isValidPortNumber } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

const protocols = ['TCP', 'UDP', 'SCTP']
const policyTypes = ['Ingress', 'Egress']

/** Both directions of a policy as one list, in upstream's order. */
function rules({ spec }: Readonly<NetworkPolicy>) {
  return [
    ...(spec?.ingress ?? []).map(({ ports, from }, i) =>
      ({ path: `spec.ingress[${i}]`, ports, peers: from ?? [], side: 'from' })),
    ...(spec?.egress ?? []).map(({ ports, to }, i) => ({ path: `spec.egress[${i}]`, ports, peers: to ?? [], side: 'to' })),
  ]
}

export const networkPolicies = defineKind<NetworkPolicy>({
  group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy',
  plural: 'networkpolicies', singular: 'networkpolicy', namespaced: true,
  shortNames: ['netpol'], schema: 'networking.v1.NetworkPolicy',
  hasGeneration: true,
  notSimulated: 'no network plug-in enforces policies: all traffic is allowed',
  defaults(draft) {
    for (const { ports } of rules(draft)) for (const port of ports ?? []) port.protocol ??= 'TCP'
    const { spec } = draft
    if (spec && !spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
  },
  validate,
  warnings: next => rules(next).flatMap(({ path, peers, side }) => peers.flatMap(({ ipBlock }, i) => (ipBlock ? [
    ...warningsForCIDR(ipBlock.cidr, `${path}.${side}[${i}].ipBlock.cidr`),
    ...(ipBlock.except ?? []).flatMap((cidr, j) => warningsForCIDR(cidr, `${path}.${side}[${i}].ipBlock.except[${j}]`)),
  ] : []))),
  columns: [
    nameColumn,
    textColumn('Pod-Selector', ({ spec }) => formatSelector(spec?.podSelector)),
    ageColumn,
  ],
})

/** networking/validation ValidateNetworkPolicySpec, 1.36. */
function validate(next: Readonly<NetworkPolicy>, old: Readonly<NetworkPolicy> | undefined): FieldError[] {
  const selector = next.spec?.podSelector ?? {}, types = next.spec?.policyTypes ?? []
  const allowInvalidValues = old !== undefined && validateLabelSelector(old.spec?.podSelector ?? {}, '').length > 0
  const oldCIDRs = old ? rules(old).flatMap(({ peers }) =>
    peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...ipBlock.except ?? []] : []))) : []
  const errors = [
    ...validateLabelSelector(selector, 'spec.podSelector', { allowInvalidValues }),
    ...rules(next).flatMap(({ path, ports, peers, side }) => [
      ...(ports ?? []).flatMap((port, i) => validatePort(port, `${path}.ports[${i}]`)),
      ...peers.flatMap((peer, i) => validatePeer(peer, `${path}.${side}[${i}]`, allowInvalidValues, oldCIDRs)),
    ]),
  ]
  if (types.length > 2) return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')]
  return [...errors, ...types.flatMap((type, i) =>
    (policyTypes.includes(type) ? [] : [notSupported(`spec.policyTypes[${i}]`, type, policyTypes)]))]
}

function validatePort({ protocol, port, endPort }: Readonly<NetworkPolicyPort>, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (protocol !== undefined && !protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols))
  if (typeof port === 'number') {
    errors.push(...complain(`${path}.port`, port, isValidPortNumber(port)))
    if (endPort === undefined) return errors
    if (endPort < port) errors.push(invalid(`${path}.endPort`, port, 'must be greater than or equal to `port`'))
    errors.push(...complain(`${path}.endPort`, endPort, isValidPortNumber(endPort)))
    return errors
  }
  if (endPort !== undefined) {
    errors.push(invalid(`${path}.endPort`, endPort,
      `may not be specified when \`port\` is ${port === undefined ? 'not specified' : 'non-numeric'}`))
  }
  if (port !== undefined) errors.push(...complain(`${path}.port`, port, isValidPortName(port)))
  return errors
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: Readonly<NetworkPolicyPeer>, path: string, allowInvalidValues: boolean,
  oldCIDRs: readonly string[],
): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`, { allowInvalidValues }),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`, { allowInvalidValues }),
    ...ipBlock ? validateIPBlock(ipBlock, `${path}.ipBlock`, oldCIDRs) : [],
  ]
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'))
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'))
  }
  return errors
}

function validateIPBlock({ cidr, except = [] }: Readonly<IPBlock>, path: string, oldCIDRs: readonly string[]): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)]
  const errors = validateLegacyCIDR(cidr, `${path}.cidr`, oldCIDRs), block = parseCIDR(cidr)
  if (!block) return errors
  except.forEach((text, i) => {
    const at = `${path}.except[${i}]`, part = parseCIDR(text)
    errors.push(...validateLegacyCIDR(text, at, oldCIDRs))
    if (part && (!cidrContains(block, part.network) || block.prefix >= part.prefix)) {
      errors.push(invalid(at, text, 'must be a strict subset of `cidr`'))
    }
  })
  return errors
}
