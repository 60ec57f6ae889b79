import { forbidden, invalid, notSupported, required, tooLong, type FieldError } from '../api/field-error.ts'
import { badRequest, invalidError } from '../api/status.ts'
import { isTrue } from './parse-request.ts'

/** The options of a request as upstream reads, converts and validates them (apimachinery, meta/v1 and meta/internalversion). */
export interface WriteOptions {
  dryRun: boolean
  /** '' when the client named none: the User-Agent decides then. */
  fieldManager: string
  fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  force: boolean
}

export interface DeleteOptions {
  dryRun: boolean
  gracePeriodSeconds?: number
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  orphanDependents?: boolean
  preconditions?: { uid?: string; resourceVersion?: string }
}

export interface ListOptions {
  labelSelector: string
  fieldSelector: string
  resourceVersion: string
  resourceVersionMatch: '' | 'Exact' | 'NotOlderThan'
  limit: number
  continue: string
  /** Milliseconds; undefined when the client leaves it to the server. */
  timeoutMs?: number
  allowWatchBookmarks: boolean
  sendInitialEvents?: boolean
}

const optionsKind = (kind: string) => ({ group: 'meta.k8s.io', kind })

/** Options of create, update and patch; throws 422 with upstream's words. */
export function parseWriteOptions(query: URLSearchParams, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions', applies = false): WriteOptions {
  const errors: FieldError[] = []
  const fieldManager = query.get('fieldManager') ?? '', force = query.get('force')
  if (applies && !fieldManager) errors.push(required('fieldManager', 'is required for apply patch'))
  if (kind === 'PatchOptions' && !applies && force !== null) errors.push(forbidden('force', 'may not be specified for non-apply patch'))
  if (Buffer.byteLength(fieldManager) > 128) errors.push(tooLong('fieldManager', 128))
  let at = 0
  for (const character of fieldManager) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
      errors.push(invalid('fieldManager', fieldManager, `invalid character U+${code} (at position ${at})`))
    }
    at += Buffer.byteLength(character)
  }
  const dryRun = parseDryRun(query.getAll('dryRun'), errors)
  const fieldValidation = query.get('fieldValidation') ?? ''
  if (!['', 'Ignore', 'Strict', 'Warn'].includes(fieldValidation)) {
    errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']))
  }
  if (errors.length) throw invalidError(optionsKind(kind), '', errors)
  return { dryRun, fieldManager, fieldValidation: (fieldValidation || 'Warn') as WriteOptions['fieldValidation'], force: isTrue(force) }
}

function parseDryRun(values: readonly string[], errors: FieldError[]): boolean {
  if (values.some(value => value !== 'All')) errors.push(notSupported('dryRun', values, ['All']))
  return values.length > 0
}

/** Options of delete and deletecollection: the body's when there is one, else the query's. Throws 400 and 422 as upstream. */
export function parseDeleteOptions(query: URLSearchParams, body: Record<string, unknown> | undefined): DeleteOptions {
  const source = body ?? {
    ...(query.has('gracePeriodSeconds') ? { gracePeriodSeconds: parseInt64(query.get('gracePeriodSeconds')!) } : {}),
    ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') } : {}),
    ...(query.has('orphanDependents') ? { orphanDependents: isTrue(query.get('orphanDependents')) } : {}),
    ...(query.get('uid') || query.get('resourceVersion') ? { preconditions: {
      ...(query.get('uid') ? { uid: query.get('uid') } : {}),
      ...(query.get('resourceVersion') ? { resourceVersion: query.get('resourceVersion') } : {}),
    } } : {}),
    dryRun: query.getAll('dryRun'),
  }
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = source as unknown as DeleteOptions
  const errors: FieldError[] = []
  const present = (value: unknown) => value !== undefined && value !== null
  if (present(orphanDependents) && present(propagationPolicy)) {
    errors.push(invalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'))
  }
  if (present(propagationPolicy) && !['Foreground', 'Background', 'Orphan'].includes(String(propagationPolicy))) {
    errors.push(notSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil']))
  }
  const dryRun = parseDryRun(Array.isArray(source.dryRun) ? source.dryRun as string[] : [], errors)
  if (errors.length) throw invalidError(optionsKind('DeleteOptions'), '', errors)
  return {
    dryRun,
    ...(present(gracePeriodSeconds) ? { gracePeriodSeconds: Number(gracePeriodSeconds) } : {}),
    ...(present(propagationPolicy) ? { propagationPolicy } : {}),
    ...(present(orphanDependents) ? { orphanDependents } : {}),
    ...(preconditions ? { preconditions } : {}),
  }
}

/** Options of list, watch and deletecollection; throws 400 and 422 as upstream. */
export function parseListOptions(query: URLSearchParams, watch: boolean): ListOptions {
  const text = (name: string) => query.get(name) ?? ''
  const limit = query.has('limit') ? parseInt64(text('limit')) : 0
  const seconds = query.has('timeoutSeconds') ? parseInt64(text('timeoutSeconds')) : undefined
  const options: ListOptions = {
    labelSelector: text('labelSelector'),
    fieldSelector: text('fieldSelector'),
    resourceVersion: text('resourceVersion'),
    resourceVersionMatch: text('resourceVersionMatch') as ListOptions['resourceVersionMatch'],
    limit: Math.max(0, limit),
    continue: text('continue'),
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    ...(seconds !== undefined ? { timeoutMs: seconds * 1000 } : {}),
    ...(query.has('sendInitialEvents') ? { sendInitialEvents: isTrue(query.get('sendInitialEvents')) } : {}),
  }
  const errors = watch ? watchErrors(options) : listErrors(options)
  if (errors.length) throw invalidError(optionsKind('ListOptions'), '', errors)
  return options
}

const whenContinued = () => forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided')

function listErrors(options: ListOptions): FieldError[] {
  const errors: FieldError[] = [], match = options.resourceVersionMatch
  if (match) {
    if (!options.resourceVersion) {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    }
    if (options.continue) errors.push(whenContinued())
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']))
    }
    if (match === 'Exact' && options.resourceVersion === '0') {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    }
  }
  if (options.sendInitialEvents !== undefined) errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  return errors
}

function watchErrors(options: ListOptions): FieldError[] {
  const errors: FieldError[] = [], match = options.resourceVersionMatch
  // Upstream turns a watch without a version into one with initial events, which a continue token contradicts.
  const fromTheStart = match === '' && (options.resourceVersion === '' || options.resourceVersion === '0')
  if (options.sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(forbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  }
  if (match) {
    if (options.sendInitialEvents === undefined) {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
    }
    if (match !== 'NotOlderThan') errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']))
  }
  if (options.continue && (match || fromTheStart)) errors.push(whenContinued())
  return errors
}

/** An int64 of a query as Go's strconv reads it. */
function parseInt64(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  const value = Number(text)
  if (Math.abs(value) > 2 ** 63) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`)
  return value
}

/** A resource version as a number; `fail` makes the error of upstream's three different answers for one that is none. */
export function parseResourceVersion(text: string, fail: (detail: string) => Error): number {
  if (text === '') return 0
  if (!/^\d+$/.test(text)) throw fail(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)
  if (BigInt(text) > 2n ** 64n - 1n) throw fail(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`)
  return Number(text)
}
