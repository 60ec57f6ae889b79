import { createPrivateKey, webcrypto as crypto } from 'node:crypto'
import type { JsonName } from '@peculiar/x509'
import type { CertificateSigner } from '../api/certificate-signer.ts'
import {
  alternativeNames, describeCertificateRequest, loadX509, parseCertificateRequest, type X509,
} from './certificate-request.ts'
import { keyAlgorithm, newSerialNumber, type KeyPair } from './certificates.ts'

/** Signs with the cluster's own authority; keeps subject, alternative names and key of the request and nothing else of it. */
export function createCertificateSigner(ca: KeyPair): CertificateSigner {
  let loaded: Promise<{ x509: X509; issuer: InstanceType<X509['X509Certificate']>; key: crypto.CryptoKey }> | undefined
  const load = async () => {
    const x509 = await loadX509()
    const bytes = createPrivateKey(ca.key).export({ type: 'pkcs8', format: 'der' })
    const key = await crypto.subtle.importKey('pkcs8', bytes, keyAlgorithm, false, ['sign'])
    return { x509, issuer: new x509.X509Certificate(ca.cert), key }
  }
  return {
    read: async request => describeCertificateRequest(await parseCertificateRequest(request)),
    async sign(pem, { usages, notBefore, notAfter }) {
      const { x509, issuer, key } = await (loaded ??= load())
      const request = await parseCertificateRequest(pem)
      if (!await request.verify(crypto)) throw new Error('unable to verify certificate request signature')
      const names = alternativeNames(x509, request)?.names
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: newSerialNumber(), subject: inGoOrder(request.subjectName.toJSON()), issuer: issuer.subjectName,
        notBefore, notAfter: notAfter < issuer.notAfter ? notAfter : issuer.notAfter,
        publicKey: request.publicKey, signingKey: key, signingAlgorithm: keyAlgorithm,
        extensions: [
          ...usageExtensions(x509, usages),
          new x509.BasicConstraintsExtension(false, undefined, true),
          await x509.AuthorityKeyIdentifierExtension.create(issuer, false, crypto),
          ...names ? [new x509.SubjectAlternativeNameExtension(names.toJSON())] : [],
        ],
      })
      const text = certificate.toString('pem')
      return text.endsWith('\n') ? text : text + '\n'
    },
  }
}

const bits = {
  'signing': 'digitalSignature', 'digital signature': 'digitalSignature', 'content commitment': 'nonRepudiation',
  'key encipherment': 'keyEncipherment', 'key agreement': 'keyAgreement', 'data encipherment': 'dataEncipherment',
  'cert sign': 'keyCertSign', 'crl sign': 'cRLSign', 'encipher only': 'encipherOnly', 'decipher only': 'decipherOnly',
} as const
const purposes = new Map([
  ['any', '2.5.29.37.0'], ['server auth', '1.3.6.1.5.5.7.3.1'], ['client auth', '1.3.6.1.5.5.7.3.2'],
  ['code signing', '1.3.6.1.5.5.7.3.3'], ['email protection', '1.3.6.1.5.5.7.3.4'], ['s/mime', '1.3.6.1.5.5.7.3.4'],
  ['ipsec end system', '1.3.6.1.5.5.7.3.5'], ['ipsec tunnel', '1.3.6.1.5.5.7.3.6'], ['ipsec user', '1.3.6.1.5.5.7.3.7'],
  ['timestamping', '1.3.6.1.5.5.7.3.8'], ['ocsp signing', '1.3.6.1.5.5.7.3.9'],
  ['microsoft sgc', '1.3.6.1.4.1.311.10.3.3'], ['netscape sgc', '2.16.840.1.113730.4.1'],
])

/** certificates/authority keyUsagesFromStrings: a usage is a bit of the key's usage or a purpose of the certificate. */
function usageExtensions({ KeyUsageFlags, KeyUsagesExtension, ExtendedKeyUsageExtension }: X509, usages: readonly string[]) {
  let flags = 0
  for (const usage of usages) if (Object.hasOwn(bits, usage)) flags |= KeyUsageFlags[bits[usage as keyof typeof bits]]
  const asked = [...new Set(usages.flatMap(usage => purposes.get(usage) ?? []))]
  return [
    ...flags ? [new KeyUsagesExtension(flags, true)] : [],
    ...asked.length ? [new ExtendedKeyUsageExtension(asked)] : [],
  ]
}

/** Go writes the parts of a subject anew, in an order of its own (crypto/x509/pkix, Name.ToRDNSequence). */
function inGoOrder(subject: JsonName): JsonName {
  return ['C', 'O', 'OU', 'L', 'ST', 'street', 'CN'].flatMap(part => {
    const values = subject.flatMap(element => (Object.hasOwn(element, part) ? element[part] : []))
    return values.length ? [{ [part]: values }] : []
  })
}
