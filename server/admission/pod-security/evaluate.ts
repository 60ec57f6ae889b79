import type { ObjectMeta } from '../../../api/object.ts'
import type { Container, PodSpec } from '../../../api/schema/generated/types.ts'
import { baselineChecks } from './baseline.ts'
import type { Check, CheckedPod, Finding } from './check.ts'
import type { LevelVersion } from './policy.ts'
import { restrictedChecks } from './restricted.ts'

/** The minor version of Kubernetes that is followed; versions to come have its checks. */
const newest = 36

/** All that a pod does against a level, in upstream's order. */
export function evaluate({ level, version }: LevelVersion, metadata: Readonly<Partial<ObjectMeta>>,
  spec: Readonly<PodSpec>): Finding[] {
  if (level === 'privileged') return []
  const minor = version === 'latest' ? newest : Math.min(version, newest)
  const restricted: Check[] = level === 'restricted' ? restrictedChecks.filter(check => check.since <= minor) : []
  const replaced = new Set(restricted.map(check => check.replaces))
  const pod: CheckedPod = {
    metadata, spec, version: minor,
    containers: [...(spec.initContainers ?? []), ...(spec.containers ?? []),
      ...((spec.ephemeralContainers ?? []) as Container[])],
  }
  return [...baselineChecks.filter(check => check.since <= minor && !replaced.has(check.id)), ...restricted]
    .flatMap(check => check.find(pod) ?? [])
}

export const printFindings = (findings: readonly Finding[]): string =>
  findings.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ')
export const printReasons = (findings: readonly Finding[]): string => findings.map(({ reason }) => reason).join(', ')
