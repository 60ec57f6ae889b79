import type { CustomResourceDefinition } from '../../schema/generated/types.ts'
import { internalSpec } from './internal-spec.ts'
import { someSchema, type JsonSchema } from './schema-parts.ts'

/** Formats that schemas may name (apiextensions-apiserver, validation/formats.go, 1.36). */
const texts = new Set(['bsonobjectid', 'uri', 'email', 'hostname', 'ipv4', 'ipv6', 'cidr', 'mac', 'uuid', 'uuid3', 'uuid4', 'uuid5', 'isbn',
  'isbn10', 'isbn13', 'creditcard', 'ssn', 'hexcolor', 'rgbcolor', 'byte', 'password', 'date', 'duration', 'datetime', 'k8sshortname',
  'k8slongname'])
const numbers: Readonly<Record<string, readonly string[]>> = { integer: ['int32', 'int64'], number: ['float', 'double'] }

function isKnown({ type = '', format = '' }: JsonSchema): boolean {
  if (type === '' || type === 'string') return texts.has(format.replaceAll('-', ''))
  return Object.hasOwn(numbers, type) && numbers[type].includes(format)
}

function unknownFormats(definition: Readonly<CustomResourceDefinition>): string[] {
  const { validation, versions } = internalSpec(definition.spec), found: string[] = []
  for (const schema of [validation, ...versions.map(version => version.schema)]) {
    someSchema(schema?.openAPIV3Schema, part => {
      if (part.format && !isKnown(part)) found.push(part.format)
      return false
    })
  }
  return found
}

/** Of formats that nothing checks, where they are new. */
export function formatWarnings(next: Readonly<CustomResourceDefinition>, old: Readonly<CustomResourceDefinition> | undefined): string[] {
  const before = old ? unknownFormats(old) : []
  return unknownFormats(next).filter(format => !before.includes(format)).map(format => `unrecognized format ${JSON.stringify(format)}`)
}
