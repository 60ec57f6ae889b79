import { defineKind } from '../../kind.ts'
import type { CertificateSigningRequest } from '../../schema/generated/types.ts'

export const certificateSigningRequests = defineKind<CertificateSigningRequest>({
  group: 'certificates.k8s.io', version: 'v1', kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests', singular: 'certificatesigningrequest', namespaced: false,
  shortNames: ['csr'], schema: 'certificates.v1.CertificateSigningRequest',
  subresources: { status: true },
})
