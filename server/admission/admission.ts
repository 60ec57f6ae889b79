import type { Clock } from '../../api/clock.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Random } from '../../api/random.ts'
import type { Attributes } from '../authorization/attributes.ts'
import type { Decision } from '../authorization/authorizer.ts'
import type { Annotate } from '../request.ts'
import type { UserInfo } from '../user.ts'

/** What admission plug-ins may look at while they decide. Reads come from memory; what is returned is frozen. */
export interface World {
  clock: Clock
  random: Random
  get<T extends KubeObject>(kind: Kind<T>, name: string, namespace?: string): Readonly<T> | undefined
  list<T extends KubeObject>(kind: Kind<T>, namespace?: string): Readonly<T>[]
  /** Whether somebody may do something else, where one thing takes the right to another. */
  authorize(attributes: Attributes): Decision
  /** Writes on the plug-in's own behalf (quota usage), past admission. */
  update<T extends KubeObject>(kind: Kind<T>, object: T): Promise<void>
}

export interface AdmissionRequest {
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  kind: Kind
  /** '' for the object itself. */
  subresource: string
  name: string
  namespace?: string
  /** The object as it would be stored, open to change while mutating; undefined on DELETE. */
  object?: KubeObject
  old?: Readonly<KubeObject>
  user: UserInfo
  dryRun: boolean
  /** Adds a `Warning:` header to the answer. */
  warn(text: string): void
  /** Notes something for the audit event; undefined where none is kept. */
  annotate?: Annotate
}

/** One admission plug-in is one file with this shape; refusals are thrown StatusErrors. Order: server/admission/index.ts. */
export interface AdmissionPlugin {
  name: string
  /** Changes `request.object` in place. */
  mutate?(request: AdmissionRequest, world: World): void | Promise<void>
  validate?(request: AdmissionRequest, world: World): void | Promise<void>
}
