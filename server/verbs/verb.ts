import type { Clock } from '../../api/clock.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Random } from '../../api/random.ts'
import type { ApiRequest, ApiResponse } from '../request.ts'
import type { Deletion } from '../resources/deletion.ts'
import type { Lifecycle } from '../resources/lifecycle.ts'
import type { Registry } from '../resources/registry.ts'
import type { Store } from '../store/store.ts'

/** What verbs work with. */
export interface VerbTools {
  store: Store
  registry: Registry
  lifecycle: Lifecycle
  deletion: Deletion
  clock: Clock
  random: Random
  /** Whether kinds that nothing acts upon are warned about. */
  simulationWarnings: boolean
}

/** A verb is one file with one function of this shape. */
export type VerbHandler = (request: ApiRequest, tools: VerbTools) => Promise<ApiResponse>

/** Part of an object that has a life of its own under a path: `deployments/scale`. Each is one file in verbs/subresources/. */
export interface SubresourceView {
  kind: Kind
  /** The object as the subresource shows it. */
  read(object: Readonly<KubeObject>): KubeObject
}
