import { invalid, notSupported, raw, required, tooLong, type FieldError } from '../../field-error.ts'
import type { AppArmorProfile, SeccompProfile } from '../../schema/generated/types.ts'
import { byteLength } from '../validation/names.ts'
import { goStruct } from './go-values.ts'
import { validateLocalDescendingPath } from './paths.ts'

/** Seccomp and AppArmor profiles (core/validation, 1.36). */

const types = ['Localhost', 'RuntimeDefault', 'Unconfined']

export function validateSeccompProfile(profile: Readonly<SeccompProfile> | undefined, path: string): FieldError[] {
  if (!profile) return []
  const type: string = profile.type ?? '', { localhostProfile } = profile
  const errors = type === '' ? [required(`${path}.type`, 'type is required when seccompProfile is set')]
    : types.includes(type) ? [] : [notSupported(`${path}.type`, type, types)]
  if (type === 'Localhost') {
    errors.push(...(localhostProfile === undefined
      ? [required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost')]
      : validateLocalDescendingPath(localhostProfile, `${path}.localhostProfile`)))
  } else if (localhostProfile !== undefined) {
    errors.push(invalid(`${path}.localhostProfile`, raw(goStruct({ Type: type, LocalhostProfile: localhostProfile })),
      'can only be set when seccomp type is Localhost'))
  }
  return errors
}

export function validateAppArmorProfile(profile: Readonly<AppArmorProfile> | undefined, path: string): FieldError[] {
  if (!profile) return []
  const { localhostProfile } = profile, at = `${path}.localhostProfile`
  switch (profile.type as string | undefined) {
    case 'Localhost':
      if (localhostProfile === undefined) return [required(at, 'must be set when AppArmor type is Localhost')]
      return [
        ...(localhostProfile.trim() !== localhostProfile ? [invalid(at, localhostProfile, 'must not be padded with whitespace')]
          : localhostProfile === '' ? [required(at, 'must be set when AppArmor type is Localhost')] : []),
        ...(byteLength(localhostProfile) > 4095 ? [tooLong(at, 4095)] : []),
      ]
    case 'RuntimeDefault': case 'Unconfined':
      return localhostProfile === undefined ? []
        : [invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost')]
    case undefined: case '':
      return [required(`${path}.type`, 'type is required when appArmorProfile is set')]
    default:
      return [notSupported(`${path}.type`, profile.type, types)]
  }
}
