const eventColumns = {
  'Last Seen': 'core.v1.Event.lastTimestamp',
  Type: 'core.v1.Event.type',
  Reason: 'core.v1.Event.reason',
  Object: 'core.v1.Event.involvedObject',
  Subobject: 'core.v1.ObjectReference.fieldPath',
  Source: 'core.v1.Event.source',
  Message: 'core.v1.Event.message',
  'First Seen': 'core.v1.Event.firstTimestamp',
  Count: 'core.v1.Event.count',
}

/**
 * What a column is for, where the kind itself does not say it: a field of the table of fields, whose text is looked up, or upstream's words
 * (printers/internalversion, 1.36).
 */
export const columnDescriptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'v1 ComponentStatus': {
    Status: 'Status of the component conditions',
    Message: 'Message of the component conditions',
    Error: 'Error of the component conditions',
  },
  'v1 ConfigMap': {
    Data: 'core.v1.ConfigMap.data',
  },
  'v1 Endpoints': {
    Endpoints: 'core.v1.Endpoints.subsets',
  },
  'v1 Event': eventColumns,
  'v1 Namespace': {
    Status: 'The status of the namespace',
  },
  'v1 Node': {
    Status: 'The status of the node',
    Roles: 'The roles of the node',
    Version: 'core.v1.NodeSystemInfo.kubeletVersion',
    'Internal-IP': 'core.v1.NodeStatus.addresses',
    'External-IP': 'core.v1.NodeStatus.addresses',
    'OS-Image': 'core.v1.NodeSystemInfo.osImage',
    'Kernel-Version': 'core.v1.NodeSystemInfo.kernelVersion',
    'Container-Runtime': 'core.v1.NodeSystemInfo.containerRuntimeVersion',
  },
  'v1 PersistentVolumeClaim': {
    Status: 'core.v1.PersistentVolumeClaimStatus.phase',
    Volume: 'core.v1.PersistentVolumeClaimSpec.volumeName',
    Capacity: 'core.v1.PersistentVolumeClaimStatus.capacity',
    'Access Modes': 'core.v1.PersistentVolumeClaimStatus.accessModes',
    StorageClass: 'StorageClass of the pvc',
    VolumeAttributesClass: 'VolumeAttributesClass of the pvc',
    VolumeMode: 'core.v1.PersistentVolumeClaimSpec.volumeMode',
  },
  'v1 PersistentVolume': {
    Capacity: 'core.v1.PersistentVolumeSpec.capacity',
    'Access Modes': 'core.v1.PersistentVolumeSpec.accessModes',
    'Reclaim Policy': 'core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy',
    Status: 'core.v1.PersistentVolumeStatus.phase',
    Claim: 'core.v1.PersistentVolumeSpec.claimRef',
    StorageClass: 'StorageClass of the pv',
    VolumeAttributesClass: 'VolumeAttributesClass of the pv',
    Reason: 'core.v1.PersistentVolumeStatus.reason',
    VolumeMode: 'core.v1.PersistentVolumeSpec.volumeMode',
  },
  'v1 Pod': {
    Ready: 'The aggregate readiness state of this pod for accepting traffic.',
    Status: 'The aggregate status of the containers in this pod.',
    Restarts: 'The number of times the containers in this pod have been restarted and when the last container in this '
      + 'pod has restarted.',
    IP: 'core.v1.PodStatus.podIP',
    Node: 'core.v1.PodSpec.nodeName',
    'Nominated Node': 'core.v1.PodStatus.nominatedNodeName',
    'Readiness Gates': 'core.v1.PodSpec.readinessGates',
  },
  'v1 PodTemplate': {
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    'Pod Labels': 'The labels for the pod template.',
  },
  'v1 ReplicationController': {
    Desired: 'core.v1.ReplicationControllerSpec.replicas',
    Current: 'core.v1.ReplicationControllerStatus.replicas',
    Ready: 'core.v1.ReplicationControllerStatus.readyReplicas',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    Selector: 'core.v1.ReplicationControllerSpec.selector',
  },
  'v1 ResourceQuota': {
    Request: 'Request represents a minimum amount of cpu/memory that a container may consume.',
    Limit: 'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
  },
  'v1 Secret': {
    Type: 'core.v1.Secret.type',
    Data: 'core.v1.Secret.data',
  },
  'v1 Service': {
    Type: 'core.v1.ServiceSpec.type',
    'Cluster-IP': 'core.v1.ServiceSpec.clusterIP',
    'External-IP': 'core.v1.ServiceSpec.externalIPs',
    'Port(s)': 'core.v1.ServiceSpec.ports',
    Selector: 'core.v1.ServiceSpec.selector',
  },
  'apiregistration.k8s.io/v1 APIService': {
    Service: 'The reference to the service that hosts this API endpoint.',
    Available: 'Whether this service is available.',
  },
  'apps/v1 ControllerRevision': {
    Controller: 'Controller of the object',
    Revision: 'apps.v1.ControllerRevision.revision',
  },
  'apps/v1 DaemonSet': {
    Desired: 'apps.v1.DaemonSetStatus.desiredNumberScheduled',
    Current: 'apps.v1.DaemonSetStatus.currentNumberScheduled',
    Ready: 'apps.v1.DaemonSetStatus.numberReady',
    'Up-to-date': 'apps.v1.DaemonSetStatus.updatedNumberScheduled',
    Available: 'apps.v1.DaemonSetStatus.numberAvailable',
    'Node Selector': 'core.v1.PodSpec.nodeSelector',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    Selector: 'apps.v1.DaemonSetSpec.selector',
  },
  'apps/v1 Deployment': {
    Ready: 'Number of the pod with ready state',
    'Up-to-date': 'apps.v1.DeploymentStatus.updatedReplicas',
    Available: 'apps.v1.DeploymentStatus.availableReplicas',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    Selector: 'apps.v1.DeploymentSpec.selector',
  },
  'apps/v1 ReplicaSet': {
    Desired: 'apps.v1.ReplicaSetSpec.replicas',
    Current: 'apps.v1.ReplicaSetStatus.replicas',
    Ready: 'apps.v1.ReplicaSetStatus.readyReplicas',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    Selector: 'apps.v1.ReplicaSetSpec.selector',
  },
  'apps/v1 StatefulSet': {
    Ready: 'Number of the pod with ready state',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
  },
  'events.k8s.io/v1 Event': { ...eventColumns, Message: 'meta.v1.Status.message' },
  'autoscaling/v2 HorizontalPodAutoscaler': {
    Reference: 'autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef',
    Targets: 'autoscaling.v2.HorizontalPodAutoscalerSpec.metrics',
    MinPods: 'autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas',
    MaxPods: 'autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas',
    Replicas: 'autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas',
  },
  'autoscaling/v1 HorizontalPodAutoscaler': {
    Reference: 'autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef',
    Targets: 'autoscaling.v2.HorizontalPodAutoscalerSpec.metrics',
    MinPods: 'autoscaling.v1.HorizontalPodAutoscalerSpec.minReplicas',
    MaxPods: 'autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas',
    Replicas: 'autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas',
  },
  'batch/v1 CronJob': {
    Schedule: 'batch.v1.CronJobSpec.schedule',
    Timezone: 'batch.v1.CronJobSpec.timeZone',
    Suspend: 'batch.v1.CronJobSpec.suspend',
    Active: 'batch.v1.CronJobStatus.active',
    'Last Schedule': 'batch.v1.CronJobStatus.lastScheduleTime',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    Selector: 'batch.v1.JobSpec.selector',
  },
  'batch/v1 Job': {
    Status: 'Status of the job.',
    Completions: 'batch.v1.JobStatus.succeeded',
    Duration: 'Time required to complete the job.',
    Containers: 'Names of each container in the template.',
    Images: 'Images referenced by each container in the template.',
    Selector: 'batch.v1.JobSpec.selector',
  },
  'certificates.k8s.io/v1 CertificateSigningRequest': {
    SignerName: 'Requested signer for the request. It is a qualified name in the form: `scope-hostname.io/name`. If empty, '
      + 'it will be defaulted:\n 1. If it\'s a kubelet client certificate, it is assigned\n    '
      + '"kubernetes.io/kube-apiserver-client-kubelet".\n 2. If it\'s a kubelet serving certificate, it is '
      + 'assigned\n    "kubernetes.io/kubelet-serving".\n 3. Otherwise, it is assigned '
      + '"kubernetes.io/legacy-unknown".\nDistribution of trust for signers happens out of band. You can select on '
      + 'this field using `spec.signerName`.',
    Requestor: 'Base64-encoded PKCS#10 CSR data',
    RequestedDuration: 'certificates.v1.CertificateSigningRequestSpec.expirationSeconds',
    Condition: 'Conditions applied to the request, such as approval or denial.',
  },
  'networking.k8s.io/v1 IngressClass': {
    Controller: 'Controller that is responsible for handling this class',
    Parameters: 'A reference to a resource with additional parameters',
  },
  'networking.k8s.io/v1 Ingress': {
    Class: 'The name of the IngressClass resource that should be used for additional configuration',
    Hosts: 'Hosts that incoming requests are matched against before the ingress rule',
    Address: 'Address is a list containing ingress points for the load-balancer',
    Ports: 'Ports of TLS configurations that open',
  },
  'networking.k8s.io/v1 IPAddress': {
    ParentRef: 'networking.v1.IPAddressSpec.parentRef',
  },
  'networking.k8s.io/v1 NetworkPolicy': {
    'Pod-Selector': 'networking.v1.NetworkPolicySpec.podSelector',
  },
  'networking.k8s.io/v1 ServiceCIDR': {
    CIDRs: 'networking.v1.ServiceCIDRSpec.cidrs',
  },
  'policy/v1 PodDisruptionBudget': {
    'Min Available': 'The minimum number of pods that must be available.',
    'Max Unavailable': 'The maximum number of pods that may be unavailable.',
    'Allowed Disruptions': 'Calculated number of pods that may be disrupted at this time.',
  },
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': {
    Role: 'RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the '
      + 'Authorizer must return an error.',
    Users: 'Users in the clusterRoleBinding',
    Groups: 'Groups in the clusterRoleBinding',
    ServiceAccounts: 'ServiceAccounts in the clusterRoleBinding',
  },
  'rbac.authorization.k8s.io/v1 RoleBinding': {
    Role: 'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the '
      + 'RoleRef cannot be resolved, the Authorizer must return an error.',
    Users: 'Users in the roleBinding',
    Groups: 'Groups in the roleBinding',
    ServiceAccounts: 'ServiceAccounts in the roleBinding',
  },
  'storage.k8s.io/v1 CSIDriver': {
    AttachRequired: 'storage.v1.CSIDriverSpec.attachRequired',
    PodInfoOnMount: 'storage.v1.CSIDriverSpec.podInfoOnMount',
    StorageCapacity: 'storage.v1.CSIDriverSpec.storageCapacity',
    TokenRequests: 'storage.v1.CSIDriverSpec.tokenRequests',
    RequiresRepublish: 'storage.v1.CSIDriverSpec.requiresRepublish',
    Modes: 'storage.v1.CSIDriverSpec.volumeLifecycleModes',
  },
  'storage.k8s.io/v1 CSINode': {
    Drivers: 'Drivers indicates the number of CSI drivers registered on the node',
  },
  'storage.k8s.io/v1 StorageClass': {
    Provisioner: 'storage.v1.StorageClass.provisioner',
    ReclaimPolicy: 'storage.v1.StorageClass.reclaimPolicy',
    VolumeBindingMode: 'storage.v1.StorageClass.volumeBindingMode',
    AllowVolumeExpansion: 'storage.v1.StorageClass.allowVolumeExpansion',
  },
  'storage.k8s.io/v1 VolumeAttachment': {
    Attacher: 'storage.v1.VolumeAttachmentSpec.attacher',
    PV: 'storage.v1.VolumeAttachmentSource.persistentVolumeName',
    Node: 'storage.v1.VolumeAttachmentSpec.nodeName',
    Attached: 'storage.v1.VolumeAttachmentStatus.attached',
  },
  'storage.k8s.io/v1 VolumeAttributesClass': {
    DriverName: 'storage.v1.VolumeAttributesClass.driverName',
  },
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicy': {
    Mutations: 'Mutation indicates the number of mutations rules defined in this configuration',
    ParamKind: 'ParamKind specifies the kind of resources used to parameterize this policy',
  },
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding': {
    PolicyName: 'PolicyName indicates the policy definition which the policy binding binded to',
    ParamRef: 'ParamRef indicates the param resource which sets the configuration param',
  },
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': {
    Webhooks: 'Webhooks indicates the number of webhooks registered in this configuration',
  },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': {
    Validations: 'Validations indicates the number of validation rules defined in this configuration',
    ParamKind: 'ParamKind specifies the kind of resources used to parameterize this policy',
  },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': {
    PolicyName: 'PolicyName indicates the policy definition which the policy binding binded to',
    ParamRef: 'ParamRef indicates the param resource which sets the configuration param',
  },
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': {
    Webhooks: 'Webhooks indicates the number of webhooks registered in this configuration',
  },
  'scheduling.k8s.io/v1 PriorityClass': {
    Value: 'scheduling.v1.PriorityClass.value',
    'Global-Default': 'scheduling.v1.PriorityClass.globalDefault',
    PreemptionPolicy: 'scheduling.v1.PriorityClass.preemptionPolicy',
  },
  'coordination.k8s.io/v1 Lease': {
    Holder: 'coordination.v1.LeaseSpec.holderIdentity',
  },
  'discovery.k8s.io/v1 EndpointSlice': {
    AddressType: 'discovery.v1.EndpointSlice.addressType',
    Ports: 'discovery.v1.EndpointSlice.ports',
    Endpoints: 'discovery.v1.EndpointSlice.endpoints',
  },
  'resource.k8s.io/v1 ResourceClaim': {
    State: 'A summary of the current state (allocated, pending, reserved, etc.).',
  },
  'resource.k8s.io/v1 ResourceSlice': {
    Node: 'resource.v1.ResourceSliceSpec.nodeName',
    Driver: 'resource.v1.ResourceSliceSpec.driver',
    Pool: 'resource.v1.ResourcePool.name',
  },
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': {
    PriorityLevel: 'flowcontrol.v1.PriorityLevelConfigurationReference.name',
    MatchingPrecedence: 'flowcontrol.v1.FlowSchemaSpec.matchingPrecedence',
    DistinguisherMethod: 'flowcontrol.v1.FlowSchemaSpec.distinguisherMethod',
    MissingPL: 'references a broken or non-existent PriorityLevelConfiguration',
  },
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': {
    Type: 'flowcontrol.v1.PriorityLevelConfigurationSpec.type',
    NominalConcurrencyShares: 'flowcontrol.v1.LimitedPriorityLevelConfiguration.nominalConcurrencyShares',
    Queues: 'flowcontrol.v1.QueuingConfiguration.queues',
    HandSize: 'flowcontrol.v1.QueuingConfiguration.handSize',
    QueueLengthLimit: 'flowcontrol.v1.QueuingConfiguration.queueLengthLimit',
  },
}
