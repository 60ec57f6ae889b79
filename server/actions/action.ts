import type { Clock } from '../../api/clock.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import type { NodeAccess } from '../../api/node-access.ts'
import type { World } from '../admission/admission.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import type { ResourceFacts } from '../discovery/subresources.ts'
import type { ApiRequest, ApiResponse } from '../request.ts'
import type { Deletion } from '../resources/deletion.ts'
import type { Registry } from '../resources/registry.ts'
import type { ReadToken } from '../stages/authenticate.ts'
import type { ServiceAccountTokens } from '../stages/service-account-tokens.ts'

/** A request to an action; resources that nothing stores (reviews, bindings) have no kind. */
export interface ActionRequest extends Omit<ApiRequest, 'kind'> {
  kind?: Kind
  group: string
  version: string
  plural: string
  /** What follows the subresource in the path (proxy). */
  rest: string
}

/** What actions work with. */
export interface ActionTools {
  world: World
  authorizer: Authorizer
  registry: Registry
  clock: Clock
  nodes: NodeAccess
  deletion: Deletion
  serviceAccountTokens: ServiceAccountTokens
  readToken: ReadToken
  /** The body decoded as the named kind of the table of fields, `authentication.v1.TokenRequest`; throws 400 and 415. */
  readBody(request: ActionRequest, kind: { group: string; version: string; kind: string; schema: string }): Promise<KubeObject>
  /**
   * Changes a stored object under its subresource's name, with admission, validation and managed fields; runs again when somebody
   * else wrote meanwhile. `change` edits the copy it gets and may throw.
   */
  change<T extends KubeObject>(request: ActionRequest, kind: Kind<T>, name: string, change: (draft: T) => void,
    options?: { dryRun?: boolean }): Promise<T>
}

/** An endpoint that is not storage: one file each, one line in server/actions/index.ts. */
export interface Action extends ResourceFacts {
  /** The methods of HTTP that it takes where they are more than its verbs have: what comes is passed on. */
  methods?: readonly string[]
  /** Text of the `Warning:` that every request gets. */
  deprecated?: string
  run(request: ActionRequest, tools: ActionTools): Promise<ApiResponse>
}
