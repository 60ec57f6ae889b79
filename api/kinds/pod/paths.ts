import { invalid, type FieldError } from '../../field-error.ts'

/** Rules about paths inside volumes (core/validation, 1.36). */

export function validateNoBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : []
}

/** Relative, and never out of its folder. */
export function validateLocalDescendingPath(path: string, field: string): FieldError[] {
  return [...(path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []), ...validateNoBacksteps(path, field)]
}

/** As above, and no name that starts with the dots which volumes use for their own. */
export function validateLocalNonReservedPath(path: string, field: string): FieldError[] {
  const reserved = path.startsWith('..') && !path.startsWith('../')
  return [...validateLocalDescendingPath(path, field), ...(reserved ? [invalid(field, path, "must not start with '..'")] : [])]
}

/** Permissions of files: 0 to 0777. */
export function validateFileMode(mode: number | undefined, field: string): FieldError[] {
  return mode !== undefined && (mode > 0o777 || mode < 0)
    ? [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')] : []
}
