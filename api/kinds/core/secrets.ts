import { same } from '../../edit.ts'
import { forbidden, invalid, required, tooLong, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { Secret } from '../../schema/generated/types.ts'
import { JsonNumber, JsonSyntaxError, parseJson } from '../../schema/parse-json.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { isConfigMapKey } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'
import { base64Bytes, immutableWhenSet, maxDataBytes } from './configmaps.ts'
import { keyPairComplaint } from './secrets-tls.ts'

const decode = (value: string | undefined): string => Buffer.from(value ?? '', 'base64').toString()

export const secrets = defineKind<Secret>({
  group: '', version: 'v1', kind: 'Secret', plural: 'secrets', singular: 'secret', namespaced: true,
  schema: 'core.v1.Secret',
  defaults,
  validate: (next, old) => [...old ? validateUpdate(next, old) : [], ...validate(next)],
  warnings: ({ type, data = {} }) => (type === 'kubernetes.io/tls'
    ? [keyPairComplaint(decode(data['tls.crt']), decode(data['tls.key']))].filter(text => text !== undefined) : []),
  columns: [
    nameColumn,
    textColumn('Type', secret => secret.type ?? ''),
    textColumn('Data', secret => Object.keys(secret.data ?? {}).length),
    ageColumn,
  ],
  selectableFields: { type: secret => secret.type ?? '' },
})

/** `stringData` is written into `data` and is never stored (core/v1 conversion and defaults). */
function defaults(draft: Secret): void {
  draft.type ||= 'Opaque'
  if (draft.stringData === undefined) return
  const data = new Map(Object.entries(draft.data ?? {}))
  for (const [key, value] of Object.entries(draft.stringData)) data.set(key, Buffer.from(value).toString('base64'))
  delete draft.stringData
  if (data.size > 0) draft.data = Object.fromEntries(data)
}

/** core/validation ValidateSecret, 1.36. */
function validate({ type, data = {}, metadata }: Readonly<Secret>): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of Object.entries(data)) {
    errors.push(...complain(`data[${key}]`, key, isConfigMapKey(key)))
    size += base64Bytes(value)
  }
  if (size > maxDataBytes) errors.push(tooLong('data', maxDataBytes))
  const has = (key: string) => Object.hasOwn(data, key)
  const missing = (...keys: string[]) => { for (const key of keys) errors.push(required(`data[${key}]`)) }
  switch (type) {
    case 'kubernetes.io/service-account-token': {
      const name = 'kubernetes.io/service-account.name'
      if (!metadata.annotations?.[name]) errors.push(required(`metadata.annotations[${name}]`))
      break
    }
    case 'kubernetes.io/dockercfg': errors.push(...validateDocker(data, '.dockercfg')); break
    case 'kubernetes.io/dockerconfigjson': errors.push(...validateDocker(data, '.dockerconfigjson')); break
    case 'kubernetes.io/basic-auth': if (!has('username') && !has('password')) missing('username', 'password'); break
    case 'kubernetes.io/ssh-auth': if (!data['ssh-privatekey']) missing('ssh-privatekey'); break
    case 'kubernetes.io/tls': missing(...['tls.crt', 'tls.key'].filter(key => !has(key))); break
  }
  return errors
}

function validateDocker(data: Readonly<Record<string, string>>, key: string): FieldError[] {
  if (!Object.hasOwn(data, key)) return [required(`data[${key}]`)]
  const wrong = notAnObject(decode(data[key]))
  return wrong === undefined ? [] : [invalid(`data[${key}]`, '<secret contents redacted>', wrong)]
}

/** What Go says when it is to read a text as a JSON object. */
function notAnObject(text: string): string | undefined {
  let value: unknown
  try { value = parseJson(text).value } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message
    throw error
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value) && !(value instanceof JsonNumber))) return undefined
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'string'
    ? 'string' : 'number'
  return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`
}

function validateUpdate(next: Readonly<Secret>, old: Readonly<Secret>): FieldError[] {
  const errors = validateImmutable(next.type ?? '', old.type ?? '', 'type')
  if (!old.immutable) return errors
  if (!next.immutable) errors.push(forbidden('immutable', immutableWhenSet))
  if (!same(next.data ?? {}, old.data ?? {})) errors.push(forbidden('data', immutableWhenSet))
  return errors
}
