import { invalid, type FieldError } from '../../field-error.ts'
import { validateNonnegative } from '../validation/values.ts'

/** Counters in the status of workloads (apps/validation and core/validation, 1.36). */

type Counters = Readonly<Record<string, unknown>>

const count = (status: Counters, field: string) => (status[field] as number | undefined) ?? 0

/** None negative, none of `parts` above `replicas`, no more available than ready. */
export function validateReplicaCounters(
  status: object | undefined, fields: readonly string[], parts: readonly string[],
    availableComplaint = 'cannot be greater than readyReplicas',
): FieldError[] {
  const counters = (status ?? {}) as Counters
  return [
    ...validateCounters(counters, fields),
    ...parts.filter(field => count(counters, field) > count(counters, 'replicas'))
      .map(field => invalid(`status.${field}`, count(counters, field), 'cannot be greater than status.replicas')),
    ...(count(counters, 'availableReplicas') > count(counters, 'readyReplicas')
      ? [invalid('status.availableReplicas', count(counters, 'availableReplicas'), availableComplaint)] : []),
  ]
}

export function validateCounters(status: object | undefined, fields: readonly string[]): FieldError[] {
  const counters = (status ?? {}) as Counters
  return fields.flatMap(field => validateNonnegative(counters[field] as number | undefined, `status.${field}`))
}

/** How often names collided only grows. */
export function validateCollisions(
  next: { collisionCount?: number } | undefined, old: { collisionCount?: number } | undefined,
): FieldError[] {
  const before = old?.collisionCount, after = next?.collisionCount
  return before !== undefined && (after === undefined || after < before)
    ? [invalid('status.collisionCount', after ?? 0, 'cannot be decremented')] : []
}
