import { invalid, quote, required, type FieldError } from '../../field-error.ts'
import { isDns1123Subdomain, isValidPortNumber } from './names.ts'

/** Where a webhook is called (apiserver, util/webhook/validation.go, 1.36). */

const urlParts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s

export function validateWebhookURL(url: string, path: string): FieldError[] {
  const [, scheme = '', authority = '', query = '', fragment = ''] = urlParts.exec(url) ?? []
  const at = authority.lastIndexOf('@'), host = authority.slice(at + 1), form = '; desired format: https://host[/path]'
  const errors: FieldError[] = [], broken = parseComplaint(url, host)
  if (broken) return [required(path, `url must be a valid URL: parse ${quote(url)}: ${broken}${form}`)]
  if (scheme.toLowerCase() !== 'https') {
    errors.push(invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`))
  }
  if (host === '') errors.push(invalid(path, host, `host must be specified${form}`))
  if (at >= 0) errors.push(invalid(path, authority.slice(0, at), 'user information is not permitted in the URL'))
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'))
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'))
  return errors
}

/** What Go's URL parser says of a text that is no URL. */
function parseComplaint(url: string, host: string): string | undefined {
  if (/\p{Cc}/u.test(url)) return 'net/url: invalid control character in URL'
  if (url.startsWith(':')) return 'missing protocol scheme'
  const [character] = /[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%\x80-\u{10ffff}]/u.exec(host) ?? []
  return character === undefined ? undefined : `invalid character ${quote(character)} in host name`
}

export interface WebhookService { namespace: string; name: string; path?: string; port?: number }

export function validateWebhookService(
  { namespace, name, path: urlPath, port = 0 }: Readonly<WebhookService>, path: string,
): FieldError[] {
  const errors: FieldError[] = [], complaints = isValidPortNumber(port)
  // Upstream's callers pass the two names in the other order, so that one missing is reported as the other.
  if (!namespace) errors.push(required(`${path}.name`))
  if (!name) errors.push(required(`${path}.namespace`))
  if (complaints.length > 0) errors.push(invalid(`${path}.port`, port, `port is not valid: ${complaints.join(', ')}`))
  return urlPath === undefined ? errors : [...errors, ...validatePath(urlPath, `${path}.path`)]
}

function validatePath(value: string, path: string): FieldError[] {
  if (value === '/' || value === '') return []
  if (value === '//') return [invalid(path, value, 'segment[0] may not be empty')]
  const errors = value.startsWith('/') ? [] : [invalid(path, value, "must start with a '/'")]
  value.slice(1).replace(/\/$/, '').split('/').forEach((step, i) => {
    if (step === '') errors.push(invalid(path, value, `segment[${i}] may not be empty`))
    else for (const complaint of isDns1123Subdomain(step)) errors.push(invalid(path, value, `segment[${i}]: ${complaint}`))
  })
  return errors
}
