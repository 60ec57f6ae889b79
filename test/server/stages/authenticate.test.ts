import { X509Certificate } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { serviceAccounts } from '../../../api/kinds/core/serviceaccounts.ts'
import { secrets } from '../../../api/kinds/core/secrets.ts'
import { createCredentials } from '../../../server/certificates.ts'
import { createAuthenticator, createTokenReader, type Authenticate, type ReadToken,
  type Unauthenticated } from '../../../server/stages/authenticate.ts'
import { apiAudiences, createServiceAccountTokens,
  type ServiceAccountTokens } from '../../../server/stages/service-account-tokens.ts'
import { parseTokenFile } from '../../../server/stages/static-tokens.ts'
import { createWorld } from '../admission/world.ts'

let cluster: ReturnType<typeof createWorld>
let tokens: ServiceAccountTokens
let authenticate: Authenticate
let readToken: ReadToken
beforeEach(() => {
  cluster = createWorld([serviceAccounts, { metadata: { name: 'bot', namespace: 'n', uid: 'u1' } }],
    [secrets, { metadata: { name: 's', namespace: 'n', uid: 'u2' } }])
  tokens = createServiceAccountTokens({ world: cluster.world, clock: cluster.clock, random: cluster.world.random })
  readToken = createTokenReader(parseTokenFile('dev-token,dev,d1,"developers,others"\n', 'tokens.csv'), tokens)
  authenticate = createAuthenticator(readToken, { anonymousAuth: false, clock: cluster.clock })
})

const certificate = (subject: object, authorized = true) =>
  ({ authorized, getPeerCertificate: () => ({ subject, raw: Buffer.from('x') }) }) as unknown as Unauthenticated['socket']
const bare = () => ({ authorized: false, getPeerCertificate: () => ({}) }) as unknown as Unauthenticated['socket']
const ask = (headers: Unauthenticated['headers'], path = '/api', socket = bare()) => authenticate({ socket, headers, path })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const claims = { namespace: 'n', serviceaccount: { name: 'bot', uid: 'u1' } }
const issue = (more: object = {}, audiences: readonly string[] = apiAudiences) =>
  tokens.issue({ claims: { ...claims, ...more }, audiences, expirationSeconds: 3600 })

describe('client certificates', () => {
  test('name the user and his groups', async () => {
    expect(await ask({}, '/api', certificate({ CN: 'kubernetes-admin', O: 'system:masters' }))).toMatchObject({
      name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)] },
    })
    expect(await ask({}, '/api', certificate({ CN: 'carol', O: ['crew', 'night'] })))
      .toMatchObject({ groups: ['crew', 'night', 'system:authenticated'] })
  })

  test('of another authority are worth nothing, not even on public paths', async () => {
    for (const path of ['/api', '/healthz']) await expect(ask({}, path, certificate({ CN: 'x' }, false)))
      .rejects.toMatchObject({ code: 401 })
  })
})

describe('static tokens', () => {
  test('are known by the file', async () => {
    expect(await ask(bearer('dev-token')))
      .toEqual({ name: 'dev', uid: 'd1', groups: ['developers', 'others', 'system:authenticated'] })
  })

  test('a wrong one is refused everywhere', async () => {
    for (const path of ['/api', '/healthz']) await expect(ask(bearer('nope'), path))
      .rejects.toMatchObject({ code: 401, message: 'Unauthorized' })
  })

  test('a file is read with its quotes and empty lines', () => {
    expect(parseTokenFile('a,b,c\n\n"t""1",u,,"g1,g2"\r\n', 'f')).toEqual([
      { token: 'a', user: 'b', uid: 'c', groups: [] }, { token: 't"1', user: 'u', uid: '', groups: ['g1', 'g2'] }])
    expect(() => parseTokenFile('a,b', 'f'))
      .toThrow("token file 'f' must have at least 3 columns (token, user name, user uid), found 2")
  })
})

describe('no credentials', () => {
  test('are enough for the public paths only', async () => {
    for (const path of ['/healthz', '/livez', '/readyz', '/version']) expect((await ask({}, path)).name).toBe('system:anonymous')
    for (const path of ['/api', '/', '/healthz/ping', '/metrics']) await expect(ask({}, path))
      .rejects.toMatchObject({ code: 401 })
  })

  test('another scheme or an empty token is as good as none', async () => {
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer ']) expect((await ask({ authorization }, '/livez')).name)
      .toBe('system:anonymous')
  })
})

