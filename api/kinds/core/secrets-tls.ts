import { createPrivateKey, X509Certificate } from 'node:crypto'

/** The types of the PEM blocks of a text, in order; text between blocks is skipped as Go's pem.Decode does. */
function pemBlocks(text: string): { type: string; body: string }[] {
  return [...text.matchAll(/-----BEGIN ([^\r\n-]*)-----\r?\n[\s\S]*?-----END \1-----/g)].map(([body, type]) => ({ type, body }))
}

const list = (types: readonly string[]) => `[${types.join(' ')}]`

/**
 * What keeps a certificate and its key from being used together, in the words of Go's tls.X509KeyPair; nothing when they fit, or
 * when they can't be read in a way for which Go's words depend on its parser.
 */
export function keyPairComplaint(certificate: string, key: string): string | undefined {
  const certificates = pemBlocks(certificate), keys = pemBlocks(key)
  const isKey = ({ type }: { type: string }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY')
  const leaf = certificates.find(({ type }) => type === 'CERTIFICATE')
  if (!leaf) {
    if (certificates.length === 0) return 'tls: failed to find any PEM data in certificate input'
    if (certificates.length === 1 && isKey(certificates[0])) {
      return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; '
        + 'PEM inputs may have been switched'
    }
    return 'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: '
      + list(certificates.map(block => block.type))
  }
  const own = keys.find(isKey)
  if (!own) {
    if (keys.length === 0) return 'tls: failed to find any PEM data in key input'
    if (keys.length === 1 && keys[0].type === 'CERTIFICATE') {
      return 'tls: found a certificate rather than a key in the PEM for the private key'
    }
    return 'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the '
      + `following types: ${list(keys.map(block => block.type))}`
  }
  try {
    const fits = new X509Certificate(leaf.body).checkPrivateKey(createPrivateKey(own.body))
    return fits ? undefined : 'tls: private key does not match public key'
  } catch {
    return undefined
  }
}
