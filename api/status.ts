import type { FieldError } from './field-error.ts'
import { qualifiedResource, type Kind } from './kind.ts'

/** Kubernetes' Status object and the error that carries it. One constructor for each reason, worded as upstream (apimachinery, api/errors, 1.36). */
export interface StatusCause { reason?: string; message?: string; field?: string }
export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: StatusCause[]
  retryAfterSeconds?: number
}
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, never>
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: StatusDetails
  code: number
}

export class StatusError extends Error {
  readonly status: Status
  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message)
    this.name = 'StatusError'
    this.status = {
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message,
      ...(reason ? { reason } : {}), ...(details ? { details } : {}), code,
    }
  }
  get code(): number { return this.status.code }
  get reason(): string { return this.status.reason ?? '' }
}

type Resource = Pick<Kind, 'group' | 'plural'>
/** `details` of a resource: upstream leaves the empty group out. `kind` holds the plural, as upstream's does. */
const about = (resource: Resource, name?: string): StatusDetails =>
  ({ ...(name ? { name } : {}), ...(resource.group ? { group: resource.group } : {}), kind: resource.plural })

export const isStatus = (error: unknown, reason: string): boolean => error instanceof StatusError && error.reason === reason
export const isNotFound = (error: unknown): boolean => isStatus(error, 'NotFound')
export const isConflict = (error: unknown): boolean => isStatus(error, 'Conflict')
export const isAlreadyExists = (error: unknown): boolean => isStatus(error, 'AlreadyExists')

export const notFoundError = (resource: Resource, name: string) =>
  new StatusError(404, 'NotFound', `${qualifiedResource(resource)} "${name}" not found`, about(resource, name))
export const alreadyExistsError = (resource: Resource, name: string) =>
  new StatusError(409, 'AlreadyExists', `${qualifiedResource(resource)} "${name}" already exists`, about(resource, name))
export const conflictError = (resource: Resource, name: string, why: string) =>
  new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`, about(resource, name))
/** The why of a lost compare-and-swap. */
export const modifiedMeanwhile = 'the object has been modified; please apply your changes to the latest version and try again'
export const forbiddenError = (resource: Resource, name: string, why: string) =>
  new StatusError(403, 'Forbidden', name ? `${qualifiedResource(resource)} "${name}" is forbidden: ${why}`
    : `${qualifiedResource(resource)} is forbidden: ${why}`, about(resource, name))
export const badRequest = (message: string, details?: StatusDetails) => new StatusError(400, 'BadRequest', message, details)
export const unauthorized = () => new StatusError(401, 'Unauthorized', 'Unauthorized')
export const methodNotAllowed = () =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
export const notAcceptable = (message: string, details?: StatusDetails) => new StatusError(406, 'NotAcceptable', message, details)
export const expired = (message: string) => new StatusError(410, 'Expired', message)
export const requestEntityTooLarge = (message: string) => new StatusError(413, 'RequestEntityTooLarge', message)
export const unsupportedMediaType = (message: string, details?: StatusDetails) => new StatusError(415, 'UnsupportedMediaType', message, details)
export const tooManyRequests = (message: string, retryAfterSeconds: number, causes?: StatusCause[]) =>
  new StatusError(429, 'TooManyRequests', message, { ...(causes ? { causes } : {}), ...(retryAfterSeconds ? { retryAfterSeconds } : {}) })
export const serviceUnavailable = (message: string) => new StatusError(503, 'ServiceUnavailable', message)
export const internalError = (message: string) =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })

/** 422 with every field error; one error stands alone, several in brackets, repeated ones once. */
export function invalidError(kind: Pick<Kind, 'group' | 'kind'>, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map(error => `${error.field}: ${error.message}`))]
  const qualified = kind.group ? `${kind.kind}.${kind.group}` : kind.kind
  return new StatusError(422, 'Invalid', `${qualified} "${name}" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes: errors.map(error => ({ reason: error.type, message: error.message, field: error.field })),
  })
}
