import type { JobSpec } from '../../schema/generated/types.ts'
import { templateWarnings } from '../pod/warnings.ts'

const manyCompletions = 100_000
const manyAtOnce = 10_000

/** What is odd about a job (pkg/api/job/warnings.go, 1.36). */
export function jobSpecWarnings(spec: Readonly<JobSpec>, path: string): string[] {
  const large = spec.completionMode === 'Indexed' && (spec.completions ?? 0) > manyCompletions
    && (spec.parallelism ?? 0) > manyAtOnce
  return [
    ...(large ? [`${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, `
      + 'Kubernetes might not be able to track completedIndexes when a big number of indexes fail'] : []),
    ...templateWarnings(spec.template, `${path}.template`),
  ]
}
