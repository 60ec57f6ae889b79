import { invalid, type FieldError } from '../../../api/field-error.ts'

/** The labels of a namespace that say how secure its pods must be (pod-security-admission, api/helpers, 1.36). */

export type Level = 'privileged' | 'baseline' | 'restricted'
export const levels: readonly Level[] = ['privileged', 'baseline', 'restricted']

/** A level, and the minor version of Kubernetes whose checks apply; `latest` is this one's. */
export interface LevelVersion { level: Level; version: 'latest' | number }
export interface Policy { enforce: LevelVersion; audit: LevelVersion; warn: LevelVersion }

const prefix = 'pod-security.kubernetes.io/'
const modes = ['enforce', 'audit', 'warn'] as const

export const printLevel = ({ level, version }: LevelVersion): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`
export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.version === b.version
export const stricter = (a: Level, b: Level): boolean => levels.indexOf(a) > levels.indexOf(b)

/** The policy that the labels make, and what is wrong with them. */
export function policyOf(labels: Readonly<Record<string, string>> | undefined): { policy: Policy; errors: FieldError[] } {
  const errors: FieldError[] = []
  const complain = (label: string, value: string, why: string) => {
    errors.push(invalid(`metadata.labels[${label}]`, value, why))
  }
  const read = (mode: typeof modes[number]) => {
    const levelLabel = prefix + mode, versionLabel = `${levelLabel}-version`
    const level = labels?.[levelLabel], version = labels?.[versionLabel]
    const known = level !== undefined && (levels as readonly string[]).includes(level)
    if (level !== undefined && !known) complain(levelLabel, level, `must be one of ${levels.join(', ')}`)
    const minor = version === undefined || version === 'latest' ? 'latest' : minorOf(version)
    if (minor === undefined) complain(versionLabel, version!, 'must be "latest" or "v1.x"')
    // Enforced is the strictest of all when the label makes no sense; the others then say nothing.
    const effective: Level = known ? level as Level : level !== undefined && mode === 'enforce' ? 'restricted' : 'privileged'
    return {
      level: effective, version: minor ?? 'latest' as const, said: level !== undefined, valid: known, versionSaid: version !== undefined,
    }
  }
  const [enforce, audit, warn] = modes.map(read)
  // Who enforces a level is warned about it too: templates of pods are not refused, the pods will be.
  if (!warn.said && enforce.valid && stricter(enforce.level, warn.level)) {
    warn.level = enforce.level
    if (!warn.versionSaid) warn.version = enforce.version
  }
  const pick = ({ level, version }: LevelVersion) => ({ level, version })
  return { policy: { enforce: pick(enforce), audit: pick(audit), warn: pick(warn) }, errors }
}

function minorOf(version: string): number | undefined {
  const match = /^v1\.([0-9]|[1-9][0-9]{1,8})$/.exec(version)
  return match ? Number(match[1]) : undefined
}
