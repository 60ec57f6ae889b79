/** What label keys and values must look like, with upstream's complaints (apimachinery, api/validate/content, 1.36). */

const labelKeyFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const subdomainFormat = String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*`
const labelKeyPattern = new RegExp(`^${labelKeyFormat}$`)
const labelValuePattern = new RegExp(`^(${labelKeyFormat})?$`)
const subdomainPattern = new RegExp(`^${subdomainFormat}$`)

const byteLength = (text: string) => Buffer.byteLength(text)
const tooLong = (max: number) => `must be no more than ${max} bytes`
const ends = 'and must start and end with an alphanumeric character'
const keyComplaint = `must consist of alphanumeric characters, '-', '_' or '.', ${ends}`
  + ` (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${labelKeyFormat}')`

function subdomainComplaints(prefix: string): string[] {
  const complaints: string[] = []
  if (byteLength(prefix) > 253) complaints.push(tooLong(253))
  if (!subdomainPattern.test(prefix)) {
    complaints.push(`a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ends}`
      + ` (e.g. 'example.com', regex used for validation is '${subdomainFormat}')`)
  }
  return complaints
}

/** Complaints about a label key (upstream: IsLabelKey, IsQualifiedName); none when it is fine. */
export function labelKeyComplaints(key: string): string[] {
  const parts = key.split('/')
  if (parts.length > 2) {
    return [`a valid label key ${keyComplaint} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  }
  const complaints: string[] = []
  const name = parts[parts.length - 1]
  if (parts.length === 2) {
    complaints.push(...(parts[0] === '' ? ['must be non-empty'] : subdomainComplaints(parts[0]))
      .map(text => `prefix part ${text}`))
  }
  if (name === '') complaints.push('name part must be non-empty')
  else if (byteLength(name) > 63) complaints.push(`name part ${tooLong(63)}`)
  if (!labelKeyPattern.test(name)) complaints.push(`name part ${keyComplaint}`)
  return complaints
}

/** Complaints about a label value (upstream: IsLabelValue); none when it is fine. */
export function labelValueComplaints(value: string): string[] {
  const complaints: string[] = []
  if (byteLength(value) > 63) complaints.push(tooLong(63))
  if (!labelValuePattern.test(value)) {
    complaints.push(`a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ends}`
      + ` (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${labelKeyFormat})?')`)
  }
  return complaints
}
