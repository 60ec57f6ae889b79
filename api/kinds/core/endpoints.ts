import { same } from '../../edit.ts'
import { notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from '../../schema/generated/types.ts'
import { ageColumn, listSome, nameColumn, textColumn } from '../columns.ts'
import { validateEndpointIP, validateLegacyIP, warningsForIP } from '../validation/ip.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { isDns1123Label, isDns1123Subdomain, isValidPortNumber } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

const protocols = ['SCTP', 'TCP', 'UDP']

export const endpoints = defineKind<Endpoints>({
  group: '', version: 'v1', kind: 'Endpoints', plural: 'endpoints', singular: 'endpoints', namespaced: true,
  shortNames: ['ep'], schema: 'core.v1.Endpoints',
  createOnUpdate: true,
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults(draft) {
    for (const subset of draft.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP'
  },
  validate(next, old) {
    // What was stored under older rules may stay as it is.
    if (old && same(next.subsets ?? [], old.subsets ?? [])) return []
    return (next.subsets ?? []).flatMap((subset, i) => validateSubset(subset, `subsets[${i}]`))
  },
  warnings(next) {
    if (next.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return []
    return (next.subsets ?? []).flatMap((subset, i) => (['addresses', 'notReadyAddresses'] as const).flatMap(list =>
      (subset[list] ?? []).flatMap(({ ip }, j) => warningsForIP(ip, `subsets[${i}].${list}[${j}].ip`))))
  },
  columns: [nameColumn, textColumn('Endpoints', formatEndpoints), ageColumn],
})

/** core/validation validateEndpointSubsets, 1.36. */
function validateSubset(subset: Readonly<EndpointSubset>, path: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset
  return [
    ...addresses.length + notReadyAddresses.length === 0
      ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : [],
    ...addresses.flatMap((address, i) => validateAddress(address, `${path}.addresses[${i}]`)),
    ...notReadyAddresses.flatMap((address, i) => validateAddress(address, `${path}.notReadyAddresses[${i}]`)),
    ...ports.flatMap((port, i) => validatePort(port, ports.length > 1, `${path}.ports[${i}]`)),
  ]
}

function validateAddress({ ip = '', hostname, nodeName }: Readonly<EndpointAddress>, path: string): FieldError[] {
  return [
    ...validateLegacyIP(ip, `${path}.ip`),
    ...hostname ? complain(`${path}.hostname`, hostname, isDns1123Label(hostname)) : [],
    ...nodeName === undefined ? [] : complain(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName)),
    ...validateEndpointIP(ip, `${path}.ip`),
  ]
}

function validatePort(
  { name, port = 0, protocol, appProtocol }: Readonly<EndpointPort>, nameNeeded: boolean, path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (name) errors.push(...complain(`${path}.name`, name, isDns1123Label(name)))
  else if (nameNeeded) errors.push(required(`${path}.name`))
  errors.push(...complain(`${path}.port`, port, isValidPortNumber(port)))
  if (!protocol) errors.push(required(`${path}.protocol`))
  else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols))
  if (appProtocol !== undefined) {
    errors.push(...complain(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)))
  }
  return errors
}

const hostPort = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

/** The first three `ip:port` and how many more there are (printers formatEndpoints). */
function formatEndpoints({ subsets }: Readonly<Endpoints>): string {
  if (!subsets?.length) return '<none>'
  const all = subsets.flatMap(({ addresses = [], ports }) => (ports?.length
    ? ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))) : addresses.map(({ ip }) => ip)))
  return listSome(all, 3)
}
