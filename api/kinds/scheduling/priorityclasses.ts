import { forbidden, notSupported, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { PriorityClass } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { validateImmutable } from '../validation/values.ts'

const highestOfUsers = 1_000_000_000
const policies = ['PreemptLowerPriority', 'Never']

/** The classes that every cluster has. */
export const systemPriorityClasses: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000], ['system-cluster-critical', 2_000_000_000],
])

export const priorityClasses = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io', version: 'v1', kind: 'PriorityClass',
  plural: 'priorityclasses', singular: 'priorityclass', namespaced: false,
  shortNames: ['pc'], schema: 'scheduling.v1.PriorityClass',
  defaults(draft) {
    draft.value ??= 0
    draft.preemptionPolicy ??= 'PreemptLowerPriority'
  },
  prepareForCreate(draft) {
    // It stays at one, whatever changes.
    draft.metadata.generation = 1
  },
  validate: (next, old) => (old ? validateUpdate(next, old) : validate(next)),
  columns: [
    nameColumn,
    { name: 'Value', type: 'integer', value: ({ value }) => value ?? 0 },
    { name: 'Global-Default', type: 'boolean', value: ({ globalDefault }) => globalDefault ?? false },
    ageColumn,
    { name: 'PreemptionPolicy', type: 'string', value: ({ preemptionPolicy }) => preemptionPolicy ?? '' },
  ],
})

/** scheduling/validation ValidatePriorityClass, 1.36. */
function validate(
  { metadata: { name }, value = 0, globalDefault, preemptionPolicy: policy }: Readonly<PriorityClass>,
): FieldError[] {
  const errors: FieldError[] = []
  const wrong = name.startsWith('system-') ? systemComplaint(name, value, globalDefault ?? false) : undefined
  if (wrong) {
    errors.push(forbidden('metadata.name',
      `priority class names with 'system-' prefix are reserved for system use only. error: ${wrong}`))
  } else if (!name.startsWith('system-') && value > highestOfUsers) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${highestOfUsers}`))
  }
  if (policy !== undefined && !policies.includes(policy)) errors.push(notSupported('preemptionPolicy', policy, policies))
  return errors
}

function systemComplaint(name: string, value: number, globalDefault: boolean): string | undefined {
  const wanted = systemPriorityClasses.get(name)
  if (wanted === undefined) return `${name} is not a known system priority class`
  if (wanted !== value) return `value of ${name} PriorityClass must be ${wanted}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

function validateUpdate(next: Readonly<PriorityClass>, old: Readonly<PriorityClass>): FieldError[] {
  return [
    ...(next.value ?? 0) === (old.value ?? 0) ? [] : [forbidden('value', 'may not be changed in an update.')],
    ...validateImmutable(next.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy'),
  ]
}
