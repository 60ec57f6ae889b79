import { same } from '../../edit.ts'
import { forbidden, invalid, required, tooLong, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { VolumeAttachment, VolumeAttachmentSource, VolumeError } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateInlineVolumeSpec } from '../core/persistentvolumes-validate.ts'
import { goVolumeAttachmentSpec } from '../pod/go-pod-spec.ts'
import { validateCsiDriverName } from '../pod/validate-volume-sources.ts'
import { byteLength, isDns1123Subdomain, rangeComplaint } from '../validation/names.ts'
import { complain, immutableComplaint } from '../validation/values.ts'
import { notProvisioned } from './provisioning.ts'

export const volumeAttachments = defineKind<VolumeAttachment>({
  group: 'storage.k8s.io', version: 'v1', kind: 'VolumeAttachment',
  plural: 'volumeattachments', singular: 'volumeattachment', namespaced: false,
  schema: 'storage.v1.VolumeAttachment',
  requiresResourceVersion: true,
  returnsDeleted: true,
  subresources: { status: true },
  notSimulated: notProvisioned,
  prepareForCreate(draft) {
    draft.status = { attached: false }
  },
  validate: (next, old) => [
    ...validate(next),
    ...old && !same(next.spec, old.spec) ? [invalid('spec', goVolumeAttachmentSpec(next.spec), immutableComplaint)] : [],
  ],
  columns: [
    nameColumn,
    { ...textColumn<VolumeAttachment>('Attacher', ({ spec }) => spec.attacher), format: 'name' },
    textColumn('PV', ({ spec }) => spec.source?.persistentVolumeName ?? ''),
    textColumn('Node', ({ spec }) => spec.nodeName),
    { name: 'Attached', type: 'boolean', value: ({ status }) => status?.attached ?? false },
    ageColumn,
  ],
})

/** storage/validation ValidateVolumeAttachment, 1.36. */
function validate({ spec, status }: Readonly<VolumeAttachment>): FieldError[] {
  const { attacher = '', source, nodeName = '' } = spec ?? {}, name = source?.persistentVolumeName
  const size = Object.entries(status?.attachmentMetadata ?? {}).reduce((sum, [key, value]) =>
    sum + byteLength(key) + byteLength(value), 0)
  return [
    ...validateCsiDriverName(attacher, 'spec.attacher'),
    ...validateSource(source ?? {}, 'spec.source'),
    ...complain('spec.nodeName', nodeName, isDns1123Subdomain(nodeName)),
    ...size > 256 * 1024 ? [tooLong('status.attachmentMetadata', 256 * 1024)] : [],
    ...validateError(status?.attachError, 'status.attachError'),
    ...validateError(status?.detachError, 'status.detachError'),
    ...name === undefined ? [] : complain('spec.source.persistentVolumeName', name, isDns1123Subdomain(name)),
  ]
}

function validateSource(
  { persistentVolumeName: name, inlineVolumeSpec }: Readonly<VolumeAttachmentSource>, path: string,
): FieldError[] {
  const exactlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  if (name === undefined) {
    return inlineVolumeSpec ? validateInlineVolumeSpec(inlineVolumeSpec, `${path}.inlineVolumeSpec`) : [required(path, exactlyOne)]
  }
  if (inlineVolumeSpec) return [forbidden(path, exactlyOne)]
  return name === '' ? [required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')] : []
}

function validateError(error: Readonly<VolumeError> | undefined, path: string): FieldError[] {
  if (!error) return []
  const { message = '', errorCode = 0 } = error
  return [
    // The limit that upstream names is another one than it checks.
    ...byteLength(message) > 1024 ? [tooLong(`${path}.message`, 256 * 1024)] : [],
    ...errorCode < 0 ? [invalid(`${path}.errorCode`, errorCode, rangeComplaint(0, 2 ** 31 - 1))] : [],
  ]
}
