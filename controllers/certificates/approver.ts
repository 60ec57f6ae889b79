import type { CertificateSigner } from '../../api/certificate-signer.ts'
import { edit } from '../../api/edit.ts'
import type { Kind } from '../../api/kind.ts'
import { certificateSigningRequests } from '../../api/kinds/certificates/certificatesigningrequests.ts'
import type { SubjectAccessReview } from '../../api/schema/generated/types.ts'
import { watching, type Controller } from '../runtime/controller.ts'
import { signerRules } from './signer-rules.ts'

const kubeletClientSigner = 'kubernetes.io/kube-apiserver-client-kubelet'
const reviews = {
  group: 'authorization.k8s.io', version: 'v1', kind: 'SubjectAccessReview', plural: 'subjectaccessreviews', namespaced: false,
} as Kind<SubjectAccessReview & { metadata: { name: string; uid: string; resourceVersion: string } }>

/** What a kubelet may be given without anybody's looking at it, by the right that it must have. */
const recognised = [
  { subresource: 'selfnodeclient', own: true, message: 'Auto approving self kubelet client certificate after SubjectAccessReview.' },
  { subresource: 'nodeclient', own: false, message: 'Auto approving kubelet client certificate after SubjectAccessReview.' },
]

/** Approves what kubelets ask for their own clients, where RBAC lets them have it (certificates/approver/sarapprove.go, 1.36). */
export const certificateApprovingController = (signer: Pick<CertificateSigner, 'read'>): Controller => ({
  name: 'certificatesigningrequest-approving-controller',
  watches: [watching(certificateSigningRequests, request => [request.metadata.name])],
  async reconcile(key, { client, informers }) {
    const request = informers.of(certificateSigningRequests).get(key)
    if (!request || request.spec.signerName !== kubeletClientSigner || request.status?.certificate) return
    if (request.status?.conditions?.some(({ type }) => type === 'Approved' || type === 'Denied')) return
    const { username: user = '', uid, groups, extra, usages = [] } = request.spec
    const asked = await signer.read(Buffer.from(request.spec.request, 'base64').toString())
    if (signerRules.get(kubeletClientSigner)!(asked, usages)) return
    for (const { subresource, own, message } of recognised) {
      if (own && user !== asked.commonName) continue
      const resourceAttributes = { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', subresource, version: '*' }
      const review = { spec: { user, uid, groups, extra, resourceAttributes }, metadata: {} }
      const { status } = await client.create(reviews, review as never)
      if (!status?.allowed) continue
      const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
      await client.update(certificateSigningRequests, edit(request, draft => {
        draft.status = { ...draft.status, conditions: [...draft.status?.conditions ?? [], approved] }
      }), { subresource: 'approval' })
      return
    }
  },
})
