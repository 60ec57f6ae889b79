import { KeyObject, webcrypto as crypto } from 'node:crypto'
import { loadX509 } from './certificate-request.ts'

/** A certificate and its private key as PEM. */
export interface KeyPair { key: string; cert: string }

export interface Credentials {
  ca: KeyPair
  server: KeyPair
  /** Of the cluster's administrator, for the kubeconfig. */
  admin: KeyPair
}

export interface CredentialsOptions {
  /** IP addresses and names, besides the usual ones, under which clients reach the server. */
  addresses?: readonly string[]
}

/** Of every key and signature of the cluster. */
export const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
/** Clients check these against the true time, whatever clock the cluster runs on. */
const dates = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2119-12-31T23:59:59Z') }
const usualNames = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local']
const usualAddresses = ['127.0.0.1', '10.96.0.1']

/**
 * A certificate authority of the cluster's own, and what it signs: the server's certificate and the administrator's (CN
 * kubernetes-admin, O system:masters, as kubeadm's kubeconfig has it). The library is loaded here, when it is needed: that takes
 * longer than making the certificates.
 */
export async function createCredentials({ addresses = [] }: CredentialsOptions = {}): Promise<Credentials> {
  const x509 = await loadX509()
  const newKeys = () => crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const { KeyUsageFlags } = x509

  const caKeys = await newKeys(), issuer = 'CN=kubernetes-ca'
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates, name: issuer, keys: caKeys, signingAlgorithm: keyAlgorithm, serialNumber: newSerialNumber(),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
    ],
  })

  const sign = async (subject: string, usage: string, ...more: InstanceType<typeof x509.Extension>[]): Promise<KeyPair> => {
    const keys = await newKeys()
    const cert = await x509.X509CertificateGenerator.create({
      ...dates, subject, issuer, publicKey: keys.publicKey, signingKey: caKeys.privateKey, signingAlgorithm: keyAlgorithm,
      serialNumber: newSerialNumber(),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
        ...more,
      ],
    })
    return { key: privateKeyPem(keys.privateKey), cert: withNewline(cert.toString('pem')) }
  }
  const isAddress = (text: string) => /^[\d.]+$/.test(text) || text.includes(':')
  const alternativeNames = [...new Set([...usualNames, ...usualAddresses, ...addresses])]
    .map(value => ({ type: isAddress(value) ? 'ip' as const : 'dns' as const, value }))
  const [server, admin] = await Promise.all([
    sign('CN=kube-apiserver', x509.ExtendedKeyUsage.serverAuth, new x509.SubjectAlternativeNameExtension(alternativeNames)),
    sign('O=system:masters, CN=kubernetes-admin', x509.ExtendedKeyUsage.clientAuth),
  ])
  return { ca: { key: privateKeyPem(caKeys.privateKey), cert: withNewline(ca.toString('pem')) }, server, admin }
}

/** A positive number, as hexadecimal digits. */
export const newSerialNumber = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex').replace(/^[89a-f]/, '1')

const withNewline = (pem: string) => (pem.endsWith('\n') ? pem : pem + '\n')

/** As client-go writes them (`EC PRIVATE KEY`): the fabric8 client for Java takes any other label for an RSA key. */
const privateKeyPem = (key: crypto.CryptoKey): string => KeyObject.from(key).export({ type: 'sec1', format: 'pem' }) as string
