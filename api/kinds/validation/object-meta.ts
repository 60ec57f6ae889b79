import { forbidden, invalid, required, tooLong, type FieldError } from '../../field-error.ts'
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../../object.ts'
import { isQualifiedName, validateAnnotations, validateLabels } from './labels.ts'
import { byteLength, isDns1035Label, isDns1123Label, isDns1123Subdomain, isPathSegment, isPathSegmentPrefix, maxLengthComplaint } from './names.ts'
import { complain, validateImmutable, validateNonnegative } from './values.ts'

/** Metadata of any object (apimachinery, api/validation/objectmeta, and core/validation, 1.36). */

/** Complaints about a name; with `prefix` it is a `generateName`, to which characters will be added. */
export type ValidateName = (name: string, prefix: boolean) => string[]

/** A trailing dash is fine in a `generateName`; upstream cuts two bytes and adds one, which is kept here. */
const maskTrailingDash = (name: string) => (name.length > 1 && name.endsWith('-') ? `${Buffer.from(name).subarray(0, -2).toString()}a` : name)
const masked = (check: (name: string) => string[]): ValidateName => (name, prefix) =>
  check(prefix ? maskTrailingDash(name) : name)

export const nameIsDnsSubdomain = masked(isDns1123Subdomain)
export const nameIsDnsLabel = masked(isDns1123Label)
export const nameIsDns1035Label = masked(isDns1035Label)
/** What the declarative rules say of names: a `generateName` is not looked at, and too long is told in bytes. */
export const nameIsLongName: ValidateName = (name, prefix) => (prefix ? [] : isDns1123Subdomain(name)
  .map(complaint => (complaint === maxLengthComplaint(253) ? 'must be no more than 253 bytes' : complaint)))
export const nameIsPathSegment: ValidateName = (name, prefix) => (prefix ? isPathSegmentPrefix(name) : isPathSegment(name))

/**
 * The groups whose kinds also want every finalizer without a slash to be one of upstream's own; the others (leases, webhooks,
 * budgets, runtime classes, custom resources) take any qualified name.
 */
export const groupsWithStandardFinalizers: ReadonlySet<string> = new Set(['', 'apps', 'autoscaling', 'batch',
  'certificates.k8s.io',
  'discovery.k8s.io', 'events.k8s.io', 'flowcontrol.apiserver.k8s.io', 'networking.k8s.io', 'rbac.authorization.k8s.io', 'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io'])

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

function validateStandardFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  return (finalizers ?? []).flatMap((finalizer, i) => (finalizer.includes('/') || standardFinalizers.has(finalizer) ? []
    : [invalid(`${path}[${i}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')]))
}

/** Metadata of a new object; a name has been generated already if one was to be. */
export function validateObjectMeta(
  meta: Readonly<Partial<ObjectMeta>>, namespaced: boolean, validateName: ValidateName, path: string,
  options: { standardFinalizers?: boolean } = {},
): FieldError[] {
  const errors: FieldError[] = []
  if (meta.generateName) {
    for (const complaint of validateName(meta.generateName, true)) {
      errors.push(invalid(`${path}.generateName`, meta.generateName, complaint))
    }
  }
  if (!meta.name) errors.push(required(`${path}.name`, 'name or generateName is required'))
  else for (const complaint of validateName(meta.name, false)) errors.push(invalid(`${path}.name`, meta.name, complaint))
  if (namespaced) {
    if (!meta.namespace) errors.push(required(`${path}.namespace`))
    else for (const complaint of isDns1123Label(meta.namespace)) errors.push(invalid(`${path}.namespace`, meta.namespace,
      complaint))
  } else if (meta.namespace) {
    errors.push(forbidden(`${path}.namespace`, 'not allowed on this type'))
  }
  errors.push(
    ...validateNonnegative(meta.generation, `${path}.generation`),
    ...validateLabels(meta.labels, `${path}.labels`),
    ...validateAnnotations(meta.annotations, `${path}.annotations`),
    ...validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`),
    ...validateFinalizers(meta.finalizers, `${path}.finalizers`),
    ...validateManagedFields(meta.managedFields, `${path}.managedFields`),
  )
  if (options.standardFinalizers) errors.push(...validateStandardFinalizers(meta.finalizers, `${path}.finalizers`))
  return errors
}

/** Metadata of an object that replaces another. */
export function validateObjectMetaUpdate(
  next: Readonly<Partial<ObjectMeta>>, old: Readonly<Partial<ObjectMeta>>, path: string,
  options: { standardFinalizers?: boolean } = {},
): FieldError[] {
  const errors: FieldError[] = []
  if (old.deletionTimestamp) errors.push(...validateNoNewFinalizers(next.finalizers, old.finalizers, `${path}.finalizers`))
  if (!next.resourceVersion) errors.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'))
  if ((next.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid(`${path}.generation`, next.generation ?? 0, 'must not be decremented'))
  }
  for (const name of ['name', 'namespace', 'uid'] as const) {
    errors.push(...validateImmutable(next[name] ?? '', old[name] ?? '', `${path}.${name}`))
  }
  for (const name of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    errors.push(...validateImmutable(next[name], old[name], `${path}.${name}`))
  }
  errors.push(
    ...validateLabels(next.labels, `${path}.labels`),
    ...validateAnnotations(next.annotations, `${path}.annotations`),
    ...validateOwnerReferences(next.ownerReferences, `${path}.ownerReferences`),
    ...validateManagedFields(next.managedFields, `${path}.managedFields`),
  )
  if (options.standardFinalizers) errors.push(...validateStandardFinalizers(next.finalizers, `${path}.finalizers`))
  return errors
}

const printableOwner = (owner: OwnerReference) => ({
  apiVersion: owner.apiVersion ?? '', kind: owner.kind ?? '', name: owner.name ?? '', uid: owner.uid ?? '',
  ...(owner.controller === undefined ? {} : { controller: owner.controller }),
  ...(owner.blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion: owner.blockOwnerDeletion }),
})

