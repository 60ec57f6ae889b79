import { deepFreeze } from '../../../api/edit.ts'
import type { Kind } from '../../../api/kind.ts'
import type { KubeObject } from '../../../api/object.ts'
import { applySchemaDefaults } from '../../../api/schema/defaults.ts'
import { schemaOf } from '../../../api/schema/table.ts'

const now = new Date('2026-01-02T03:04:05Z')
const uid = '11111111-2222-3333-4444-555555555555'

/** An object on its way through a kind's rules, as far as these alone take it. */
export function create<T extends KubeObject>(kind: Kind<T>, object: object): { object: T; errors: string[]; warnings: string[] } {
  const draft = structuredClone(object) as T
  applySchemaDefaults(schemaOf(kind.schema), draft)
  kind.defaults?.(draft)
  draft.metadata = Object.assign({ name: 'it', namespace: 'ns', uid, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' },
    draft.metadata)
  const context = { now, subresource: '' }
  kind.prepareForCreate?.(draft, context)
  return { object: draft, errors: print(kind.validate?.(draft, undefined, context)),
    warnings: kind.warnings?.(draft, undefined) ?? [] }
}

/** The object changed by `change` and written over what it was. */
export function update<T extends KubeObject>(kind: Kind<T>, old: T, change: (draft: T) => void,
  subresource = ''): { object: T; errors: string[] } {
  const draft = structuredClone(old)
  change(draft)
  kind.defaults?.(draft)
  const context = { now, subresource }, before = deepFreeze(structuredClone(old))
  kind.prepareForUpdate?.(draft, before, context)
  return { object: draft, errors: print(kind.validate?.(draft, before, context)) }
}

const print = (errors: readonly { field: string; message: string }[] = []) => errors
  .map(({ field, message }) => `${field}: ${message}`)
