import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { parseIP } from '../../ip.ts'
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from '../../schema/generated/types.ts'
import { validateLegacyIP } from '../validation/ip.ts'
import {
  isDns1123Label, isDns1123Subdomain, isPathSegment, isValidPortName, isValidPortNumber, isWildcardDns1123Subdomain,
} from '../validation/names.ts'

/** The rules of ingresses (networking/validation ValidateIngressCreate and ValidateIngressUpdate, 1.36). */

export const classAnnotation = 'kubernetes.io/ingress.class'
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']

/** What an older server let in may stay. */
interface Tolerated { secretNames: boolean; wildcardRules: boolean }

export function validateIngress(next: Readonly<Ingress>, old: Readonly<Ingress> | undefined): FieldError[] {
  const spec = next.spec ?? {}, { rules = [], tls = [], defaultBackend, ingressClassName } = spec
  const tolerated: Tolerated = {
    secretNames: (old?.spec?.tls ?? []).some(({ secretName }) => secretName && isDns1123Subdomain(secretName).length > 0),
    wildcardRules: (old?.spec?.rules ?? []).some(rule => rule.host?.includes('*') && validatePaths(rule, '').length > 0),
  }
  const errors: FieldError[] = []
  if (!rules?.length && !defaultBackend) {
    errors.push(invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'))
  }
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'))
  rules?.forEach((rule, i) => errors.push(...validateRule(rule, `spec.rules[${i}]`, tolerated)))
  tls?.forEach((entry, i) => errors.push(...validateTLS(entry, `spec.tls[${i}]`, tolerated)))
  if (ingressClassName !== undefined) {
    for (const complaint of isDns1123Subdomain(ingressClassName)) errors.push(invalid('spec.ingressClassName', ingressClassName, complaint))
  }
  const annotation = next.metadata.annotations?.[classAnnotation]
  if (!old && annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName) {
    errors.push(invalid(`annotations.${classAnnotation}`, annotation, 'must match `ingressClassName` when both are specified'))
  }
  return errors
}

function validateRule(rule: Readonly<IngressRule>, path: string, tolerated: Tolerated): FieldError[] {
  const { host = '' } = rule, wildcard = host.includes('*'), errors: FieldError[] = []
  if (host !== '') {
    if (parseIP(host)) errors.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'))
    errors.push(...validateHost(host, `${path}.host`))
  }
  return wildcard && tolerated.wildcardRules ? errors : [...errors, ...validatePaths(rule, path)]
}

const validateHost = (host: string, path: string) =>
  (host.includes('*') ? isWildcardDns1123Subdomain : isDns1123Subdomain)(host).map(complaint => invalid(path, host, complaint))

function validatePaths({ http }: Readonly<IngressRule>, path: string): FieldError[] {
  if (!http) return []
  const paths = http.paths ?? [], at = `${path}.http.paths`
  return paths.length === 0 ? [required(at)] : paths.flatMap((entry, i) => validatePath(entry, `${at}[${i}]`))
}

function validatePath({ path = '', pathType, backend }: Readonly<HTTPIngressPath>, at: string): FieldError[] {
  if (pathType === undefined || pathType === null) return [required(`${at}.pathType`, 'pathType must be specified')]
  const errors: FieldError[] = [], wrong = (detail: string) => errors.push(invalid(`${at}.path`, path, detail))
  if (!pathTypes.includes(pathType)) errors.push(notSupported(`${at}.pathType`, pathType, pathTypes))
  else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) wrong('must be an absolute path')
  } else {
    if (!path.startsWith('/')) wrong('must be an absolute path')
    for (const sequence of ['//', '/./', '/../', '%2f', '%2F']) if (path.includes(sequence)) wrong(`must not contain '${sequence}'`)
    for (const suffix of ['/..', '/.']) if (path.endsWith(suffix)) wrong(`cannot end with '${suffix}'`)
  }
  return [...errors, ...validateBackend(backend ?? {}, `${at}.backend`)]
}

function validateBackend({ service, resource }: Readonly<IngressBackend>, path: string): FieldError[] {
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')]
  if (resource) return validateTypedReference(resource, `${path}.resource`)
  if (!service) return [invalid(path, '', 'resource or service backend is required')]
  const errors: FieldError[] = [], { name = '', number = 0 } = service.port ?? {}
  if (!service.name) errors.push(required(`${path}.service.name`))
  else for (const complaint of isDns1123Label(service.name)) errors.push(invalid(`${path}.service.name`, service.name, complaint))
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'))
  else if (name) for (const complaint of isValidPortName(name)) errors.push(invalid(`${path}.service.port.name`, name, complaint))
  else if (number) for (const complaint of isValidPortNumber(number)) errors.push(invalid(`${path}.service.port.number`, number, complaint))
  else errors.push(required(path, 'port name or number is required'))
  return errors
}

/** A reference to an object of any kind by group, kind and name. */
export function validateTypedReference(
  { apiGroup, kind, name }: Readonly<{ apiGroup?: string | null; kind: string; name: string }>, path: string,
): FieldError[] {
  const segment = (field: string, value: string) =>
    (value ? isPathSegment(value).map(complaint => invalid(`${path}.${field}`, value, complaint)) : [required(`${path}.${field}`)])
  return [
    ...apiGroup === undefined || apiGroup === null ? [] : isDns1123Subdomain(apiGroup).map(complaint => invalid(`${path}.apiGroup`, apiGroup, complaint)),
    ...segment('kind', kind), ...segment('name', name),
  ]
}

function validateTLS({ hosts = [], secretName }: Readonly<IngressTLS>, path: string, tolerated: Tolerated): FieldError[] {
  const errors = hosts.flatMap((host, i) => validateHost(host, `${path}.hosts[${i}]`))
  if (!secretName || tolerated.secretNames) return errors
  return [...errors, ...isDns1123Subdomain(secretName).map(complaint => invalid(`${path}.secretName`, secretName, complaint))]
}

export function validateIngressStatus(next: Readonly<Ingress>, old: Readonly<Ingress> | undefined): FieldError[] {
  const before = (old?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
  return (next.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const path = `status.loadBalancer.ingress[${i}]`, errors = ip ? validateLegacyIP(ip, `${path}.ip`, before) : []
    if (hostname) {
      for (const complaint of isDns1123Subdomain(hostname)) errors.push(invalid(`${path}.hostname`, hostname, complaint))
      if (parseIP(hostname)) errors.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'))
    }
    return errors
  })
}
