import type { CertificateSigningRequest } from '../../api/schema/generated/types.ts'
import { parseCertificateRequest } from '../certificate-request.ts'
import type { AdmissionPlugin } from './admission.ts'
import { isAbout, refuse } from './refuse.ts'

const signerName = 'kubernetes.io/kube-apiserver-client', group = 'system:masters'

/** Nobody becomes a member of system:masters by a certificate request (CertificateSubjectRestriction, 1.36). */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  async validate(request) {
    if (request.operation !== 'CREATE' || !isAbout(request, 'certificates.k8s.io', 'certificatesigningrequests')) return
    const { spec } = request.object as CertificateSigningRequest
    if (spec.signerName !== signerName) return
    let groups: string[]
    try {
      const asked = await parseCertificateRequest(Buffer.from(spec.request, 'base64').toString())
      groups = asked.subjectName.getField('O')
    } catch (error) {
      throw refuse(request, `failed to parse CSR: ${(error as Error).message}`)
    }
    if (groups.includes(group)) throw refuse(request, `use of ${signerName} signer with ${group} group is not allowed`)
  },
}
