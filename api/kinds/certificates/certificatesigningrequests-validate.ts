import { same } from '../../edit.ts'
import { duplicate, forbidden, invalid, notSupported, required, tooLong, type FieldError } from '../../field-error.ts'
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../schema/generated/types.ts'
import { unifiedDiff } from '../../unified-diff.ts'
import { byteLength, isDns1123Label, isDns1123Subdomain } from '../validation/names.ts'
import { derComplaint } from './der.ts'
import { complain } from '../validation/values.ts'

/** The rules of certificate requests (certificates/validation, 1.36); what is inside the request is the signer's business. */

const usages = ['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment',
  'decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user',
  'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping']
const final = ['Approved', 'Denied', 'Failed']

type Request = Readonly<CertificateSigningRequest>

export function validateRequest(next: Request, old: Request | undefined, subresource: string): FieldError[] {
  const { request = '', usages: asked = [], signerName = '', expirationSeconds: seconds } = next.spec
  const errors: FieldError[] = [], path = 'spec.usages'
  const text = Buffer.from(request ?? '', 'base64').toString()
  const block = /-----BEGIN CERTIFICATE REQUEST-----\r?\n([^]*)-----END CERTIFICATE REQUEST-----/.exec(text)
  const complaint = block ? derComplaint(Buffer.from(block[1], 'base64')) : 'PEM block type must be CERTIFICATE REQUEST'
  if (complaint) errors.push(invalid('spec.request', next.spec.request ?? null, complaint))
  if (!asked?.length) errors.push(required(path))
  if (!old?.spec.usages?.some(usage => !usages.includes(usage))) {
    asked?.forEach((usage, i) => { if (!usages.includes(usage)) errors.push(notSupported(`${path}[${i}]`, usage, usages)) })
  }
  asked?.forEach((usage, i) => { if (asked.indexOf(usage) < i) errors.push(duplicate(`${path}[${i}]`, usage)) })
  if (signerName === 'kubernetes.io/legacy-unknown' && old?.spec.signerName !== signerName) {
    errors.push(invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version'))
  } else {
    errors.push(...validateSignerName(signerName, 'spec.signerName'))
  }
  if (seconds !== undefined && seconds < 600) {
    errors.push(invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)'))
  }
  errors.push(...validateConditions(next.status?.conditions ?? [], 'status.conditions'))
  if (next.status?.certificate && !same(next.status.certificate, old?.status?.certificate)) {
    errors.push(...validateCertificate(next.status.certificate, 'status.certificate'))
  }
  return [...errors, ...old ? validateUpdate(next, old, subresource) : []]
}

/** `example.com/signer-name` (core/validation ValidateSignerName). */
export function validateSignerName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)]
  const segments = name.split('/')
  if (segments.length !== 2) {
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")]
  }
  const [domain, rest] = segments, errors: FieldError[] = byteLength(domain) > 253 ? [tooLong(path, 253)] : []
  const firstWrong = (text: string, check: (label: string) => string[]) => {
    const label = text.split('.').find(part => check(part).length > 0)
    if (label === undefined) return
    errors.push(...complain(path, text, check(label).map(complaint => `validating label ${JSON.stringify(label)}: ${complaint}`)))
  }
  firstWrong(domain, isDns1123Label)
  if (!domain.includes('.')) errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'))
  firstWrong(rest, isDns1123Subdomain)
  if (byteLength(name) > 571) errors.push(tooLong(path, 571))
  return errors
}

function validateConditions(conditions: readonly CertificateSigningRequestCondition[], path: string): FieldError[] {
  const seen = new Set<string>()
  return conditions.flatMap(({ type = '', status = '' }, i) => {
    const errors: FieldError[] = [], allowed = final.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    if (type === '') errors.push(required(`${path}[${i}].type`))
    if (status === '') errors.push(required(`${path}[${i}].status`))
    else if (!allowed.includes(status)) errors.push(notSupported(`${path}[${i}].status`, status, allowed))
    if ((type === 'Approved' && seen.has('Denied')) || (type === 'Denied' && seen.has('Approved'))) {
      errors.push(invalid(path, type, 'Approved and Denied conditions are mutually exclusive'))
    }
    if (seen.has(type)) errors.push(duplicate(`${path}[${i}].type`, type))
    seen.add(type)
    return errors
  })
}

function validateCertificate(base64: string, path: string): FieldError[] {
  const types = [...Buffer.from(base64, 'base64').toString().matchAll(/-----BEGIN ([^\r\n-]*)-----/g)].map(([, type]) => type)
  const other = types.find(type => type !== 'CERTIFICATE')
  const wrong = (detail: string) => [invalid(path, '<certificate data>', detail)]
  if (other !== undefined) return wrong(`only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(other)}`)
  return types.length === 0 ? wrong('must contain at least one CERTIFICATE PEM block') : []
}

/** Decisions stay: only approval adds them, only the status gets a certificate, once. */
function validateUpdate(next: Request, old: Request, subresource: string): FieldError[] {
  const errors: FieldError[] = [], path = 'status.conditions'
  const of = (request: Request, type: string) => (request.status?.conditions ?? []).filter(condition => condition.type === type)
  for (const type of final) {
    if (of(next, type).length < of(old, type).length) {
      errors.push(forbidden(path, `updates may not remove a condition of type "${type}"`))
    }
  }
  for (const type of subresource === 'approval' ? [] : ['Approved', 'Denied']) {
    const before = of(old, type), after = of(next, type)
    if (after.length > before.length) errors.push(forbidden(path, `updates may not add a condition of type "${type}"`))
    else if (after.length === before.length && !same(after, before)) {
      errors.push(forbidden(path, `updates may not modify a condition of type "${type}"\n${unifiedDiff(before, after)}`))
    }
  }
  const before = old.status?.certificate ?? '', after = next.status?.certificate ?? ''
  if (before !== after && subresource !== 'status') {
    errors.push(forbidden('status.certificate', 'updates may not set certificate content'))
  } else if (before !== after && before !== '') {
    errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'))
  }
  return errors
}
