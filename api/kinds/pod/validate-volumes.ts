import { duplicate, forbidden, invalid, quote, required, type FieldError } from '../../field-error.ts'
import type { Volume } from '../../schema/generated/types.ts'
import { isDns1123Label, isDns1123Subdomain } from '../validation/names.ts'
import { complain } from '../validation/values.ts'
import { volumeSources } from './validate-volume-sources.ts'

/** The volumes of a pod (core/validation, 1.36). */

/**
 * All that is wrong with volumes, and those without any mistake by name: only these can be mounted. `podName` is known for pods
 * only, not for templates.
 */
export function validateVolumes(
  volumes: readonly Volume[] | undefined, podName: string | undefined, isPod: boolean, path: string,
): { errors: FieldError[]; valid: Map<string, Readonly<Volume>> } {
  const errors: FieldError[] = [], valid = new Map<string, Readonly<Volume>>()
  const createdClaims = new Set(podName ? (volumes ?? []).filter(volume => volume.ephemeral)
    .map(volume => `${podName}-${volume.name}`) : [])
  volumes?.forEach((volume, i) => {
    const at = `${path}[${i}]`, name = volume.name ?? ''
    const found = validateSource(volume, podName, isPod, at)
    found.push(...(name === '' ? [required(`${at}.name`)] : complain(`${at}.name`, name, isDns1123Label(name))))
    if (valid.has(name)) found.push(duplicate(`${at}.name`, name))
    if (found.length === 0) valid.set(name, volume)
    errors.push(...found)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim !== undefined && createdClaims.has(claim)) {
      errors.push(invalid(`${at}.persistentVolumeClaim.claimName`, claim,
        'must not reference a PVC that gets created for an ephemeral volume'))
    }
  })
  return { errors, valid }
}

function validateSource(volume: Readonly<Volume>, podName: string | undefined, isPod: boolean, path: string): FieldError[] {
  const errors: FieldError[] = []
  let sources = 0
  for (const { name, path: as = name, forbiddenAs = as, validate } of volumeSources) {
    const source = volume[name]
    if (source === undefined) continue
    if (sources++ > 0) errors.push(forbidden(`${path}.${forbiddenAs}`, 'may not specify more than 1 volume type'))
    else errors.push(...validate(source, `${path}.${as}`, isPod))
    if (name === 'iscsi' && volume.iscsi?.initiatorName !== undefined
      && `${volume.name}:${volume.iscsi.targetPortal}`.length > 64) {
      errors.push(invalid(`${path}.name`, volume.name,
        'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'))
    }
    if (name === 'ephemeral' && sources === 1 && podName && volume.name) {
      const claim = `${podName}-${volume.name}`
      errors.push(...isDns1123Subdomain(claim)
        .map(complaint => invalid(`${path}.name`, volume.name, `PVC name ${quote(claim)}: ${complaint}`)))
    }
  }
  return sources === 0 ? [required(path, 'must specify a volume type')] : errors
}
