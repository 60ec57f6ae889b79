/**
 * The fields of upstream's internal types of persistent volumes (pkg/apis/core and pkg/apis/storage, types.go, 1.36), in the form
 * of go-types.ts, with whose types they go.
 */
export const goVolumeTypes = `
PersistentVolumeSource: GCEPersistentDisk=gcePersistentDisk *GCEPersistentDiskVolumeSource,
  AWSElasticBlockStore=awsElasticBlockStore *AWSElasticBlockStoreVolumeSource, HostPath *HostPathVolumeSource, Glusterfs
  *GlusterfsPersistentVolumeSource, NFS=nfs *NFSVolumeSource, RBD=rbd *RBDPersistentVolumeSource, Quobyte *QuobyteVolumeSource,
  ISCSI=iscsi *ISCSIPersistentVolumeSource, FlexVolume *FlexPersistentVolumeSource, Cinder *CinderPersistentVolumeSource,
  CephFS=cephfs *CephFSPersistentVolumeSource, FC=fc *FCVolumeSource, Flocker *FlockerVolumeSource, AzureFile
  *AzureFilePersistentVolumeSource, VsphereVolume *VsphereVirtualDiskVolumeSource, AzureDisk *AzureDiskVolumeSource,
  PhotonPersistentDisk *PhotonPersistentDiskVolumeSource, PortworxVolume *PortworxVolumeSource, ScaleIO
  *ScaleIOPersistentVolumeSource, Local *LocalVolumeSource, StorageOS=storageos *StorageOSPersistentVolumeSource, CSI=csi
  *CSIPersistentVolumeSource
PersistentVolumeSpec: Capacity map, ...PersistentVolumeSource, AccessModes []string, ClaimRef *ObjectReference,
  PersistentVolumeReclaimPolicy string, StorageClassName string, MountOptions []string, VolumeMode *string, NodeAffinity
  *VolumeNodeAffinity, VolumeAttributesClassName *string
GlusterfsPersistentVolumeSource: EndpointsName=endpoints string, Path string, ReadOnly bool, EndpointsNamespace *string
RBDPersistentVolumeSource: CephMonitors=monitors []string, RBDImage=image string, FSType=fsType string, RBDPool=pool string,
  RadosUser=user string, Keyring string, SecretRef *SecretReference, ReadOnly bool
ISCSIPersistentVolumeSource: TargetPortal string, IQN=iqn string, Lun int, ISCSIInterface=iscsiInterface string, FSType=fsType
  string, ReadOnly bool, Portals []string, DiscoveryCHAPAuth=chapAuthDiscovery bool, SessionCHAPAuth=chapAuthSession bool,
  SecretRef *SecretReference, InitiatorName *string
FlexPersistentVolumeSource: Driver string, FSType=fsType string, SecretRef *SecretReference, ReadOnly bool, Options map
CinderPersistentVolumeSource: VolumeID string, FSType=fsType string, ReadOnly bool, SecretRef *SecretReference
CephFSPersistentVolumeSource: Monitors []string, Path string, User string, SecretFile string, SecretRef *SecretReference,
  ReadOnly bool
AzureFilePersistentVolumeSource: SecretName string, ShareName string, ReadOnly bool, SecretNamespace *string
ScaleIOPersistentVolumeSource: Gateway string, System string, SecretRef *SecretReference, SSLEnabled=sslEnabled bool,
  ProtectionDomain string, StoragePool string, StorageMode string, VolumeName string, FSType=fsType string, ReadOnly bool
LocalVolumeSource: Path string, FSType=fsType *string
StorageOSPersistentVolumeSource: VolumeName string, VolumeNamespace string, FSType=fsType string, ReadOnly bool, SecretRef
  *ObjectReference
CSIPersistentVolumeSource: Driver string, VolumeHandle string, ReadOnly bool, FSType=fsType string, VolumeAttributes map,
  ControllerPublishSecretRef *SecretReference, NodeStageSecretRef *SecretReference, NodePublishSecretRef *SecretReference,
  ControllerExpandSecretRef *SecretReference, NodeExpandSecretRef *SecretReference
SecretReference: Name string, Namespace string
ObjectReference: Kind string, Namespace string, Name string, UID=uid string, APIVersion=apiVersion string, ResourceVersion
  string, FieldPath string
VolumeNodeAffinity: Required *NodeSelector
VolumeAttachmentSpec: Attacher string, Source VolumeAttachmentSource, NodeName string
VolumeAttachmentSource: PersistentVolumeName *string, InlineVolumeSpec *PersistentVolumeSpec
`
