import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { defaultStorageClass, storageInUseProtection } from './storage.ts'
import { taintNodesByCondition } from './taint-nodes.ts'

/** The plug-ins that are on by default, in upstream's order (kubeapiserver, options/plugins, 1.36). */
export const defaultPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageInUseProtection,
  runtimeClass,
  // Last of all: what others refuse must cost nothing.
  resourceQuota,
]

/** Admission that may change the object: before the kind prepares and validates it. Refusals are thrown. */
export async function mutate(plugins: readonly AdmissionPlugin[], request: AdmissionRequest, world: World): Promise<void> {
  for (const plugin of plugins) {
    const pending = plugin.mutate?.(request, world)
    if (pending) await pending
  }
}

/** Admission that only says yes or no: after the object has been found valid. A DELETE comes here alone. */
export async function validate(plugins: readonly AdmissionPlugin[], request: AdmissionRequest, world: World): Promise<void> {
  for (const plugin of plugins) {
    const pending = plugin.validate?.(request, world)
    if (pending) await pending
  }
}