describe('no credentials, where strangers are let in', () => {
  test('make a user that may be given roles, on every path', async () => {
    const open = createAuthenticator(readToken, { anonymousAuth: true, clock: cluster.clock })
    expect(await open({ socket: bare(), headers: {}, path: '/api' })).toEqual({ name: 'system:anonymous', groups: ['system:unauthenticated'] })
    await expect(open({ socket: bare(), headers: bearer('nope'), path: '/api' })).rejects.toMatchObject({ code: 401 })
  })
})

describe('tokens of service accounts', () => {
  test('stand for the account', async () => {
    const user = await ask(bearer(await issue()))
    expect(user).toMatchObject({ name: 'system:serviceaccount:n:bot', uid: 'u1',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'] })
  })

  test('carry upstream\'s claims in upstream\'s order', async () => {
    const payload = JSON.parse(Buffer.from((await issue({}, ['shop'])).split('.')[1], 'base64url').toString())
    expect(Object.keys(payload)).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'kubernetes.io', 'nbf', 'sub'])
    expect(payload).toMatchObject({ aud: ['shop'], sub: 'system:serviceaccount:n:bot', exp: payload.iat + 3600 })
  })

  test('end with their time, their account and the object they are bound to', async () => {
    const token = await issue(), bound = await issue({ secret: { name: 's', uid: 'u2' } })
    expect((await ask(bearer(bound))).name).toBe('system:serviceaccount:n:bot')
    cluster.put(secrets, { metadata: { name: 's', namespace: 'n', uid: 'another' } })
    await expect(ask(bearer(bound))).rejects.toMatchObject({ code: 401 })
    await cluster.clock.advance(3700 * 1000)
    await expect(ask(bearer(token))).rejects.toMatchObject({ code: 401 })
    const fresh = await issue()
    cluster.put(serviceAccounts, { metadata: { name: 'bot', namespace: 'n', uid: 'reborn' } })
    await expect(ask(bearer(fresh))).rejects.toMatchObject({ code: 401 })
  })

  test('for other audiences or of another signer are refused', async () => {
    const elsewhere = createServiceAccountTokens({ world: cluster.world, clock: cluster.clock, random: cluster.world.random })
    const foreign = await elsewhere.issue({ claims, audiences: apiAudiences, expirationSeconds: 3600 })
    for (const token of [await issue({}, ['shop']), foreign, 'a.b.c', `${await issue()}x`]) {
      await expect(ask(bearer(token))).rejects.toMatchObject({ code: 401 })
    }
    await expect(tokens.verify(await issue({}, ['shop', 'mall']), ['zoo']))
      .rejects.toThrow('token audiences ["shop" "mall"] is invalid for the target audiences ["zoo"]')
  })

  test('the public key is shown without the private one', async () => {
    const { keys } = await tokens.keys()
    expect(keys).toEqual([expect.objectContaining({ kty: 'EC', use: 'sig', alg: 'ES256', kid: expect.any(String) })])
    expect(keys[0]).not.toHaveProperty('d')
  })
})

describe('a certificate that the machine takes as not valid yet', () => {
  const socketOf = (pem: string, dates: object = {}) => ({
    authorized: false, authorizationError: 'CERT_NOT_YET_VALID',
    getPeerCertificate: () => ({ subject: { CN: 'mia', O: 'devs' }, raw: new X509Certificate(pem).raw, valid_from: 'Jan  1 00:00:00 2026 GMT', valid_to: 'Jan  1 00:00:00 2027 GMT', ...dates }),
  }) as unknown as Unauthenticated['socket']
  const own = createCredentials(), foreign = createCredentials()
  const asking = async (pem: string, dates?: object) => {
    const open = createAuthenticator(readToken, { anonymousAuth: false, clock: cluster.clock, authority: (await own).ca.cert })
    return open({ socket: socketOf(pem, dates), headers: {}, path: '/api' })
  }

  test('holds by the clock of the cluster', async () => {
    expect(await asking((await own).admin.cert)).toMatchObject({ name: 'mia', groups: ['devs', 'system:authenticated'] })
    await expect(asking((await own).admin.cert, { valid_from: 'Feb  1 00:00:00 2026 GMT' })).rejects.toThrow('Unauthorized')
    await expect(asking((await own).admin.cert, { valid_to: 'Jan  1 12:00:00 2026 GMT' })).rejects.toThrow('Unauthorized')
  })

  test('is nobody\'s when another authority has signed it', async () => {
    for (const pair of [(await foreign).admin, (await foreign).ca]) await expect(asking(pair.cert)).rejects.toThrow('Unauthorized')
  })
})
