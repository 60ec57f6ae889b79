import { defineKind } from '../../kind.ts'
import type { VolumeAttachment } from '../../schema/generated/types.ts'

export const volumeAttachments = defineKind<VolumeAttachment>({
  group: 'storage.k8s.io', version: 'v1', kind: 'VolumeAttachment',
  plural: 'volumeattachments', singular: 'volumeattachment', namespaced: false,
  schema: 'storage.v1.VolumeAttachment',
  requiresResourceVersion: true,
  subresources: { status: true },
})
