import { webcrypto as crypto } from 'node:crypto'
import type { Pkcs10CertificateRequest } from '@peculiar/x509'
import type { RequestedCertificate } from '../api/certificate-signer.ts'

export type X509 = typeof import('@peculiar/x509')

/** The library for certificates, loaded when first needed: that takes a while. */
export async function loadX509(): Promise<X509> {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(crypto)
  return x509
}

/** The first PEM block of a request. Throws when it is no certificate request. */
export async function parseCertificateRequest(pem: string): Promise<Pkcs10CertificateRequest> {
  const x509 = await loadX509()
  const [block] = x509.PemConverter.decodeWithHeaders(pem)
  if (block?.type !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST')
  return new x509.Pkcs10CertificateRequest(block.rawData)
}

/** The names that a certificate is to have besides its subject. */
export function alternativeNames({ SubjectAlternativeNameExtension }: X509, request: Pkcs10CertificateRequest) {
  return request.extensions.find(extension => extension instanceof SubjectAlternativeNameExtension)
}

/** What the request is for. */
export async function describeCertificateRequest(request: Pkcs10CertificateRequest): Promise<RequestedCertificate> {
  const names = alternativeNames(await loadX509(), request)?.names.toJSON() ?? []
  const of = (type: string) => names.filter(name => name.type === type).map(name => name.value)
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: of('dns'), ipAddresses: of('ip'), emails: of('email'), uris: of('url'),
  }
}
