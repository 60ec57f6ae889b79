import { forbidden, notSupported, type FieldError } from '../../field-error.ts'

/** How a volume may be mounted; short names in the order in which they are printed. */
const shortNames: Record<string, string> =
  { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' }

export const formatAccessModes = (modes: readonly string[] | undefined): string =>
  Object.keys(shortNames).filter(mode => modes?.includes(mode)).map(mode => shortNames[mode]).join(',')

export function validateAccessModes(modes: readonly string[], path: string): FieldError[] {
  const supported = Object.keys(shortNames).sort(), once = 'ReadWriteOncePod'
  return [
    ...modes.filter(mode => !supported.includes(mode)).map(mode => notSupported(path, mode, supported)),
    ...modes.includes(once) && modes.some(mode => mode !== once && supported.includes(mode))
      ? [forbidden(path, 'may not use ReadWriteOncePod with other access modes')] : [],
  ]
}

/** The class of a volume or claim: the old annotation wins. */
export const storageClassOf = (object: {
  metadata: { annotations?: Readonly<Record<string, string>> }; spec?: { storageClassName?: string }
}): string => object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? object.spec?.storageClassName ?? ''
