import type { Clock } from '../../api/clock.ts'
import { same, share } from '../../api/edit.ts'
import type { FieldError } from '../../api/field-error.ts'
import type { Kind, KindContext } from '../../api/kind.ts'
import { groupsWithStandardFinalizers, nameIsDnsSubdomain, nameIsPathSegment, validateObjectMeta } from '../../api/kinds/validation/object-meta.ts'
import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import type { Random } from '../../api/random.ts'
import { applySchemaDefaults } from '../../api/schema/defaults.ts'
import { normalize } from '../../api/schema/decode.ts'
import { schemaOf } from '../../api/schema/table.ts'
import {
  alreadyExistsError, badRequest, conflictError, invalidError, modifiedMeanwhile, notFoundError, StatusError,
} from '../../api/status.ts'
import type { AdmissionRequest } from '../admission/admission.ts'
import { storePath } from '../parse-request.ts'
import { has } from '../patch/field-set.ts'
import { keepTimes } from '../patch/managed-fields.ts'
import { fieldElement } from '../patch/path-element.ts'
import { resetFields } from '../patch/reset-fields.ts'
import { CommitConflict, type Store, type Stored } from '../store/store.ts'
import { systemMetadata, updatedMetadata } from './metadata.ts'
import { dropDoubleOwners } from './owners.ts'
import { updateErrors } from './update-errors.ts'
import { showStored, toStored, unstored } from './versions.ts'
import type { Annotate } from '../request.ts'
import type { UserInfo } from '../user.ts'

/** What a write needs to know besides the object. */
export interface WriteContext {
  kind: Kind
  namespace?: string
  subresource: string
  user: UserInfo
  dryRun: boolean
  /** Whether the client said what is to change, not how the whole is to be. */
  patches?: true
  /** Brings the managed fields up to date; `live` is undefined on create. Gets the object with schema and code defaults in. */
  track(next: KubeObject, live: Readonly<KubeObject> | undefined): void
  warn(text: string): void
  annotate?: Annotate
}

/** What kinds need beyond their own rules while they are written: addresses and ports of services. */
export interface ResourceHook {
  plural: string
  group: string
  /** Runs before validation, may change the draft; `undo` gives back what was reserved when the write fails. */
  begin(draft: KubeObject, old: Readonly<KubeObject> | undefined, dryRun: boolean): { undo(): void } | undefined
  /** Runs after a write has been stored. */
  stored?(object: Readonly<KubeObject>, old: Readonly<KubeObject> | undefined): void | Promise<void>
  deleted?(object: Readonly<KubeObject>): void | Promise<void>
}

export interface LifecycleOptions {
  store: Store
  clock: Clock
  random: Random
  /** Mutating, then validating admission. */
  mutate(request: AdmissionRequest): void | Promise<void>
  validate(request: AdmissionRequest): void | Promise<void>
  hooks: readonly ResourceHook[]
  /** Throws 403 when a role or a binding would grant more than the user has. */
  checkGrant(draft: Readonly<KubeObject>, old: Readonly<KubeObject> | undefined, context: WriteContext): void
  /** Whether kinds that nothing here acts upon are warned about. */
  simulationWarnings: boolean
}

/** How often a write that somebody else overtook starts anew before it gives up. */
const retries = 20

export type Lifecycle = ReturnType<typeof createLifecycle>

/**
 * What is the same for every kind when it is created and updated: defaults → managed fields → admission → prepare → validate →
 * admission → commit, in the order of upstream's handlers and registry (apiserver, registry/generic and registry/rest, 1.36).
 */
