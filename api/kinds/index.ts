import type { Kind } from '../kind.ts'
import { mutatingAdmissionPolicies } from './admissionregistration/mutatingadmissionpolicies.ts'
import { mutatingAdmissionPolicyBindings } from './admissionregistration/mutatingadmissionpolicybindings.ts'
import { mutatingWebhookConfigurations } from './admissionregistration/mutatingwebhookconfigurations.ts'
import { validatingAdmissionPolicies } from './admissionregistration/validatingadmissionpolicies.ts'
import { validatingAdmissionPolicyBindings } from './admissionregistration/validatingadmissionpolicybindings.ts'
import { validatingWebhookConfigurations } from './admissionregistration/validatingwebhookconfigurations.ts'
import { customResourceDefinitions } from './apiextensions/customresourcedefinitions.ts'
import { apiServices } from './apiregistration/apiservices.ts'
import { controllerRevisions } from './apps/controllerrevisions.ts'
import { daemonSets } from './apps/daemonsets.ts'
import { deployments } from './apps/deployments.ts'
import { replicaSets } from './apps/replicasets.ts'
import { statefulSets } from './apps/statefulsets.ts'
import { horizontalPodAutoscalersV1 } from './autoscaling/horizontalpodautoscalers-v1.ts'
import { horizontalPodAutoscalers } from './autoscaling/horizontalpodautoscalers.ts'
import { cronJobs } from './batch/cronjobs.ts'
import { jobs } from './batch/jobs.ts'
import { certificateSigningRequests } from './certificates/certificatesigningrequests.ts'
import { leases } from './coordination/leases.ts'
import { configMaps } from './core/configmaps.ts'
import { endpoints } from './core/endpoints.ts'
import { events } from './core/events.ts'
import { limitRanges } from './core/limitranges.ts'
import { namespaces } from './core/namespaces.ts'
import { nodes } from './core/nodes.ts'
import { persistentVolumeClaims } from './core/persistentvolumeclaims.ts'
import { persistentVolumes } from './core/persistentvolumes.ts'
import { pods } from './core/pods.ts'
import { podTemplates } from './core/podtemplates.ts'
import { replicationControllers } from './core/replicationcontrollers.ts'
import { resourceQuotas } from './core/resourcequotas.ts'
import { secrets } from './core/secrets.ts'
import { serviceAccounts } from './core/serviceaccounts.ts'
import { services } from './core/services.ts'
import { endpointSlices } from './discovery/endpointslices.ts'
import { eventsV1Events } from './events/events.ts'
import { flowSchemas } from './flowcontrol/flowschemas.ts'
import { priorityLevelConfigurations } from './flowcontrol/prioritylevelconfigurations.ts'
import { ingressClasses } from './networking/ingressclasses.ts'
import { ingresses } from './networking/ingresses.ts'
import { ipAddresses } from './networking/ipaddresses.ts'
import { networkPolicies } from './networking/networkpolicies.ts'
import { serviceCIDRs } from './networking/servicecidrs.ts'
import { runtimeClasses } from './node/runtimeclasses.ts'
import { podDisruptionBudgets } from './policy/poddisruptionbudgets.ts'
import { clusterRoleBindings } from './rbac/clusterrolebindings.ts'
import { clusterRoles } from './rbac/clusterroles.ts'
import { roleBindings } from './rbac/rolebindings.ts'
import { roles } from './rbac/roles.ts'
import { deviceClasses } from './resource/deviceclasses.ts'
import { resourceClaims } from './resource/resourceclaims.ts'
import { resourceClaimTemplates } from './resource/resourceclaimtemplates.ts'
import { resourceSlices } from './resource/resourceslices.ts'
import { priorityClasses } from './scheduling/priorityclasses.ts'
import { csiDrivers } from './storage/csidrivers.ts'
import { csiNodes } from './storage/csinodes.ts'
import { csiStorageCapacities } from './storage/csistoragecapacities.ts'
import { storageClasses } from './storage/storageclasses.ts'
import { volumeAttachments } from './storage/volumeattachments.ts'
import { volumeAttributesClasses } from './storage/volumeattributesclasses.ts'

/** Every built-in kind, one line each, group by group in the order that /apis lists them. */
export const builtInKinds: readonly Kind<any>[] = [
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  apiServices,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  eventsV1Events,
  horizontalPodAutoscalers,
  horizontalPodAutoscalersV1,
  cronJobs,
  jobs,
  certificateSigningRequests,
  ingressClasses,
  ingresses,
  ipAddresses,
  networkPolicies,
  serviceCIDRs,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  customResourceDefinitions,
  priorityClasses,
  leases,
  runtimeClasses,
  endpointSlices,
  deviceClasses,
  resourceClaims,
  resourceClaimTemplates,
  resourceSlices,
  flowSchemas,
  priorityLevelConfigurations,
]
