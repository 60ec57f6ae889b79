import type { JobSpec } from '../../schema/generated/types.ts'

/** A pattern without a status means one that is true; also in the template of a CronJob (batch/v1/defaults.go, 1.36). */
export function defaultPodFailurePolicy(spec: JobSpec): void {
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True'
  }
}
