import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, VolumeProjection } from '../../schema/generated/types.ts'
import { validateFieldReference, validateResourceReference, volumeFields } from './field-references.ts'
import { validateFileMode, validateLocalNonReservedPath } from './paths.ts'
import { validateKeyToPath } from './validate-volume-sources.ts'

/** Files of the downward API and volumes put together from several sources (core/validation, 1.36). */

/** Upstream reports the mistakes of all files under the path of the volume. */
export function validateDownwardFiles(files: readonly DownwardAPIVolumeFile[] | undefined, path: string): FieldError[] {
  return (files ?? []).flatMap(file => {
    const errors: FieldError[] = [], { fieldRef, resourceFieldRef } = file
    if (!file.path) errors.push(required(`${path}.path`))
    errors.push(...validateLocalNonReservedPath(file.path ?? '', `${path}.path`))
    if (fieldRef) {
      errors.push(...validateFieldReference(fieldRef, volumeFields, `${path}.fieldRef`))
      if (resourceFieldRef) {
        errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
      }
    } else if (resourceFieldRef) {
      errors.push(...validateResourceReference(resourceFieldRef, `${path}.resourceFieldRef`, true))
    } else {
      errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'))
    }
    return [...errors, ...validateFileMode(file.mode, `${path}.mode`)]
  })
}

const shortestToken = 600
const longestToken = 2 ** 32

export function validateProjected(projected: Readonly<ProjectedVolumeSource>, path: string): FieldError[] {
  const errors = validateFileMode(projected.defaultMode, `${path}.defaultMode`), taken = new Set<string>()
  const take = (file: string | undefined, printed: string) => {
    if (!file) return
    if (taken.has(file)) errors.push(invalid(path, printed, 'conflicting duplicate paths'))
    taken.add(file)
  }
  const keyed = (source: { name?: string; items?: KeyToPath[] }, at: string) => {
    if (!source.name) errors.push(required(`${at}.name`))
    source.items?.forEach((item, i) => {
      errors.push(...validateKeyToPath(item, `${at}.items[${i}]`))
      take(item.path, source.name ?? '')
    })
  }
  projected.sources?.forEach((source: VolumeProjection, i) => {
    const at = `${path}.sources[${i}]`, { secret, configMap, downwardAPI, serviceAccountToken } = source
    if (secret) keyed(secret, `${at}.secret`)
    if (configMap) keyed(configMap, `${at}.configMap`)
    for (const file of downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFiles([file], `${at}.downwardAPI`))
      take(file.path, file.path)
    }
    if (serviceAccountToken) {
      const { expirationSeconds = 0, path: file = '' } = serviceAccountToken,
        seconds = `${at}.serviceAccountToken.expirationSeconds`
      if (expirationSeconds < shortestToken) {
        errors.push(invalid(seconds, expirationSeconds, 'may not specify a duration less than 10 minutes'))
      }
      if (expirationSeconds > longestToken) {
        errors.push(invalid(seconds, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'))
      }
      errors.push(...(file === '' ? [required(`${path}.path`)] : validateLocalNonReservedPath(file, `${path}.path`)))
    }
    if ([secret, configMap, downwardAPI, serviceAccountToken].filter(Boolean).length > 1) {
      errors.push(forbidden(at, 'may not specify more than 1 volume type per source'))
    }
  })
  return errors
}