export function createLifecycle({ store, clock, random, mutate, validate, hooks, checkGrant, simulationWarnings }: LifecycleOptions) {
  const hookOf = (kind: Kind) => hooks.find(hook => hook.plural === kind.plural && hook.group === kind.group)

  function settleDefaults(kind: Kind, draft: KubeObject): void {
    applySchemaDefaults(schemaOf(kind.schema), draft)
    kind.defaults?.(draft)
  }

  const admission = (context: WriteContext, operation: 'CREATE' | 'UPDATE', name: string, object: KubeObject,
    old?: Readonly<KubeObject>): AdmissionRequest => ({
    operation, kind: context.kind, subresource: context.subresource, name, namespace: context.namespace, object, old,
    user: context.user, dryRun: context.dryRun, warn: context.warn, annotate: context.annotate,
  })

  /** Stores a new object. `draft` is fresh out of the decoder and owned by this call. */
  async function create(draft: KubeObject, context: WriteContext): Promise<Stored> {
    const { kind, namespace } = context
    const generated = !draft.metadata.name && draft.metadata.generateName
    for (let attempt = 0; ; attempt++) {
      // Another name is drawn when the generated one is taken (upstream: 8 tries).
      const object = attempt === 0 && !generated ? draft : structuredClone(draft)
      try {
        return await createOnce(object, { ...context, kind, namespace })
      } catch (error) {
        if (generated && attempt < 7 && error instanceof StatusError && error.reason === 'AlreadyExists') continue
        throw error
      }
    }
  }

  async function createOnce(draft: KubeObject, context: WriteContext): Promise<Stored> {
    const { kind, namespace, dryRun } = context
    const sentVersion = draft.metadata.resourceVersion ?? ''
    settleDefaults(kind, draft)
    // What the server alone decides is not the client's, so he does not come to manage it.
    for (const name of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const) delete draft.metadata[name]
    dropDoubleOwners(draft, context.warn, false)
    context.track(draft, undefined)
    const request = admission(context, 'CREATE', draft.metadata.name ?? '', draft)
    await mutate(request)
    checkGrant(draft, undefined, context)

    const now = clock.now()
    const meta = systemMetadata(kind, namespace, draft.metadata, now, random.uuid())
    draft.metadata = meta
    request.object = draft
    if (!meta.name && meta.generateName) {
      meta.name = kind.namedAsAsked ? meta.generateName : meta.generateName.slice(0, 58) + random.suffix(5)
    }
    const facts: KindContext = { now, subresource: '', user: context.user }
    const reserved = hookOf(kind)?.begin(draft, undefined, dryRun)
    try {
      kind.prepareForCreate?.(draft, facts)
      const own = kind.validate?.(draft, undefined, facts) ?? []
      const errors = !kind.validatesMetadata ? [...metadataErrors(kind, meta), ...own]
        : own.length ? own : validateObjectMeta(meta, kind.namespaced, nameIsPathSegment, 'metadata')
      if (errors.length) throw invalidError(kind.storedAs?.kind ?? kind, meta.name ?? '', errors)
      for (const text of kind.warnings?.(draft, undefined) ?? []) context.warn(text)
      if (kind.notSimulated && simulationWarnings) context.warn(notSimulatedText(kind))
      request.name = meta.name
      await validate(request)
      // What is not stored is not compared either (registry/generic, DryRunnableStorage).
      if (!dryRun && sentVersion !== '' && sentVersion !== '0') {
        throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created')
      }
      const path = storePath(kind, namespace, meta.name)
      const taken = store.get(path)
      if (taken) throw nameTaken(kind, meta.name, taken)
      const made = normalize(schemaOf(kind.schema), draft)
      if (dryRun) return unstored(path, sentVersion === '' ? made : { ...made, metadata: { ...made.metadata, resourceVersion: sentVersion } })
      const stored = showStored(kind, await store.commit(path, 0, toStored(kind, made)))
      await hookOf(kind)?.stored?.(stored.object, undefined)
      return stored
    } catch (error) {
      reserved?.undo()
      if (error instanceof CommitConflict && error.current) throw nameTaken(kind, meta.name, error.current)
      throw error
    }
  }

  function metadataErrors(kind: Kind, meta: ObjectMeta): FieldError[] {
    return validateObjectMeta(meta, kind.namespaced, kind.validateName ?? nameIsDnsSubdomain, 'metadata', finalizerRules(kind))
  }

  /**
   * Replaces an object by what `produce` makes of its newest version; starts anew when somebody else wrote meanwhile. An object
   * that says which version it replaces then no longer fits and gives the conflict. `produce` may be called several times and
   * returns an object of its own.
   */
  async function update(name: string, context: WriteContext, produce: (live: Readonly<KubeObject>) => KubeObject | Promise<KubeObject>): Promise<Stored> {
    const { kind, namespace } = context
    const path = storePath(kind, namespace, name)
    for (let attempt = 0; ; attempt++) {
      const current = store.get(path)
      if (!current) throw notFoundError(kind, name)
      const live = showStored(kind, current).object
      const draft = await produce(live)
      const asked = draft.metadata.resourceVersion ?? ''
      const versioned = asked !== '' && asked !== '0'
      if (versioned && !/^\d+$/.test(asked)) {
        throw new StatusError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`)
      }
      if (versioned && asked !== live.metadata.resourceVersion) throw conflictError(kind, name, modifiedMeanwhile)
      if (!versioned && kind.requiresResourceVersion) {
        throw invalidError({ group: kind.group, kind: kind.plural }, name,
          [{ type: 'FieldValueInvalid', field: 'metadata.resourceVersion', message: 'Invalid value: 0: must be specified for an update' }])
      }
      try {
        return await updateOnce(current, live, draft, name, path, context)
      } catch (error) {
        if (!(error instanceof CommitConflict)) throw error
        if (!error.current) throw notFoundError(kind, name)
        if (attempt >= retries) throw conflictError(kind, name, modifiedMeanwhile)
      }
    }
  }

  async function updateOnce(current: Stored, live: Readonly<KubeObject>, draft: KubeObject, name: string, path: string,
    context: WriteContext): Promise<Stored> {
    const { kind, subresource, dryRun } = context
    settleDefaults(kind, draft)
    keepOtherParts(kind, subresource, draft, live)
    draft.metadata = updatedMetadata(statusAlone(kind, subresource) ? { ...live.metadata, managedFields: draft.metadata.managedFields } : draft.metadata, live.metadata)
    if (!context.patches) dropDoubleOwners(draft, context.warn, false)
    context.track(draft, live)
    const request = admission(context, 'UPDATE', name, draft, live)
    await mutate(request)
    dropDoubleOwners(draft, context.warn, true)
    checkGrant(draft, live, context)

    const facts: KindContext = { now: clock.now(), subresource, user: context.user }
    const reserved = subresource === '' ? hookOf(kind)?.begin(draft, live, dryRun) : undefined
    try {
      kind.prepareForUpdate?.(draft, live, facts)
      shareParts(draft, live)
      if (kind.hasGeneration && subresource !== 'status' && draft.metadata.generation === live.metadata.generation && specChanged(draft, live)) {
        draft.metadata.generation = (live.metadata.generation ?? 0) + 1
      }
      const errors = updateErrors(kind, subresource, draft, live, kind.validate?.(draft, live, facts) ?? [])
      if (errors.length) throw invalidError(kind.storedAs?.kind ?? kind, name, errors)
      const texts = subresource === '' ? kind.warnings?.(draft, live) : subresource === 'status' ? kind.statusWarnings?.(draft) : undefined
      for (const text of texts ?? []) context.warn(text)
      await validate(request)
      if (dryRun) {
        const made = normalize(schemaOf(kind.schema), draft)
        return unstored(path, { ...made, metadata: { ...made.metadata, resourceVersion: live.metadata.resourceVersion } })
      }
      // Nothing stored has one any more; only a dry run shows what was sent.
      delete draft.metadata.selfLink
      const kept = keepTimes(live, draft)
      if (kept) draft.metadata.managedFields = kept
      const next = normalize(schemaOf(kind.schema), draft)
      if (same(next, live)) return showStored(kind, current)
      const { metadata } = draft
      if (live.metadata.deletionTimestamp && !metadata.finalizers?.length && !live.metadata.deletionGracePeriodSeconds && finished(next)) {
        // The last finalizer is gone: this update is the deletion.
        const last = await store.commit(path, current.revision, undefined)
        await hookOf(kind)?.deleted?.(last.object)
        return unstored(path, { ...next, metadata: { ...metadata, resourceVersion: live.metadata.resourceVersion } })
      }
      const stored = showStored(kind, await store.commit(path, current.revision, toStored(kind, next)))
      await hookOf(kind)?.stored?.(stored.object, live)
      return stored
    } catch (error) {
      reserved?.undo()
      throw error
    }
  }

  return { create, update, settleDefaults }
}

/** Whether a write to this part leaves labels and annotations alone as well, as most of upstream's status strategies do. */
const statusAlone = (kind: Kind, subresource: string) => subresource === 'status' && has(resetFields(kind, subresource), [fieldElement('metadata')])

/** A kind that does not look at its metadata has no rules of its own for finalizers. */
const finalizerRules = ({ group, validateName }: Kind) =>
  ({ standardFinalizers: groupsWithStandardFinalizers.has(group) && validateName !== nameIsPathSegment })

/** A namespace goes only when its own finalizers are gone as well. */
const finished = (object: KubeObject & { spec?: { finalizers?: string[] } }) =>
  object.kind !== 'Namespace' || !object.spec?.finalizers?.length

function nameTaken(kind: Kind, name: string, taken: Stored): StatusError {
  const error = alreadyExistsError(kind, name)
  if (!taken.object.metadata.deletionTimestamp) return error
  return new StatusError(409, 'AlreadyExists', `object is being deleted: ${error.message}`, error.status.details)
}

/** The text of the warning for what is accepted but not acted upon. */
export const notSimulatedText = (kind: Kind): string => `${kind.kind} is stored but not simulated: ${kind.notSimulated}`

/** A write to the object leaves its status alone, one to the status leaves all else alone; an approval is part of the status. */
function keepOtherParts(kind: Kind, subresource: string, draft: KubeObject, live: Readonly<KubeObject>): void {
  const next = draft as unknown as Record<string, unknown>, old = live as unknown as Record<string, unknown>
  if (subresource === 'status') {
    for (const key of new Set([...Object.keys(next), ...Object.keys(old)])) {
      if (key === 'status' || key === 'metadata') continue
      if (old[key] === undefined) delete next[key]
      else next[key] = old[key]
    }
  } else if (kind.subresources?.status && subresource !== 'approval') {
    if (old.status === undefined) delete next.status
    else next.status = old.status
  }
}

/** Nothing changes the draft's parts from here on: what is alike becomes the stored object's own and need not be looked into. */
function shareParts(draft: KubeObject, live: Readonly<KubeObject>): void {
  const next = draft as unknown as Record<string, unknown>, old = live as unknown as Record<string, unknown>
  for (const key of Object.keys(next)) if (key !== 'metadata') next[key] = share(next[key], old[key])
}

/** Whether anything but metadata and status differs. */
function specChanged(next: KubeObject, old: Readonly<KubeObject>): boolean {
  const a = next as unknown as Record<string, unknown>, b = old as unknown as Record<string, unknown>
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (key !== 'metadata' && key !== 'status' && !same(a[key], b[key])) return true
  }
  return false
}

/** Throws when the body's namespace is not the URL's (upstream: EnsureObjectNamespaceMatchesRequestNamespace). */
export function checkNamespace(kind: Kind, draft: KubeObject, namespace: string | undefined): void {
  if (!kind.namespaced) delete draft.metadata.namespace
  else if (draft.metadata.namespace && draft.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
}
