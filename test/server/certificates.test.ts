import { X509Certificate, createPrivateKey } from 'node:crypto'
import { connect, createServer, type TLSSocket } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createCredentials } from '../../server/certificates.ts'

test('the server certificate names all that clients may call the server', async () => {
  const { ca, server } = await createCredentials({ addresses: ['192.168.49.2', 'mimikube'] })
  const certificate = new X509Certificate(server.cert), authority = new X509Certificate(ca.cert)
  expect(certificate.verify(authority.publicKey)).toBe(true)
  expect(certificate.checkIssued(authority)).toBe(true)
  for (const ip of ['127.0.0.1', '10.96.0.1', '192.168.49.2']) expect(certificate.checkIP(ip)).toBe(ip)
  for (const name of ['localhost', 'mimikube',
    'kubernetes.default.svc.cluster.local']) expect(certificate.checkHost(name)).toBe(name)
  expect(certificate.checkHost('elsewhere')).toBeUndefined()
  expect(authority.ca).toBe(true)
})

test('the client certificate is the administrator\'s; every PEM ends with a newline', async () => {
  const { ca, server, admin } = await createCredentials()
  const certificate = new X509Certificate(admin.cert)
  expect(certificate.subject.split('\n').sort()).toEqual(['CN=kubernetes-admin', 'O=system:masters'])
  expect(certificate.checkPrivateKey(createPrivateKey(admin.key))).toBe(true)
  // The label by which the fabric8 client for Java knows what kind of key it is.
  expect(admin.key).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/)
  for (const pem of [ca.cert, ca.key, server.cert, server.key, admin.cert, admin.key]) expect(pem).toMatch(/-----\n$/)
})

test('both sides trust each other over TLS', async () => {
  const { ca, server, admin } = await createCredentials()
  const seen = new Promise<boolean>(resolve => {
    const listening = createServer({ ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
      (socket: TLSSocket) => {
      resolve(socket.authorized)
      socket.end()
      listening.close()
    }).listen(0, '127.0.0.1', () =>
      connect({ ...admin, ca: ca.cert, host: '127.0.0.1', port: (listening.address() as AddressInfo).port }))
  })
  expect(await seen).toBe(true)
})
