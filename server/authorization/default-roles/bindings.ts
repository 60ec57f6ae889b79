/** Who is bound to the ClusterRole of the same name; service accounts (`account`) are those of kube-system. */
export const clusterRoleBindingTable = `
cluster-admin
  group system:masters
system:basic-user
  group system:authenticated
system:discovery
  group system:authenticated
system:kube-controller-manager
  user system:kube-controller-manager
system:kube-dns
  account kube-dns
system:kube-scheduler
  user system:kube-scheduler
system:monitoring
  group system:monitoring
system:node
system:node-proxier
  user system:kube-proxy
system:public-info-viewer
  group system:authenticated
  group system:unauthenticated
system:service-account-issuer-discovery
  group system:serviceaccounts
system:volume-scheduler
  user system:kube-scheduler
`

/** Who is bound to which Role: that of the same name, unless another is named. */
export const roleBindingTable = `
kube-public system:controller:bootstrap-signer
  account bootstrap-signer
kube-system system::extension-apiserver-authentication-reader of extension-apiserver-authentication-reader
  user system:kube-controller-manager
  user system:kube-scheduler
kube-system system::leader-locking-kube-controller-manager
  user system:kube-controller-manager
  account kube-controller-manager
  account leader-election-controller
kube-system system::leader-locking-kube-scheduler
  user system:kube-scheduler
  account kube-scheduler
kube-system system:controller:bootstrap-signer
  account bootstrap-signer
kube-system system:controller:cloud-provider
  account cloud-provider
kube-system system:controller:token-cleaner
  account token-cleaner
`
