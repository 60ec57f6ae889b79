import { forbidden, invalid, quote, type FieldError } from '../../field-error.ts'
import type { ObjectMeta } from '../../object.ts'
import type { PodSpec, SeccompProfile } from '../../schema/generated/types.ts'
import { appArmorAnnotation, appArmorAnnotationPrefix } from './app-armor.ts'
import { containersWithPath } from './containers-with-path.ts'
import { validateLocalDescendingPath } from './paths.ts'

/** Annotations of pods that mean something to the API (core/validation, 1.36). */

export const mirrorAnnotation = 'kubernetes.io/config.mirror'
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'

type Annotations = ObjectMeta['annotations']

export function validatePodAnnotations(annotations: Annotations, spec: Readonly<PodSpec>, path: string): FieldError[] {
  if (!annotations) return []
  const errors: FieldError[] = [], entries = Object.entries(annotations), get = (key: string) =>
    entries.find(([name]) => name === key)?.[1]
  const mirror = get(mirrorAnnotation), cost = get(deletionCost), seccomp = get(seccompPod)
  if (mirror !== undefined && !spec.nodeName) {
    errors.push(invalid(`${path}[${mirrorAnnotation}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'))
  }
  if (cost !== undefined && !isInt32(cost)) errors.push(invalid(`${path}[${deletionCost}]`, cost, 'must be a 32bit integer'))
  if (seccomp !== undefined) errors.push(...validateSeccompName(seccomp, `${path}.${seccompPod}`))
  for (const [key, value] of entries) {
    if (key.startsWith(seccompContainer)) errors.push(...validateSeccompName(value, `${path}.${key}`))
  }
  const containers = new Set(containersWithPath(spec, 'spec').map(({ container }) => container.name))
  for (const [key, value] of entries) {
    if (!key.startsWith(appArmorAnnotationPrefix)) continue
    const name = key.slice(appArmorAnnotationPrefix.length)
    if (!containers.has(name)) errors.push(invalid(`${path}[${key}]`, name, 'container not found'))
    if (value !== '' && value !== 'runtime/default' && value !== 'unconfined' && !value.startsWith('localhost/')) {
      errors.push(invalid(`${path}[${key}]`, value, `invalid AppArmor profile name: ${quote(value)}`))
    }
  }
  return errors
}

const isInt32 = (text: string) => /^(0|-?[0-9]+)$/.test(text) && (text === '0' || !text.startsWith('0'))
  && Math.abs(Number(text)) <= 2147483648 && Number(text) !== 2147483648

function validateSeccompName(name: string, path: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(name)) return []
  if (name.startsWith('localhost/')) return validateLocalDescendingPath(name.slice('localhost/'.length), path)
  return [invalid(path, name, 'must be a valid seccomp profile')]
}

/** What may not come, go or change in a pod that is there. */
export function validatePodAnnotationUpdates(next: Annotations, old: Annotations, path: string): FieldError[] {
  const errors: FieldError[] = [], fresh = new Map(Object.entries(next ?? {})), before = new Map(Object.entries(old ?? {}))
  const guard = (key: string, verb: string) => {
    if (key.startsWith(appArmorAnnotationPrefix)) {
      errors.push(forbidden(`${path}[${key}]`, `may not ${verb} AppArmor annotations`))
    }
    if (key === mirrorAnnotation) errors.push(forbidden(`${path}[${key}]`, `may not ${verb} mirror pod annotation`))
  }
  for (const [key, value] of before) if (fresh.get(key) !== value) guard(key, 'remove or update')
  for (const key of fresh.keys()) if (!before.has(key)) guard(key, 'add')
  return errors
}

/** Where an annotation and the field that replaced it both stand, they must say the same. */
export function validateProfilesAgree(annotations: Annotations, spec: Readonly<PodSpec>, path: string): FieldError[] {
  if (!annotations) return []
  const containers = containersWithPath(spec, path), has = (key: string) => Object.hasOwn(annotations, key),
    ofPod = spec.securityContext
  return [
    ...(has(seccompPod) ? seccompDiffers(annotations[seccompPod], ofPod?.seccompProfile,
      `${path}.securityContext.seccompProfile`) : []),
    ...containers.flatMap(({ container, path: at }) => (has(seccompContainer + container.name) ? seccompDiffers(
      annotations[seccompContainer + container.name], container.securityContext?.seccompProfile,
        `${at}.securityContext.seccompProfile`) : [])),
    ...(spec.os?.name === 'windows' ? [] : containers.flatMap(({ container, path: at }) => {
      const key = appArmorAnnotation(container.name)
      return has(key) ? differs('apparmor', annotations[key],
        container.securityContext?.appArmorProfile ?? ofPod?.appArmorProfile,
        ['runtime/default'], `${at}.securityContext.appArmorProfile`) : []
    })),
  ]
}

const seccompDiffers = (annotation: string, profile: Readonly<SeccompProfile> | undefined, path: string) =>
  differs('seccomp', annotation, profile, ['runtime/default', 'docker/default'], path)

function differs(
  what: string, annotation: string, profile: { type?: string; localhostProfile?: string } | undefined,
    defaults: readonly string[], path: string,
): FieldError[] {
  const wrongType = [forbidden(`${path}.type`, `${what} type in annotation and field must match`)]
  switch (profile?.type) {
    case 'Unconfined': return annotation === 'unconfined' ? [] : wrongType
    case 'RuntimeDefault': return defaults.includes(annotation) ? [] : wrongType
    case 'Localhost':
      if (!annotation.startsWith('localhost/')) return wrongType
      return annotation.slice('localhost/'.length) === profile.localhostProfile ? []
        : [forbidden(`${path}.localhostProfile`, `${what} profile in annotation and field must match`)]
    default: return []
  }
}
