import { same } from '../../edit.ts'
import { duplicate, internal, invalid, notSupported, required, tooMany, type FieldError } from '../../field-error.ts'
import { parseIP } from '../../ip.ts'
import { defineKind } from '../../kind.ts'
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from '../../schema/generated/types.ts'
import { ageColumn, listSome, nameColumn, textColumn } from '../columns.ts'
import { validateEndpointIP, validateIP, validateLegacyIP, warningsForIP } from '../validation/ip.ts'
import { isQualifiedName, isValidLabelValue, validateLabels } from '../validation/labels.ts'
import { isDns1123Label, isDns1123Subdomain } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'

const protocols = ['SCTP', 'TCP', 'UDP']
const addressTypes = ['FQDN', 'IPv4', 'IPv6']
const ownControllers = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'])

export const endpointSlices = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice',
  plural: 'endpointslices', singular: 'endpointslice', namespaced: true,
  schema: 'discovery.v1.EndpointSlice',
  hasGeneration: true,
  defaults(draft) {
    for (const port of draft.ports ?? []) {
      port.name ??= ''
      port.protocol ??= 'TCP'
    }
  },
  prepareForCreate: dropTopology,
  prepareForUpdate(draft, old) {
    const moved = !same(draft.endpoints ?? [], old.endpoints ?? [])
    // Labels count as well: they say which service the slice belongs to. And topology does, though it is dropped then.
    if (moved || !same(draft.metadata.labels ?? {}, old.metadata.labels ?? {})) {
      draft.metadata.generation = (old.metadata.generation ?? 0) + 1
    }
    if (moved) dropTopology(draft)
  },
  validate: (next, old) => [
    ...validateAddressType(next.addressType),
    ...validatePorts(next.ports ?? []),
    ...old && same(next.endpoints ?? [], old.endpoints ?? []) ? [] : validateEndpoints(next.endpoints ?? [], next.addressType),
    ...old ? validateImmutable(next.addressType, old.addressType, 'addressType') : [],
  ],
  warnings(next, old) {
    const texts = !old && next.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []
    if (ownControllers.has(next.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return texts
    return [...texts, ...(next.endpoints ?? []).flatMap((endpoint, i) =>
      (endpoint.addresses ?? []).flatMap((ip, j) => warningsForIP(ip, `endpoints[${i}].addresses[${j}]`)))]
  },
  columns: [
    nameColumn,
    textColumn('AddressType', slice => slice.addressType),
    textColumn('Ports', slice =>
      listSome((slice.ports ?? []).map(({ port, name }) => String(port ?? name ?? '*')), 3) || '<unset>'),
    textColumn('Endpoints', slice =>
      listSome((slice.endpoints ?? []).flatMap(({ addresses }) => addresses ?? []), 3) || '<unset>'),
    ageColumn,
  ],
})

/** Writes to this field through v1 are dropped, as its documentation says. */
function dropTopology(draft: EndpointSlice): void {
  for (const endpoint of draft.endpoints ?? []) delete endpoint.deprecatedTopology
}

function validateAddressType(type: string): FieldError[] {
  if (!type) return [required('addressType')]
  return addressTypes.includes(type) ? [] : [notSupported('addressType', type, addressTypes)]
}

function validatePorts(ports: readonly DiscoveryV1EndpointPort[]): FieldError[] {
  if (ports.length > 20000) return [tooMany('ports', ports.length, 20000)]
  const names = new Set<string>()
  return ports.flatMap(({ name = '', protocol, appProtocol }, i) => {
    const path = `ports[${i}]`, errors: FieldError[] = []
    if (name) errors.push(...complain(`${path}.name`, name, isDns1123Label(name)))
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name))
    names.add(name)
    if (protocol === undefined) errors.push(required(`${path}.protocol`))
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols))
    if (appProtocol !== undefined) {
      errors.push(...complain(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)))
    }
    return errors
  })
}

function validateEndpoints(list: readonly Endpoint[], type: string): FieldError[] {
  if (list.length > 1000) return [tooMany('endpoints', list.length, 1000)]
  return list.flatMap((endpoint, i) => validateEndpoint(endpoint, type, `endpoints[${i}]`))
}

/** discovery/validation validateEndpoints, 1.36. */
function validateEndpoint(endpoint: Readonly<Endpoint>, type: string, path: string): FieldError[] {
  const { addresses = [], nodeName, hostname, hints, deprecatedTopology } = endpoint, at = `${path}.addresses`
  const errors: FieldError[] = []
  if (!addresses?.length) errors.push(required(at, 'must contain at least 1 address'))
  else if (addresses.length > 100) errors.push(tooMany(at, addresses.length, 100))
  addresses?.forEach((address, i) => errors.push(...validateAddress(address, type, at, `${at}[${i}]`)))
  if (nodeName !== undefined) {
    errors.push(...complain(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName)))
  }
  const topology = `${path}.deprecatedTopology`, topologyKeys = Object.keys(deprecatedTopology ?? {})
  if (topologyKeys.length > 16) errors.push(tooMany(topology, topologyKeys.length, 16))
  errors.push(...validateLabels(deprecatedTopology, topology))
  if (topologyKeys.includes('topology.kubernetes.io/zone')) {
    errors.push(internal(`${topology}[topology.kubernetes.io/zone]`, 'reserved key was not removed in conversion'))
  }
  if (hostname !== undefined) {
    errors.push(...complain(`${path}.hostname`, hostname, isDns1123Label(hostname)))
  }
  if (!hints) return errors
  errors.push(...validateHints(hints.forZones ?? [], isValidLabelValue, `${path}.hints.forZones`))
  if ((hints.forZones?.length ?? 0) <= 8) {
    errors.push(...validateHints(hints.forNodes ?? [], isDns1123Subdomain, `${path}.hints.forNodes`))
  }
  return errors
}

function validateAddress(address: string, type: string, list: string, path: string): FieldError[] {
  if (type === 'FQDN') return validateDomainName(address, path)
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const errors = type === 'IPv4' ? validateLegacyIP(address, path) : validateIP(address, path)
  if (errors.length > 0) return errors
  if (`IPv${parseIP(address)?.family}` !== type) errors.push(invalid(list, address, `must be an ${type} address`))
  return [...errors, ...validateEndpointIP(address, path)]
}

/** A name of at least two labels, with or without the dot at its end (IsFullyQualifiedDomainName). */
function validateDomainName(value: string, path: string): FieldError[] {
  if (value === '') return [required(path)]
  const name = value.replace(/\.$/, ''), complaints = isDns1123Subdomain(name)
  if (complaints.length > 0) return [invalid(path, name, complaints.join(','))]
  const labels = name.split('.')
  if (labels.length < 2) return [invalid(path, name, 'should be a domain with at least two segments separated by dots')]
  const wrong = labels.find(label => isDns1123Label(label).length > 0)
  return wrong === undefined ? [] : [invalid(path, wrong, isDns1123Label(wrong).join(','))]
}

function validateHints(hints: readonly { name: string }[], check: (name: string) => string[], path: string): FieldError[] {
  if (hints.length > 8) return [tooMany(path, hints.length, 8)]
  const seen = new Set<string>()
  return hints.flatMap(({ name = '' }, i) => {
    const at = `${path}[${i}].name`, errors = complain(at, name, check(name))
    if (seen.has(name)) errors.unshift(duplicate(at, name))
    seen.add(name)
    return errors
  })
}
