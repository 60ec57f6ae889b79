import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { parseIP } from '../../ip.ts'
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from '../../schema/generated/types.ts'
import { validateLegacyIP } from '../validation/ip.ts'
import {
  isDns1123Label, isDns1123Subdomain, isPathSegment, isValidPortName, isValidPortNumber, isWildcardDns1123Subdomain,
} from '../validation/names.ts'
import { complain } from '../validation/values.ts'

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
    errors.push(...complain('spec.ingressClassName', ingressClassName, isDns1123Subdomain(ingressClassName)))
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
  complain(path, host, (host.includes('*') ? isWildcardDns1123Subdomain : isDns1123Subdomain)(host))

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
    for (const sequence of ['//', '/./', '/../', '%2f', '%2F']) {
      if (path.includes(sequence)) wrong(`must not contain '${sequence}'`)
    }
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
  else errors.push(...complain(`${path}.service.name`, service.name, isDns1123Label(service.name)))
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'))
  else if (name) errors.push(...complain(`${path}.service.port.name`, name, isValidPortName(name)))
  else if (number) errors.push(...complain(`${path}.service.port.number`, number, isValidPortNumber(number)))
  else errors.push(required(path, 'port name or number is required'))
  return errors
}

/** A reference to an object of any kind by group, kind and name. */
export function validateTypedReference(
  { apiGroup, kind, name }: Readonly<{ apiGroup?: string | null; kind: string; name: string }>, path: string,
): FieldError[] {
  const segment = (field: string, value: string) =>
    (value ? complain(`${path}.${field}`, value, isPathSegment(value)) : [required(`${path}.${field}`)])
  return [
    ...apiGroup === undefined || apiGroup === null ? [] : complain(`${path}.apiGroup`, apiGroup, isDns1123Subdomain(apiGroup)),
    ...segment('kind', kind), ...segment('name', name),
  ]
}

function validateTLS({ hosts = [], secretName }: Readonly<IngressTLS>, path: string, tolerated: Tolerated): FieldError[] {
  const errors = hosts.flatMap((host, i) => validateHost(host, `${path}.hosts[${i}]`))
  if (!secretName || tolerated.secretNames) return errors
  return [...errors, ...complain(`${path}.secretName`, secretName, isDns1123Subdomain(secretName))]
}

export function validateIngressStatus(next: Readonly<Ingress>, old: Readonly<Ingress> | undefined): FieldError[] {
  const before = (old?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
  return (next.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const path = `status.loadBalancer.ingress[${i}]`, errors = ip ? validateLegacyIP(ip, `${path}.ip`, before) : []
    if (hostname) {
      errors.push(...complain(`${path}.hostname`, hostname, isDns1123Subdomain(hostname)))
      if (parseIP(hostname)) errors.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'))
    }
    return errors
  })
}
