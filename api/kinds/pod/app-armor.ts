import { same } from '../../edit.ts'
import type { AppArmorProfile, Pod } from '../../schema/generated/types.ts'
import { validateAppArmorProfile } from './validate-profiles.ts'

/** The annotations that named AppArmor profiles before there were fields for them (pkg/api/pod and registry/core/pod, 1.36). */

export const appArmorAnnotationPrefix = 'container.apparmor.security.beta.kubernetes.io/'
export const appArmorAnnotation = (container: string): string => appArmorAnnotationPrefix + container

/** The field that an annotation's value stands for; undefined when it stands for none. */
export function appArmorFromAnnotation(value: string): AppArmorProfile | undefined {
  if (value === 'unconfined') return { type: 'Unconfined' }
  if (value === 'runtime/default') return { type: 'RuntimeDefault' }
  if (value.startsWith('localhost/')) {
    const name = value.slice('localhost/'.length)
    return name === '' ? undefined : { type: 'Localhost', localhostProfile: name }
  }
  return undefined
}

const copied = new WeakMap<Readonly<Pod>, string[]>()

/** Copies annotations into fields that are not set. The warnings about it are kept for `appArmorWarnings`. */
export function copyAppArmorAnnotations(pod: Pod): void {
  if (pod.spec.os?.name === 'windows' || !pod.metadata.annotations) return
  const warnings: string[] = [], { annotations } = pod.metadata
  for (const container of [...pod.spec.initContainers ?? [], ...pod.spec.containers ?? [],
    ...pod.spec.ephemeralContainers ?? []]) {
    const key = appArmorAnnotation(container.name)
    if (!Object.hasOwn(annotations, key) || container.securityContext?.appArmorProfile) continue
    const profile = appArmorFromAnnotation(annotations[key])
    const usable = profile && validateAppArmorProfile(profile, '').length === 0 ? profile : undefined
    if (usable && same(usable, pod.spec.securityContext?.appArmorProfile)) continue
    if (usable) (container.securityContext ??= {}).appArmorProfile = usable
    warnings.push(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`)
  }
  if (warnings.length > 0) copied.set(pod, warnings)
}

export const appArmorWarnings = (pod: Readonly<Pod>): string[] => copied.get(pod) ?? []
