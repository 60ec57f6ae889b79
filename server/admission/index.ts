import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { certificateApproval, certificateSigning } from './certificate-signers.ts'
import { certificateSubjectRestriction } from './certificate-subject.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { defaultIngressClass } from './ingress-class.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { nodeRestriction } from './node-restriction.ts'
import { podSecurity } from './pod-security/pod-security.ts'
import { podTopologyLabels } from './pod-topology-labels.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { claimResize, defaultStorageClass, storageInUseProtection } from './storage.ts'
import { taintNodesByCondition } from './taint-nodes.ts'

/** The plug-ins that are on by default and NodeRestriction, in upstream's order (kubeapiserver, options/plugins, 1.36). */
export const defaultPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageInUseProtection,
  claimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
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
