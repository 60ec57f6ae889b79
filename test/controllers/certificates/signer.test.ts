import { webcrypto, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificateSigningRequests } from '../../../api/kinds/certificates/certificatesigningrequests.ts'
import { configMaps } from '../../../api/kinds/core/configmaps.ts'
import { edit } from '../../../api/edit.ts'
import type { CertificateSigningRequest } from '../../../api/schema/generated/types.ts'
import { startCluster, type Cluster } from '../../../cluster.ts'
import { validity } from '../../../controllers/certificates/signer.ts'
import { signerRules } from '../../../controllers/certificates/signer-rules.ts'
import { loadX509 } from '../../../server/certificate-request.ts'

let cluster: Cluster
beforeAll(async () => { cluster = await startCluster({ nodes: 0, speed: 'instant', seed: 3 }) })
afterAll(() => cluster?.stop())

async function pemFor(name: string): Promise<string> {
  const x509 = await loadX509(), algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm })
  return request.toString('pem')
}

async function ask(name: string, subject: string, spec: object = {}): Promise<CertificateSigningRequest> {
  return cluster.client.create(certificateSigningRequests, {
    metadata: { name },
    spec: {
      request: Buffer.from(await pemFor(subject)).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'], username: 'somebody else', ...spec,
    },
  } as never)
}

const decide = (request: CertificateSigningRequest, type: 'Approved' | 'Denied') =>
  cluster.client.update(certificateSigningRequests, edit(request, draft => {
    draft.status = { conditions: [{ type, status: 'True', reason: 'Test', message: 'decided' }] }
  }), { subresource: 'approval' })

async function follow(name: string, wanted: (request: CertificateSigningRequest) => boolean): Promise<CertificateSigningRequest> {
  const options = { fieldSelector: `metadata.name=${name}`, sendInitialEvents: true }
  for await (const { object } of cluster.client.watch(certificateSigningRequests, options)) if (wanted(object)) return object
  throw new Error('the watch ended')
}

test('a request says who asked, whatever its author claims', async () => {
  const { spec, status } = await ask('who', 'CN=pat')
  expect(spec.username).toBe('system:mimikube')
  expect(spec.groups).toEqual(['system:masters', 'system:authenticated'])
  expect(status).toEqual({})
})

test('an approved request gets a certificate of the authority of the cluster, its subject in the order of Go', async () => {
  await decide(await ask('good', 'CN=pat, O=crew', { expirationSeconds: 3600 }), 'Approved')
  const { status } = await follow('good', request => request.status?.certificate !== undefined)
  const certificate = new X509Certificate(Buffer.from(status!.certificate!, 'base64'))
  const ca = (await cluster.client.get(configMaps, 'kube-root-ca.crt', 'default')).data!['ca.crt']
  expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true)
  expect(certificate.subject).toBe('O=crew\nCN=pat')
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe((3600 + 300) * 1000)
})

test('a denied request gets none, one that its signer can not accept fails', async () => {
  const denied = await decide(await ask('denied', 'CN=pat'), 'Denied')
  await decide(await ask('wrong', 'CN=pat', { usages: ['server auth'] }), 'Approved')
  const { status } = await follow('wrong', request => request.status?.conditions?.length === 2)
  expect(status!.conditions!.map(({ type, reason, message }) => [type, reason, message])).toEqual([
    ['Approved', 'Test', 'decided'],
    ['Failed', 'SignerValidationFailure', 'invalid usage for client certificate: server auth'],
  ])
  expect((await cluster.client.get(certificateSigningRequests, denied.metadata.name)).status!.certificate).toBeUndefined()
})

test('nobody becomes one of the masters by a request', async () => {
  await expect(ask('master', 'CN=pat, O=system:masters')).rejects.toThrow(
    'certificatesigningrequests.certificates.k8s.io "master" is forbidden: '
    + 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed')
})

test('decisions are not made by writing to the request itself', async () => {
  const request = await ask('plain', 'CN=pat')
  const written = await cluster.client.update(certificateSigningRequests, edit(request, draft => {
    draft.status = { conditions: [{ type: 'Approved', status: 'True' }] }
  }))
  expect(written.status).toEqual({})
})

describe('signers', () => {
  const node = {
    commonName: 'system:node:a', organizations: ['system:nodes'], dnsNames: [], ipAddresses: [], emails: [], uris: [],
  }
  const serving = { ...node, dnsNames: ['a'] }
  test.each([
    ['kubernetes.io/kube-apiserver-client-kubelet', node, ['client auth', 'digital signature'], undefined],
    ['kubernetes.io/kube-apiserver-client-kubelet', serving, ['client auth', 'digital signature'],
      'DNS subjectAltNames are not allowed'],
    ['kubernetes.io/kube-apiserver-client-kubelet', { ...node, organizations: [] }, [],
      'subject organization is not system:nodes'],
    ['kubernetes.io/kubelet-serving', serving, ['server auth', 'digital signature', 'key encipherment'], undefined],
    ['kubernetes.io/kubelet-serving', node, [], 'DNS or IP subjectAltName is required'],
    ['kubernetes.io/kubelet-serving', serving, ['server auth'],
      'usages did not match [digital signature key encipherment server auth]'],
    ['kubernetes.io/kube-apiserver-client', node, ['digital signature'],
      'missing required usage for client certificate: client auth'],
  ])('%s says of what it is asked', (signer, request, usages, problem) => {
    expect(signerRules.get(signer)!(request, usages)).toBe(problem)
  })

  test('a certificate lives as long as asked, between ten minutes and a year, and begins five minutes ago', () => {
    const now = new Date('2026-01-01T00:00:00Z'), until = (seconds?: number) => validity(seconds, now).notAfter.toISOString()
    expect(validity(600, now).notBefore.toISOString()).toBe('2025-12-31T23:55:00.000Z')
    expect(until(3600)).toBe('2026-01-01T01:00:00.000Z')
    expect(until(1)).toBe('2026-01-01T00:10:00.000Z')
    expect(until(86400)).toBe('2026-01-01T23:55:00.000Z')
    expect(until()).toBe('2026-12-31T23:55:00.000Z')
  })
})
