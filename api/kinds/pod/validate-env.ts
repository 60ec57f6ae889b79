import { invalid, required, type FieldError } from '../../field-error.ts'
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from '../../schema/generated/types.ts'
import { isConfigMapKey, isDns1123Label, isDns1123Subdomain, isEnvVarName } from '../validation/names.ts'
import { nameIsDnsSubdomain } from '../validation/object-meta.ts'
import { complain } from '../validation/values.ts'
import { validateFieldReference, validateResourceReference, variableFields } from './field-references.ts'
import { validateNoBacksteps } from './paths.ts'

/** Environment variables of containers (core/validation, 1.36). */

export function validateEnv(variables: readonly EnvVar[] | undefined, path: string): FieldError[] {
  return (variables ?? []).flatMap((variable, i) => {
    const at = `${path}[${i}]`, name = variable.name ?? ''
    return [
      ...(name === '' ? [required(`${at}.name`)] : complain(`${at}.name`, name, isEnvVarName(name))),
      ...(variable.valueFrom ? validateSource(variable.valueFrom, variable.value ?? '', `${at}.valueFrom`) : []),
    ]
  })
}

function validateSource(source: Readonly<EnvVarSource>, value: string, path: string): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source
  const errors: FieldError[] = []
  if (fieldRef) errors.push(...validateFieldReference(fieldRef, variableFields, `${path}.fieldRef`))
  if (resourceFieldRef) errors.push(...validateResourceReference(resourceFieldRef, `${path}.resourceFieldRef`, false))
  if (configMapKeyRef) errors.push(...validateKeyReference(configMapKeyRef, `${path}.configMapKeyRef`))
  if (secretKeyRef) errors.push(...validateKeyReference(secretKeyRef, `${path}.secretKeyRef`))
  if (fileKeyRef) errors.push(...validateFileReference(fileKeyRef, `${path}.fileKeyRef`))
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length
  if (sources === 0) {
    errors.push(invalid(path, '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'))
  } else if (value !== '') {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'))
  } else if (sources > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
  }
  return errors
}

function validateKeyReference({ name = '', key = '' }: { name?: string; key?: string }, path: string): FieldError[] {
  return [
    ...complain(`${path}.name`, name, isDns1123Subdomain(name)),
    ...(key === '' ? [required(`${path}.key`)] : complain(`${path}.key`, key, isConfigMapKey(key))),
  ]
}

function validateFileReference(
  { key = '', volumeName = '', path: file = '' }: Readonly<FileKeySelector>, path: string,
): FieldError[] {
  return [
    ...(key === '' ? [required(`${path}.key`)] : complain(`${path}.key`, key, isEnvVarName(key))),
    ...(volumeName === '' ? [required(`${path}.volumeName`)]
      : complain(`${path}.volumeName`, volumeName, isDns1123Label(volumeName))),
    ...(file === '' ? [required(`${path}.path`)] : validateNoBacksteps(file, `${path}.path`)),
  ]
}

export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, path: string): FieldError[] {
  return (sources ?? []).flatMap(({ prefix = '', configMapRef, secretRef }, i) => {
    const at = `${path}[${i}]`, errors: FieldError[] = []
    if (prefix !== '') errors.push(...complain(`${at}.prefix`, prefix, isEnvVarName(prefix)))
    if (configMapRef) errors.push(...validateName(configMapRef.name, `${at}.configMapRef.name`))
    if (secretRef) errors.push(...validateName(secretRef.name, `${at}.secretRef.name`))
    // Upstream says these two of the whole list.
    if (!configMapRef && !secretRef) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (configMapRef && secretRef) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
    return errors
  })
}

/** Upstream checks these names as prefixes, so that a trailing dash passes. */
const validateName = (name: string | undefined, path: string): FieldError[] =>
  (name ? nameIsDnsSubdomain(name, true).map(complaint => invalid(path, name, complaint)) : [required(path)])
