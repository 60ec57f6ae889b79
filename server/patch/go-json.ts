/** What Go's encoding/json calls a JSON value in `cannot unmarshal … into`. */
export function goJsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object' && value !== null) return 'object'
  if (typeof value === 'boolean') return 'bool'
  return value === null ? 'null' : typeof value
}
