/** What a certificate request asks for, as its PEM says. */
export interface RequestedCertificate {
  commonName: string
  organizations: readonly string[]
  dnsNames: readonly string[]
  ipAddresses: readonly string[]
  emails: readonly string[]
  uris: readonly string[]
}

/** The certificate authority of the cluster, as far as its controllers may use it. */
export interface CertificateSigner {
  /** Throws when the PEM is no certificate request. */
  read(request: string): Promise<RequestedCertificate>
  /** A certificate as PEM for the subject, names and key of a request; throws when its signature is wrong. */
  sign(request: string, options: { usages: readonly string[]; notBefore: Date; notAfter: Date }): Promise<string>
}
