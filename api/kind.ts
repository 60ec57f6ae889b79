import type { FieldError } from './field-error.ts'
import type { KubeObject } from './object.ts'

/** A column of `kubectl get`, as upstream's printers define it. */
export interface Column<T extends KubeObject = KubeObject> {
  name: string
  type: 'string' | 'integer' | 'date' | 'boolean' | 'number'
  format?: 'name' | 'date' | 'date-time'
  /** 1 = shown only with `-o wide`. */
  priority?: number
  description?: string
  /** A cell that the rows have and the definitions don't: upstream's printer of this kind adds more cells than it names. */
  unnamed?: true
  /** The cell; ages are computed against `now` (see api/duration.ts). */
  value(object: Readonly<T>, now: Date): string | number | boolean | null
}

/** The text of a field that a selector may ask for. (Written as a method, so that a kind of pods passes for a kind of objects.) */
export type SelectableField<T extends KubeObject> = { read(object: Readonly<T>): string }['read']

/** Where the scale subresource finds its numbers, as in a CRD's `subresources.scale`. */
export interface ScalePaths { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string }

/** Where the built-in workloads have them. */
export const scaleOfReplicas: ScalePaths =
  { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.spec.selector' }

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch'

/** What a kind may know besides the two objects when it validates or prepares. */
export interface KindContext {
  now: Date
  /** The subresource that is written, '' for the object itself. */
  subresource: string
  /** Who writes, where that is known. */
  user?: Readonly<{ name: string; uid?: string; groups: readonly string[]; extra?: Readonly<Record<string, readonly string[]>> }>
}

/**
 * What makes one kind different; server/resources/lifecycle.ts holds what is the same for all:
 * decode → schema defaults → defaults → prepare → admit → validate → commit.
 * The functions may change `draft` in place; they never keep it.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  group: string
  version: string
  kind: string
  plural: string
  singular: string
  namespaced: boolean
  shortNames?: readonly string[]
  categories?: readonly string[]
  /** Name in the table of fields, as `core.v1.Pod`. */
  schema: string
  /** Verbs served; all eight unless the kind says otherwise. */
  verbs?: readonly Verb[]
  /** PUT to a name that does not exist creates it (upstream: AllowCreateOnUpdate). */
  createOnUpdate?: boolean
  /** A generateName is the name: nothing is drawn (upstream: a NameGenerator of its own). */
  namedAsAsked?: boolean
  /** An update without resourceVersion is refused (upstream: AllowUnconditionalUpdate is false). */
  requiresResourceVersion?: boolean
  /** How a name must look; DNS subdomain unless the kind says otherwise. Returns upstream's complaints, none when fine. */
  validateName?(name: string, prefix: boolean): string[]
  /** `metadata.generation` starts at 1 and grows with every change outside metadata and status. */
  hasGeneration?: boolean
  /** A DELETE without a propagation policy orphans the dependents (upstream: DefaultGarbageCollectionPolicy). */
  orphansByDefault?: boolean
  /** Told to whoever deletes without saying what is to become of the dependents. */
  deletionWarning?: string
  /** A DELETE at once answers with the object instead of a Status (upstream: ReturnDeletedObject). */
  returnsDeleted?: boolean
  /** Two kinds, one storage: this kind's objects are stored as that one's (`autoscaling/v1` HPA, `events.k8s.io` Event). */
  storedAs?: { kind: Kind<any>; fromStored(object: any): T; toStored(object: T): any }
  /** The version upstream stores, where it is another than this one: nothing but discovery tells. */
  storageVersion?: string
  defaults?(draft: T): void
  prepareForCreate?(draft: T, context: KindContext): void
  prepareForUpdate?(draft: T, old: Readonly<T>, context: KindContext): void
  /**
   * All that is wrong with the rest of the object, in upstream's order; `old` is there on update. The metadata is validated by the
   * lifecycle, before this, with `validateName`: don't do it again.
   */
  validate?(next: Readonly<T>, old: Readonly<T> | undefined, context: KindContext): FieldError[]
  /**
   * On create `validate` alone says what is wrong, about the metadata too; only where it finds nothing the metadata is looked at as
   * any object's, whose name may be any segment of a path (upstream: rest.BeforeCreate).
   */
  validatesMetadata?: boolean
  /** Texts for `Warning:` headers. */
  warnings?(next: Readonly<T>, old: Readonly<T> | undefined): string[]
  /** The same for a write of the status alone. */
  statusWarnings?(next: Readonly<T>): string[]
  columns?: readonly Column<T>[]
  /** The order of the rows when a list is shown as a table, where upstream's printer sorts them. */
  rowOrder?(a: Readonly<T>, b: Readonly<T>): number
  /** Fields selectable besides metadata.name and metadata.namespace. */
  selectableFields?: Record<string, SelectableField<T>>
  subresources?: { status?: true; scale?: ScalePaths }
  /** The `Warning:` of every request to a kind that upstream has given up: `v1 Endpoints is deprecated in v1.33+; use …`. */
  deprecated?: string
  /** What no part of this cluster acts upon yet, as a short clause for a warning: `no ingress controller runs: no traffic is routed`. */
  notSimulated?: string
  /** Seconds that a DELETE waits by default before the object goes (pods only; others go at once). */
  gracePeriodSeconds?(object: Readonly<T>, asked: number | undefined): number
}

/** Identity; gives a kind's file the types of its object. */
export function defineKind<T extends KubeObject>(kind: Kind<T>): Kind<T> { return kind }

export function apiVersionOf(kind: { group: string; version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
}

/** `deployments.apps`, `pods`: how messages name a resource. */
export function qualifiedResource(kind: { group: string; plural: string }): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`
}
