import { printValue } from '../../field-error.ts'

/** A value of an internal Go type as errors print it: the fields in the order given, `null` for what is not set. */
export function goStruct(fields: Readonly<Record<string, unknown>>): string {
  return printValue(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? null])))
}
