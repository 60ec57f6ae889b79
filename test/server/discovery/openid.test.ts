import { importJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApiServer, type TestApiServer } from '../../support/api-server.ts'

/** Who trusts the cluster's service accounts finds their issuer and its keys (kube-apiserver, pkg/routes/openidmetadata.go). */
let server: TestApiServer
beforeAll(async () => { server = await startApiServer() })
afterAll(() => server.stop())

const issuer = 'https://kubernetes.default.svc.cluster.local'

test('the configuration names the issuer and where its keys are', async () => {
  const { status, headers, json } = await server.api('GET', '/.well-known/openid-configuration')
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'application/json', 'public, max-age=3600'])
  expect(json).toEqual({
    issuer, jwks_uri: `${server.url}/openid/v1/jwks`, response_types_supported: ['id_token'], subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  })
})

test('a token of a service account stands the test of the keys', async () => {
  const { headers, json: { keys } } = await server.api('GET', '/openid/v1/jwks/')
  expect([headers['content-type'], headers['cache-control']]).toEqual(['application/jwk-set+json', 'public, max-age=3600'])
  expect(Object.keys(keys[0])).toEqual(['use', 'kty', 'kid', 'crv', 'alg', 'x', 'y'])
  const { json: { status: { token } } } = await server.api('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['vault'] } },
  })
  const { payload, protectedHeader } = await jwtVerify(token, await importJWK(keys[0]), { issuer, audience: 'vault' })
  expect([payload.sub, protectedHeader.kid]).toEqual(['system:serviceaccount:default:default', keys[0].kid])
})

test('other methods and media types are refused, and so is who may not', async () => {
  expect((await server.api('POST', '/openid/v1/jwks')).status).toBe(405)
  const refused = await server.api('GET', '/openid/v1/jwks', { accept: 'text/html' })
  expect(refused.status).toBe(406)
  expect(refused.json.message).toBe('406: Not Acceptable\n\nAvailable representations: application/jwk-set+json')
  const stranger = await server.api('GET', '/openid/v1/jwks', { headers: { 'impersonate-user': 'nobody' } })
  expect(stranger.json.message).toBe('forbidden: User "nobody" cannot get path "/openid/v1/jwks"')
  const pod = { 'impersonate-user': 'system:serviceaccount:n:a', 'impersonate-group': 'system:serviceaccounts' }
  expect((await server.api('GET', '/openid/v1/jwks', { headers: pod })).status).toBe(200)
})

test('both are listed at the root', async () => {
  expect((await server.api('GET', '/')).json.paths).toEqual(expect.arrayContaining(
    ['/.well-known/openid-configuration', '/metrics', '/openid/v1/jwks']))
})
