import { duplicate, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { RuntimeClass } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { roundUpResources } from '../pod/default-resources.ts'
import { validateTolerations } from '../pod/validate-scheduling.ts'
import { deprecatedNodeLabels } from '../pod/warnings.ts'
import { validateLabels } from '../validation/labels.ts'
import { isDns1123Label } from '../validation/names.ts'
import { validateContainerResourceName, validateResourceQuantity } from '../validation/resource-names.ts'
import { complain, validateImmutable } from '../validation/values.ts'

export const runtimeClasses = defineKind<RuntimeClass>({
  group: 'node.k8s.io', version: 'v1', kind: 'RuntimeClass',
  plural: 'runtimeclasses', singular: 'runtimeclass', namespaced: false,
  schema: 'node.v1.RuntimeClass',
  createOnUpdate: true,
  requiresResourceVersion: true,
  notSimulated: 'all pods run in the same simulated runtime',
  defaults: draft => roundUpResources({ limits: draft.overhead?.podFixed }),
  validate: (next, old) => [...validate(next), ...old ? validateImmutable(next.handler ?? '', old.handler ?? '', 'handler') : []],
  warnings: ({ scheduling }) => Object.keys(scheduling?.nodeSelector ?? {}).flatMap(key => {
    const text = deprecatedNodeLabels.get(key)
    return text ? [`scheduling.nodeSelector: ${text}`] : []
  }),
  columns: [nameColumn, textColumn('Handler', ({ handler }) => handler), ageColumn],
})

/** node/validation ValidateRuntimeClass, 1.36. */
function validate({ handler, overhead, scheduling }: Readonly<RuntimeClass>): FieldError[] {
  const errors = handler ? complain('handler', handler, isDns1123Label(handler)) : [required('handler')]
  for (const [name, amount] of Object.entries(overhead?.podFixed ?? {})) {
    const path = `overhead.limits[${name}]`
    errors.push(...validateContainerResourceName(name, path), ...validateResourceQuantity(name, amount, path))
  }
  if (!scheduling) return errors
  errors.push(...validateLabels(scheduling.nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(scheduling.tolerations, 'scheduling.tolerations'))
  const seen = new Set<string>()
  scheduling.tolerations?.forEach(({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, i) => {
    const listKey = JSON.stringify([key, operator, value, effect])
    if (seen.has(listKey)) {
      errors.push(duplicate(`scheduling.tolerations[${i}]`,
        { Key: key, Operator: operator, Value: value, Effect: effect, TolerationSeconds: tolerationSeconds ?? null }))
    }
    seen.add(listKey)
  })
  return errors
}
