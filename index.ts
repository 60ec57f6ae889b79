/** What users of the library import. */
export { startCluster, type Cluster, type ClusterOptions } from './cluster.ts'
export { ManualClock, systemClock } from './clock.ts'
export { StatusError } from './api/status.ts'
export type { Clock } from './api/clock.ts'
export type { Client, DeleteOptions, ListOptions, PatchOptions, WatchEvent, WatchOptions, WriteOptions } from './api/client.ts'
export type { KubeObject, KubeList, Draft, ObjectMeta } from './api/object.ts'
export type { Kind } from './api/kind.ts'
export { builtInKinds } from './api/kinds/index.ts'
