// Tokens of service accounts: how they are asked for, what is in them, how long they hold, and what pods get by their account.
import { Buffer } from 'node:buffer'
import { ask, differences } from '../pair.mjs'
import { as, attempt, compareRequest, namespaces, prepare, sleep, strangers, until } from './asking.mjs'

const home = 'access-t', core = `/api/v1/namespaces/${home}`
const pod = (name, spec = {}) => ({ metadata: { name }, spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec } })

export async function tokens(pair, report) {
  const gone = await namespaces(pair, home)
  for (const name of ['one', 'two']) await prepare(pair, { method: 'POST', path: `${core}/serviceaccounts`, body: { metadata: { name } } })
  await prepare(pair, { method: 'POST', path: `${core}/pods`, body: pod('scheduled', { serviceAccountName: 'one', nodeName: 'node-1' }) })
  await prepare(pair, { method: 'POST', path: `${core}/pods`, body: pod('waiting', { serviceAccountName: 'one', nodeSelector: { never: 'x' } }) })
  await prepare(pair, { method: 'POST', path: `${core}/secrets`, body: { metadata: { name: 's' } } })
  await prepare(pair, { method: 'POST', path: '/api/v1/nodes', body: { metadata: { name: 'access-t-node' } } })
  const name = 'access-t-node'

  const request = (title, body, options = {}) => ({ title, path: `${core}/serviceaccounts/${options.account ?? 'one'}/token${options.query ?? ''}`, method: 'POST', body, headers: options.headers })
  const bound = (kind, objectName, more = {}) => ({ spec: { boundObjectRef: { apiVersion: 'v1', kind, name: objectName, ...more } } })
  const asked = [
    request('plain', {}), request('null', null), request('audiences', { spec: { audiences: ['a', 'b'] } }), request('an empty audience', { spec: { audiences: [''] } }), request('audience twice', { spec: { audiences: ['a', 'a'] } }),
    ...[0, 1, 599, 600, 601, 3607, 86400, 2 ** 32, 2 ** 32 + 1, -1].map(seconds => request(`for ${seconds} s`, { spec: { expirationSeconds: seconds } })),
    request('for text', { spec: { expirationSeconds: '600' } }), request('bound to a pod', bound('Pod', 'scheduled')), request('bound to a pod as volumes do', { spec: { ...bound('Pod', 'scheduled').spec, expirationSeconds: 3607 } }), request('bound to a pod for others', { spec: { ...bound('Pod', 'scheduled').spec, expirationSeconds: 3607, audiences: ['vault'] } }), request('bound to a waiting pod', bound('Pod', 'waiting')), request('bound to a pod of another', bound('Pod', 'scheduled'), { account: 'two' }),
    request('bound to no pod', bound('Pod', 'none')), request('bound to a wrong pod', bound('Pod', 'scheduled', { uid: 'x' })), request('bound to a secret', bound('Secret', 's')), request('bound to no secret', bound('Secret', 'none')), request('bound to a wrong secret', bound('Secret', 's', { uid: 'x' })),
    request('bound to a node', bound('Node', name)), request('bound to no node', bound('Node', 'none')), request('bound to a wrong node', bound('Node', name, { uid: 'x' })), request('bound to a config map', bound('ConfigMap', 'x')), request('bound to a group', bound('Deployment', 'x', { apiVersion: 'apps/v1' })),
    request('bound to nothing', { spec: { boundObjectRef: {} } }), request('bound to a name', bound('', 'x', { apiVersion: '' })), request('no account', {}, { account: 'none' }), request('a name', { metadata: { name: 'one', namespace: home } }), request('another name', { metadata: { name: 'x' } }),
    request('another namespace', { metadata: { namespace: 'x' } }), request('labels', { metadata: { labels: { a: 'b' } } }), request('a wrong uid', { metadata: { uid: 'x' } }), request('unknown fields', { spec: { some: 1 } }), request('strict', { spec: { some: 1 } }, { query: '?fieldValidation=Strict' }),
    request('dry run', {}, { query: '?dryRun=All' }), request('dry run of x', {}, { query: '?dryRun=x' }), request('a status', { status: { token: 'x', expirationTimestamp: '2020-01-01T00:00:00Z' } }), request('another kind', { kind: 'Pod', apiVersion: 'v1' }), request('its kind', { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' }),
    request('forbidden', {}, { headers: as('nobody') }),
  ]
  for (const { title, ...one } of asked) await compareRequest(pair, report, one, { title: `token: ${title}`, shape: claimsOf })
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) await compareRequest(pair, report, { method, path: `${core}/serviceaccounts/one/token`, body: method === 'GET' ? undefined : {}, headers: method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {} }, { title: `token: ${method}` })

  await reviews(pair, report, name)
  await legacy(pair, report)
  await admission(pair, report)
  for (const path of ['/.well-known/openid-configuration', '/openid/v1/jwks']) {
    await compareRequest(pair, report, { path }, { shape: answer => ({ ...answer, jwks_uri: answer.jwks_uri?.replace(/\/\/[^/]+/, ''), id_token_signing_alg_values_supported: [], keys: answer.keys?.map(({ use, kid }) => [use, typeof kid]) }), headers: ['content-type', 'cache-control'] })
  }
  await attempt(pair, { method: 'DELETE', path: '/api/v1/nodes/access-t-node' })
  await gone()
}

/** What a token says, its ids and times taken out; whatever signs it. */
function claimsOf(answer) {
  const token = answer?.status?.token
  if (!token) return answer
  const parts = token.split('.'), read = part => JSON.parse(Buffer.from(part, 'base64url').toString())
  const { exp, iat, nbf, jti, ...claims } = read(parts[1])
  const { alg: _alg, kid: _kid, ...header } = read(parts[0])
  const { warnafter, ...bound } = claims['kubernetes.io']
  const plain = JSON.parse(JSON.stringify(bound).replace(/"uid":"[^"]+"/g, '"uid":"<uid>"'))
  return { ...answer, header, claims: { ...claims, 'kubernetes.io': plain }, keys: Object.keys(claims), lasts: exp - iat, warns: warnafter === undefined ? undefined : warnafter - iat, late: nbf - iat, jti: typeof jti,
    status: { ...answer.status, token: 'a token', expirationTimestamp: undefined, differs: Math.abs(Date.parse(answer.status.expirationTimestamp) / 1000 - exp) > 1 } }
}

/** What differs from token to token in what a review says of it. */
const reviewed = answer => JSON.parse(JSON.stringify(answer).replace(/JTI=[^"]+/g, 'JTI').replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'))

async function reviews(pair, report, node) {
  const make = async (path, body) => { const { real, ours } = await prepare(pair, { method: 'POST', path, body }); return { real: real.status.token, ours: ours.status.token } }
  const bound = (kind, name) => ({ spec: { boundObjectRef: { apiVersion: 'v1', kind, name } } })
  for (const name of ['short', 'alone']) {
    await prepare(pair, { method: 'POST', path: `${core}/serviceaccounts`, body: { metadata: { name } } })
    await prepare(pair, { method: 'POST', path: `${core}/secrets`, body: { metadata: { name: `secret-${name}` } } })
  }
  await prepare(pair, { method: 'POST', path: `${core}/pods`, body: pod('dying', { serviceAccountName: 'one', nodeSelector: { never: 'x' } }) })
  const account = name => `${core}/serviceaccounts/${name}/token`
  const all = {
    plain: await make(account('one'), {}), audience: await make(account('one'), { spec: { audiences: ['a', 'b'] } }), pod: await make(account('one'), bound('Pod', 'scheduled')), waiting: await make(account('one'), bound('Pod', 'waiting')),
    secret: await make(account('one'), bound('Secret', 's')), node: await make(account('one'), bound('Node', node)), 'dying pod': await make(account('one'), bound('Pod', 'dying')), 'dead secret': await make(account('alone'), bound('Secret', 'secret-alone')), 'dead account': await make(account('short'), {}),
  }
  const review = async (title, token, audiences) => {
    const { real, ours } = typeof token === 'string' ? { real: token, ours: token } : token
    const [theirs, own] = await Promise.all([[pair.real, real], [pair.ours, ours]].map(async ([side, text]) => {
      const { status, text: answer } = await ask(side, { method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token: text, ...audiences ? { audiences } : {} } } })
      return { status, body: reviewed(JSON.parse(answer.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>').replace(/"time":"[^"]*",/, ''))) }
    }))
    report(`review: ${title}`, differences(theirs, own))
  }
  const whoami = async (title, token) => {
    const sides = Object.fromEntries(Object.entries(strangers(pair)).map(([name, side]) => [name, { ...side, headers: { authorization: `Bearer ${token[name]}` } }]))
    await compareRequest(sides, report, { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} }, { title: `whoami: ${title}`, shape: reviewed })
  }
  for (const [title, token] of Object.entries(all)) {
    await review(title, token)
    await review(`${title} for its issuer`, token, ['https://kubernetes.default.svc.cluster.local'])
    await review(`${title} for a and c`, token, ['a', 'c'])
    await whoami(title, token)
  }
  for (const [title, token] of Object.entries({ wrong: 'x', empty: '', static: 'dev-token', jwt: 'a.b.c', foreign: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJmb3JlaWduIn0.c2ln', 'signed wrongly': `${all.plain.real.split('.').slice(0, 2).join('.')}.c2ln` })) {
    await review(title, token)
    await review(`${title} for a`, token, ['a'])
  }
  for (const path of ['serviceaccounts/short', 'secrets/secret-alone', 'pods/dying?gracePeriodSeconds=0']) await attempt(pair, { method: 'DELETE', path: `${core}/${path}` })
  for (const side of [pair.real, pair.ours]) await until(async () => (await ask(side, { path: `${core}/pods/dying` })).status === 404)
  // Upstream remembers for ten seconds whom a token has let in.
  await sleep(11_000)
  for (const title of ['dying pod', 'dead secret', 'dead account']) {
    await review(`${title} now`, all[title])
    await whoami(`${title} now`, all[title])
  }
  for (const body of [{}, null, { metadata: { name: 'x' }, spec: { token: 'x' } }, { spec: { token: 'x', some: 1 } }, { spec: { token: 5 } }, { spec: { token: 'dev-token' }, status: { authenticated: false } }]) {
    await compareRequest(pair, report, { method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body }, { title: `review of ${JSON.stringify(body)}` })
    await compareRequest(pair, report, { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', headers: as('x', { extra: { a: ['b', 'c'] }, uid: 'u' }), body }, { title: `self review of ${JSON.stringify(body)}` })
  }
}

/** Secrets that hold a token for good. */
async function legacy(pair, report) {
  const type = 'kubernetes.io/service-account-token', secret = (name, annotations, more = {}) => ({ metadata: { name, annotations }, type, ...more })
  const forAccount = { 'kubernetes.io/service-account.name': 'one' }
  const plain = answer => (answer.kind === 'Secret' ? { ...answer, data: answer.data && Object.keys(answer.data), metadata: { ...answer.metadata, managedFields: undefined } } : answer)
  const bodies = { plain: secret('legacy', forAccount), 'without an account': secret('legacy-none', {}), 'with an empty account': secret('legacy-empty', { 'kubernetes.io/service-account.name': '' }), 'of another type': { ...secret('legacy-opaque', forAccount), type: 'Opaque' }, 'with a wrong uid': secret('legacy-uid', { ...forAccount, 'kubernetes.io/service-account.uid': 'x' }), 'of no account': secret('legacy-gone', { 'kubernetes.io/service-account.name': 'gone' }) }
  for (const [title, body] of Object.entries(bodies)) await compareRequest(pair, report, { method: 'POST', path: `${core}/secrets`, body }, { title: `legacy secret ${title}`, shape: plain })
  const filled = {}
  for (const [name, side] of [['real', pair.real], ['ours', pair.ours]]) {
    await until(async () => { filled[name] = JSON.parse((await ask(side, { path: `${core}/secrets/legacy` })).text); return filled[name].data?.token !== undefined })
    await until(async () => (await ask(side, { path: `${core}/secrets/legacy-uid` })).status === 404, 5)
    await until(async () => (await ask(side, { path: `${core}/secrets/legacy-gone` })).status === 404, 5)
  }
  const tokenOf = secretObject => Buffer.from(secretObject.data.token, 'base64').toString()
  const shown = object => ({ ...plain(object), metadata: { ...object.metadata, uid: 0, resourceVersion: 0, creationTimestamp: 0, managedFields: object.metadata.managedFields.map(({ manager, operation }) => ({ manager, operation })), annotations: Object.keys(object.metadata.annotations) },
    claims: JSON.parse(JSON.stringify(JSON.parse(Buffer.from(tokenOf(object).split('.')[1], 'base64url'))).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')), namespace: object.data.namespace })
  await sleep(300)
  report('legacy secret filled', differences(shown(filled.real), shown(filled.ours)))
  const use = async title => {
    const sides = Object.fromEntries(Object.entries(strangers(pair)).map(([name, side]) => [name, { ...side, headers: { authorization: `Bearer ${tokenOf(filled[name])}` } }]))
    await compareRequest(sides, report, { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} }, { title: `legacy token ${title}`, shape: reviewed })
  }
  await use('used')
  for (const path of ['legacy-uid', 'legacy-gone', 'legacy']) await compareRequest(pair, report, { path: `${core}/secrets/${path}` }, { title: `legacy secret ${path} later`, shape: ({ metadata, data, ...answer }) => ({ ...answer, labels: metadata?.labels && Object.keys(metadata.labels), annotations: metadata?.annotations && Object.keys(metadata.annotations), data: data && Object.keys(data) }) })
  await attempt(pair, { method: 'DELETE', path: `${core}/secrets/legacy` })
  await sleep(11_000)
  await use('of a deleted secret')
  await prepare(pair, { method: 'POST', path: `${core}/serviceaccounts`, body: { metadata: { name: 'leaving' } } })
  await prepare(pair, { method: 'POST', path: `${core}/secrets`, body: secret('leaving', { 'kubernetes.io/service-account.name': 'leaving' }) })
  for (const side of [pair.real, pair.ours]) await until(async () => JSON.parse((await ask(side, { path: `${core}/secrets/leaving` })).text).data?.token)
  await attempt(pair, { method: 'DELETE', path: `${core}/serviceaccounts/leaving` })
  for (const side of [pair.real, pair.ours]) await until(async () => (await ask(side, { path: `${core}/secrets/leaving` })).status === 404, 5)
  await compareRequest(pair, report, { path: `${core}/secrets/leaving` }, { title: 'secret of a deleted account', shape: ({ kind }) => kind })
}

/** What admission does to pods for their account. */
async function admission(pair, report) {
  const accounts = {
    bare: {}, silent: { automountServiceAccountToken: false }, loud: { automountServiceAccountToken: true }, pulling: { imagePullSecrets: [{ name: 'a' }, { name: 'b' }] },
    strict: { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } }, secrets: [{ name: 's' }], imagePullSecrets: [{ name: 'pull' }] },
    loose: { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'false' } }, secrets: [{ name: 's' }] },
  }
  for (const [name, { metadata, ...rest }] of Object.entries(accounts)) await compareRequest(pair, report, { method: 'POST', path: `${core}/serviceaccounts`, body: { metadata: { name: `sa-${name}`, ...metadata }, ...rest } }, { title: `account ${name}`, headers: ['warning'] })
  const container = more => [{ name: 'c', image: 'nginx', ...more }], mount = { name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  const secretKey = name => ({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name, key: 'k' } } }] })
  const specs = {
    plain: {}, 'asking for none': { automountServiceAccountToken: false }, 'asking for it': { automountServiceAccountToken: true }, 'by the old name': { serviceAccount: 'two', serviceAccountName: undefined }, 'with its own mount': { volumes: [{ name: 'own', emptyDir: {} }], containers: container({ volumeMounts: [mount] }) },
    'with two containers': { containers: [...container(), { name: 'd', image: 'x', volumeMounts: [{ ...mount, name: 'own' }] }], volumes: [{ name: 'own', emptyDir: {} }] }, 'with init containers': { initContainers: [{ name: 'i', image: 'x' }] }, 'with secrets of its own': { imagePullSecrets: [{ name: 'z' }] },
    'with a secret volume': { volumes: [{ name: 'v', secret: { secretName: 'other' } }] }, 'with the right secret': { volumes: [{ name: 'v', secret: { secretName: 's' } }] }, 'with a secret key': { containers: container(secretKey('other')) }, 'with an init secret key': { initContainers: [{ name: 'i', image: 'x', ...secretKey('other') }] },
    'with env of a secret': { containers: container({ envFrom: [{ secretRef: { name: 'other' } }] }) }, 'with an init env of a secret': { initContainers: [{ name: 'i', image: 'x', envFrom: [{ secretRef: { name: 'other' } }] }] }, 'with a pull secret': { imagePullSecrets: [{ name: 'other' }] }, 'with the right pull secret': { imagePullSecrets: [{ name: 'pull' }] },
    'with a projected secret': { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 'other' } }] } }] }, 'with a token of its own': { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 7200 } }] } }], containers: container({ volumeMounts: [{ name: 'v', mountPath: '/vault' }] }) },
  }
  const masked = answer => JSON.parse(JSON.stringify({ ...answer, metadata: { ...answer.metadata, managedFields: undefined } }).replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<id>'))
  for (const [title, spec] of Object.entries(specs)) {
    for (const account of ['one', 'sa-silent', 'sa-loud', 'sa-pulling', 'sa-strict', 'sa-loose', 'none', undefined]) {
      const wanted = account && !('serviceAccountName' in spec) ? { serviceAccountName: account } : {}
      await compareRequest(pair, report, { method: 'POST', path: `${core}/pods?dryRun=All`, body: { ...pod('p', { ...wanted, ...spec }) } }, { title: `pod ${title} of ${account}`, shape: masked })
    }
  }
  const mirror = { 'kubernetes.io/config.mirror': 'x', 'kubernetes.io/config.hash': 'x' }
  for (const [title, spec] of Object.entries({ plain: {}, account: { serviceAccountName: 'one' }, secret: { volumes: [{ name: 'v', secret: { secretName: 's' } }] }, token: { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] }, config: { volumes: [{ name: 'v', configMap: { name: 's' } }] }, claim: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 's' } }] } })) {
    for (const headers of [{}, as('system:node:node-1', { groups: ['system:nodes'] })]) {
      await compareRequest(pair, report, { method: 'POST', path: `${core}/pods?dryRun=All`, headers, body: { ...pod('m', { nodeName: 'node-1', ...spec }), metadata: { name: 'm', annotations: mirror } } }, { title: `mirror pod ${title}${headers['impersonate-user'] ? ' by a node' : ''}`, shape: masked })
    }
  }
}
