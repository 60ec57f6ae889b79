import type { WrongType } from './decode-scalar.ts'
import type { Field, Schema, StructSchema } from './schema.ts'
import type { Plan } from './struct-plan.ts'

/** Where decoding stands: a field, a key of a map or an index. */
export type PathStep = Plan | string | number

/** `spec.containers[0].image`, as strict errors name a field. */
export function strictPath(path: readonly PathStep[], name: string): string {
  let text = ''
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : `${text && '.'}${typeof step === 'string' ? step : step.name}`
  }
  return text ? `${text}.${name}` : name
}

/** Go's UnmarshalTypeError: names the innermost struct and the fields on the way, but neither indexes nor keys. */
export function wrongTypeMessage(error: WrongType, path: readonly PathStep[], root: StructSchema): string {
  const fields = path.filter(step => typeof step === 'object')
  const last = fields.at(-1)
  if (!last) return `json: cannot unmarshal ${error.value} into Go value of type ${goTypeOf(root)}`
  const names = fields.flatMap(({ field }) => [...(field.embedded ?? []).map(({ name }) => name), field.name]).join('.')
  const below = path.length - 1 - path.lastIndexOf(last)
  const wanted = error.wanted ?? typeBelow(last.field, below)
  return `json: cannot unmarshal ${error.value} into Go struct field ${last.owner}.${names} of type ${wanted}`
}

/** The Go type of a field, or of what its lists and maps hold that many levels below. */
function typeBelow(field: Field, levels: number): string {
  let schema = field.schema, named = field.goType
  for (let level = 0; level < levels; level++) {
    // A named type without brackets hides what it holds.
    named = named && inBrackets.test(named) ? named.replace(inBrackets, '') : undefined
    schema = schema.type === 'list' ? schema.item : schema.type === 'map' ? schema.value : schema
  }
  return named ?? goTypeOf(schema)
}

const inBrackets = /^(\[\]|map\[[^\]]*\])/

function goTypeOf(schema: Schema): string {
  switch (schema.type) {
    case 'struct': return schema.name.split('.').slice(-2).join('.')
    case 'list': return `[]${goTypeOf(schema.item)}`
    case 'map': return `map[string]${goTypeOf(schema.value)}`
    case 'any': return schema.name?.split('.').slice(-2).join('.') ?? 'interface {}'
    case 'scalar': return goScalars[schema.scalar] ?? schema.scalar
  }
}
const goScalars: Partial<Record<string, string>> = {
  boolean: 'bool', double: 'float64', bytes: '[]uint8', Quantity: 'resource.Quantity', Time: 'v1.Time', MicroTime: 'v1.MicroTime',
  Duration: 'v1.Duration', IntOrString: 'intstr.IntOrString',
}
