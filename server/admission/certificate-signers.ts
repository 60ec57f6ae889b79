import { same } from '../../api/edit.ts'
import type { CertificateSigningRequest } from '../../api/schema/generated/types.ts'
import { goQuote } from '../../api/schema/go-quote.ts'
import { resourceAttributes } from '../authorization/attributes.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { refuse } from './refuse.ts'

const group = 'certificates.k8s.io'
const isAboutPart = ({ kind, operation, subresource }: AdmissionRequest, part: string): boolean =>
  kind.group === group && kind.plural === 'certificatesigningrequests' && operation === 'UPDATE' && subresource === part

/** Whether somebody may do this for a signer: by its name, or for all of its domain (certificates/authorization, 1.36). */
function mayFor(request: AdmissionRequest, verb: string, signerName: string, { authorize }: World): boolean {
  const may = (name: string) => authorize(resourceAttributes(request.user, verb, { group, resource: 'signers', name })).allowed
  return may(signerName) || may(`${signerName.split('/')[0]}/*`)
}

/** Only who may approve for a signer decides about its requests (CertificateApproval, 1.36). */
export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  validate(request, world) {
    if (!isAboutPart(request, 'approval')) return
    const { signerName } = (request.old as CertificateSigningRequest).spec
    if (mayFor(request, 'approve', signerName, world)) return
    throw refuse(request, `user not permitted to approve requests with signerName ${goQuote(signerName)}`)
  },
}

/** Only who may sign for a signer fills in certificates or what became of requests (CertificateSigning, 1.36). */
export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  validate(request, world) {
    if (!isAboutPart(request, 'status')) return
    const { spec: { signerName }, status: before } = request.old as CertificateSigningRequest
    const { status: after } = request.object as CertificateSigningRequest
    if (before?.certificate === after?.certificate && same(before?.conditions ?? [], after?.conditions ?? [])) return
    if (mayFor(request, 'sign', signerName, world)) return
    throw refuse(request, `user not permitted to sign requests with signerName ${goQuote(signerName)}`)
  },
}
