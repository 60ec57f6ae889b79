/**
 * How names must look, with upstream's complaints (apimachinery, util/validation, 1.36). Each function returns all
 * complaints about a value, none when it is fine. Lengths are bytes, as Go counts them.
 */

const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomainFormat = String.raw`${labelFormat}(\.${labelFormat})*`
const label1035Format = '[a-z]([-a-z0-9]*[a-z0-9])?'
const underscoreLabelFormat = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const underscoreSubdomainFormat = String.raw`${underscoreLabelFormat}(\.${underscoreLabelFormat})*`
const wildcardFormat = String.raw`\*\.${subdomainFormat}`
const httpPathFormat = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const configKeyFormat = '[-._a-zA-Z0-9]+'
const percentFormat = '[0-9]+%'
const headerFormat = '[-A-Za-z0-9]+'
const cIdentifierFormat = '[A-Za-z_][A-Za-z0-9_]*'

const whole = (format: string) => new RegExp(`^${format}$`)
const labelPattern = whole(labelFormat)
const subdomainPattern = whole(subdomainFormat)
const label1035Pattern = whole(label1035Format)
const underscoreSubdomainPattern = whole(underscoreSubdomainFormat)
const wildcardPattern = whole(wildcardFormat)
const httpPathPattern = whole(httpPathFormat)
const configKeyPattern = whole(configKeyFormat)
const percentPattern = whole(percentFormat)
const headerPattern = whole(headerFormat)
const cIdentifierPattern = whole(cIdentifierFormat)

export const byteLength = (text: string): number => Buffer.byteLength(text)
export const maxLengthComplaint = (max: number): string => `must be no more than ${max} characters`
export const rangeComplaint = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`

/** A message that ends with examples and the regular expression (upstream: RegexError). */
export function formatComplaint(message: string, format: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`
  return `${message} (e.g. ${examples.map(example => `'${example}', `).join(' or ')}regex used for validation is '${format}')`
}

const subdomainComplaint = formatComplaint("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
  + "'-' or '.', and must start and end with an alphanumeric character", subdomainFormat, 'example.com')

/** `my-name`: names of namespaces, containers, volumes. */
export function isDns1123Label(value: string): string[] {
  const complaints = byteLength(value) > 63 ? [maxLengthComplaint(63)] : []
  if (!labelPattern.test(value)) {
    complaints.push(subdomainPattern.test(value) ? 'must not contain dots'
      : formatComplaint("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
        + 'and must start and end with an alphanumeric character', labelFormat, 'my-name', '123-abc'))
  }
  return complaints
}

/** `example.com`: names of most objects. */
export function isDns1123Subdomain(value: string): string[] {
  const complaints = byteLength(value) > 253 ? [maxLengthComplaint(253)] : []
  if (!subdomainPattern.test(value)) complaints.push(subdomainComplaint)
  return complaints
}

/** As a subdomain, with underscores where DNS service records have them (search domains, selectors of DNS names). */
export function isDns1123SubdomainWithUnderscore(value: string): string[] {
  const complaints = byteLength(value) > 253 ? [maxLengthComplaint(253)] : []
  if (!underscoreSubdomainPattern.test(value)) {
    complaints.push(formatComplaint("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', "
      + "'-' or '.', and must start and end with an alphanumeric character", underscoreSubdomainFormat, 'example.com'))
  }
  return complaints
}

/** A label that starts with a letter: names of services before 1.34, port names of some kinds. */
export function isDns1035Label(value: string): string[] {
  const complaints = byteLength(value) > 63 ? [maxLengthComplaint(63)] : []
  if (!label1035Pattern.test(value)) {
    complaints.push(formatComplaint("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "
      + 'an alphabetic character, and end with an alphanumeric character', label1035Format, 'my-name', 'abc-123'))
  }
  return complaints
}

/** `*.example.com`: hosts of ingresses. */
export function isWildcardDns1123Subdomain(value: string): string[] {
  const complaints = byteLength(value) > 253 ? [maxLengthComplaint(253)] : []
  if (!wildcardPattern.test(value)) {
    complaints.push(formatComplaint("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
      + "which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    wildcardFormat, '*.example.com'))
  }
  return complaints
}

/** Any name that can be one segment of a URL path: RBAC names, custom kinds without rules of their own. */
export function isPathSegment(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return isPathSegmentPrefix(name)
}

/** As `isPathSegment`, for a `generateName`. */
export function isPathSegmentPrefix(name: string): string[] {
  return ['/', '%'].filter(character => name.includes(character)).map(character => `may not contain '${character}'`)
}

/** Names of ports in containers, services and probes. */
export function isValidPortName(name: string): string[] {
  const complaints: string[] = []
  if (byteLength(name) > 15) complaints.push(maxLengthComplaint(15))
  if (!/^[-a-z0-9]+$/.test(name)) complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(name)) complaints.push('must contain at least one letter (a-z)')
  if (name.includes('--')) complaints.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) complaints.push('must not begin or end with a hyphen')
  return complaints
}

export function isValidPortNumber(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : [rangeComplaint(1, 65535)]
}

export function isValidPercent(value: string): string[] {
  return percentPattern.test(value) ? [] : [formatComplaint(
    "a valid percent string must be a numeric string followed by an ending '%'", percentFormat, '1%', '93%')]
}

export function isHttpHeaderName(value: string): string[] {
  return headerPattern.test(value) ? [] : [formatComplaint(
    "a valid HTTP header must consist of alphanumeric characters or '-'", headerFormat, 'X-Header-Name')]
}

/** An identifier of C: names of services in environment variables. */
export function isCIdentifier(value: string): string[] {
  return cIdentifierPattern.test(value) ? []
    : [formatComplaint("a valid C identifier must start with alphabetic character or '_', followed "
    + "by a string of alphanumeric characters or '_'", cIdentifierFormat, 'my_name', 'MY_NAME', 'MyName')]
}

/** What 1.36 takes as the name of an environment variable (gate RelaxedEnvironmentVariableValidation). */
export function isEnvVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty']
  return /^[ -<>-~]+$/.test(value) ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

/** Keys of ConfigMaps and Secrets. */
export function isConfigMapKey(value: string): string[] {
  const complaints = byteLength(value) > 253 ? [maxLengthComplaint(253)] : []
  if (!configKeyPattern.test(value)) {
    complaints.push(formatComplaint("a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
      configKeyFormat,
      'key.name', 'KEY_NAME', 'key-name'))
  }
  if (value === '.' || value === '..') complaints.push(`must not be '${value}'`)
  else if (value.startsWith('..')) complaints.push("must not start with '..'")
  return complaints
}

/** The path of a domain-prefixed path; complaints belong to the whole value except the first. */
export const isHttpPath = (path: string): string[] =>
  (httpPathPattern.test(path) ? [] : [formatComplaint('Invalid path', httpPathFormat)])
