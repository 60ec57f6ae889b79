import type { Clock } from '../../api/clock.ts'
import type { Random } from '../../api/random.ts'
import type { Authorize } from '../stages/authorize.ts'
import type { ApiRequest, ApiResponse } from '../request.ts'
import type { Deletion } from '../resources/deletion.ts'
import type { Lifecycle } from '../resources/lifecycle.ts'
import type { Registry } from '../resources/registry.ts'
import type { Store } from '../store/store.ts'

/** What verbs work with. */
export interface VerbTools {
  authorize: Authorize
  store: Store
  registry: Registry
  lifecycle: Lifecycle
  deletion: Deletion
  clock: Clock
  random: Random
}

/** A verb is one file with one function of this shape. */
export type VerbHandler = (request: ApiRequest, tools: VerbTools) => Promise<ApiResponse>