export function validateOwnerReferences(owners: readonly OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  let controller = ''
  for (const owner of owners ?? []) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = owner
    // "v1", "apps/v1"; more than one slash is no version at all.
    const version = apiVersion.split('/').length > 2 ? '' : apiVersion.slice(apiVersion.indexOf('/') + 1)
    if (version === '') errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'))
    if (kind === '') errors.push(invalid(`${path}.kind`, kind, 'must not be empty'))
    if (name === '') errors.push(invalid(`${path}.name`, name, 'must not be empty'))
    if (uid === '') errors.push(invalid(`${path}.uid`, uid, 'must not be empty'))
    if (apiVersion === 'v1' && kind === 'Event') {
      errors.push(invalid(path, printableOwner(owner), '/v1, Kind=Event is disallowed from being an owner'))
    }
    if (!owner.controller) continue
    if (controller !== '') {
      errors.push(invalid(path, owners!.map(printableOwner), 'Only one reference can have Controller set to true. '
        + `Found "true" in references for ${controller} and ${kind}/${name}`))
    } else {
      controller = `${kind}/${name}`
    }
  }
  return errors
}

export function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  if (finalizers === undefined) return []
  const errors = finalizers.flatMap(finalizer => complain(path, finalizer, isQualifiedName(finalizer)))
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  }
  return errors
}

/** An object that is being deleted may lose finalizers only. */
export function validateNoNewFinalizers(
  next: readonly string[] | undefined, old: readonly string[] | undefined, path: string,
): FieldError[] {
  const added = [...new Set(next ?? [])].filter(finalizer => !old?.includes(finalizer)).sort()
  return added.length === 0 ? []
    : [forbidden(path, 'no new finalizers can be added if the object is being deleted, found new finalizers '
    + `[]string{${added.map(finalizer => JSON.stringify(finalizer)).join(', ')}}`)]
}

export function validateFieldManager(manager: string, path: string): FieldError[] {
  const errors = byteLength(manager) > 128 ? [tooLong(path, 128)] : []
  let position = 0
  for (const character of manager) {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
      errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`))
    }
    position += byteLength(character)
  }
  return errors
}

export function validateManagedFields(entries: readonly ManagedFieldsEntry[] | undefined, path: string): FieldError[] {
  return (entries ?? []).flatMap((entry, i) => {
    const at = `${path}[${i}]`, errors: FieldError[] = []
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      errors.push(invalid(`${at}.operation`, entry.operation ?? '', 'must be `Apply` or `Update`'))
    }
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1') {
      errors.push(invalid(`${at}.fieldsType`, entry.fieldsType, 'must be `FieldsV1`'))
    }
    errors.push(...validateFieldManager(entry.manager ?? '', `${at}.manager`))
    if (byteLength(entry.subresource ?? '') > 256) errors.push(tooLong(`${at}.subresource`, 256))
    return errors
  })
}
