import type { ObjectMeta } from '../../../api/object.ts'
import type { Container, PodSpec } from '../../../api/schema/generated/types.ts'

/** One rule of a level. Checks run in the order of their ids, baseline first (pod-security-admission, policy, 1.36). */
export interface Check {
  id: string
  /** First minor version that has it. */
  since: number
  /** Of a restricted check: the baseline check whose place it takes. */
  replaces?: string
  /** What is wrong, undefined when nothing is. */
  find(pod: CheckedPod): Finding | undefined
}

export interface CheckedPod {
  metadata: Readonly<Partial<ObjectMeta>>
  spec: Readonly<PodSpec>
  /** All containers, init first, ephemeral last. */
  containers: readonly Readonly<Container>[]
  /** Minor version whose rules apply. */
  version: number
}

export interface Finding { reason: string; detail: string }

export const quote = (items: Iterable<string>): string => [...items].map(item => `"${item}"`).join(', ')
export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many)
export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort()
/** `container "a"`, `containers "a", "b"`. */
export const named = (containers: readonly Readonly<{ name: string }>[]): string =>
  `${plural(containers.length, 'container')} ${quote(containers.map(({ name }) => name))}`

/** Who does it: the pod itself, some containers, or both. */
export const setters = (byPod: boolean, containers: readonly Readonly<{ name: string }>[]): string =>
  [...(byPod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(' and ')

/** From 1.35 on, a pod in a user namespace of its own may do more. */
export const inUserNamespace = ({ spec, version }: CheckedPod): boolean => version >= 35 && spec.hostUsers === false
/** From 1.25 on, Windows pods are left alone where the rule is about Linux. */
export const onWindows = ({ spec, version }: CheckedPod): boolean => version >= 25 && spec.os?.name === 'windows'
