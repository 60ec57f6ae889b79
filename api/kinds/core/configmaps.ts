import { same } from '../../edit.ts'
import { forbidden, invalid, tooLong, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { ConfigMap } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { byteLength, isConfigMapKey } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** Of all values of a ConfigMap or a Secret together. */
export const maxDataBytes = 1024 * 1024

export const immutableWhenSet = 'field is immutable when `immutable` is set'

export const configMaps = defineKind<ConfigMap>({
  group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', singular: 'configmap', namespaced: true,
  shortNames: ['cm'], schema: 'core.v1.ConfigMap',
  validate: (next, old) => [...old ? validateUpdate(next, old) : [], ...validate(next)],
  columns: [
    nameColumn,
    {
      name: 'Data', type: 'string',
      value: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
      description: "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. "
        + 'Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in '
        + 'the BinaryData field, this is enforced during validation process.',
    },
    ageColumn,
  ],
})

/** core/validation ValidateConfigMap, 1.36. */
function validate({ data = {}, binaryData = {} }: Readonly<ConfigMap>): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of Object.entries(data)) {
    errors.push(...complain(`data[${key}]`, key, isConfigMapKey(key)))
    if (Object.hasOwn(binaryData, key)) errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'))
    size += byteLength(value)
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...complain(`binaryData[${key}]`, key, isConfigMapKey(key)))
    size += base64Bytes(value)
  }
  // Upstream passes an empty path for the whole object, which prints as `[]`.
  if (size > maxDataBytes) errors.push(tooLong('[]', maxDataBytes))
  return errors
}

/** How many bytes base64 text stands for. */
export function base64Bytes(text: string): number {
  return Math.floor(text.replace(/[\r\n]|=+$/g, '').length * 3 / 4)
}

function validateUpdate(next: Readonly<ConfigMap>, old: Readonly<ConfigMap>): FieldError[] {
  if (!old.immutable) return []
  const errors: FieldError[] = []
  if (!next.immutable) errors.push(forbidden('immutable', immutableWhenSet))
  for (const name of ['data', 'binaryData'] as const) {
    if (!same(next[name] ?? {}, old[name] ?? {})) errors.push(forbidden(name, immutableWhenSet))
  }
  return errors
}
