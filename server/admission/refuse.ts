import { forbiddenError, type StatusCause, StatusError } from '../../api/status.ts'
import type { AdmissionRequest } from './admission.ts'

/** Whether a request is about this resource itself, not about a part of it. */
export const isAbout = (request: AdmissionRequest, group: string, plural: string): boolean =>
  request.kind.group === group && request.kind.plural === plural && request.subresource === ''

/** 403 as admission words it (apiserver, admission.NewForbidden): an object that has no name yet is called by the start of it. */
export function refuse(request: AdmissionRequest, why: string, causes?: StatusCause[]): StatusError {
  const name = request.name || request.object?.metadata.name || request.object?.metadata.generateName || 'Unknown'
  const error = forbiddenError(request.kind, name, why)
  return causes ? new StatusError(403, 'Forbidden', error.message, { ...error.status.details, causes }) : error
}
