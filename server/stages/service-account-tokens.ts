import type { JWK, JWTPayload } from 'jose'
import type { Clock } from '../../api/clock.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { secrets } from '../../api/kinds/core/secrets.ts'
import { serviceAccounts } from '../../api/kinds/core/serviceaccounts.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Random } from '../../api/random.ts'
import type { World } from '../admission/admission.ts'
import type { UserInfo } from '../user.ts'

/** The issuer of the cluster's tokens, and the audience of those meant for the API server. */
export const serviceAccountIssuer = 'https://kubernetes.default.svc.cluster.local'
export const apiAudiences: readonly string[] = [serviceAccountIssuer]

/** The issuer of the tokens in Secrets, which are for the API server and for good. */
const legacyIssuer = 'kubernetes/serviceaccount', legacyPrefix = 'kubernetes.io/serviceaccount'

interface Reference { name: string; uid: string }

/** What a token says under `kubernetes.io` (pkg/serviceaccount/claims, 1.36). */
export interface PrivateClaims {
  namespace: string
  /** Without a uid where there is no such node. */
  node?: { name: string; uid?: string }
  pod?: Reference
  secret?: Reference
  serviceaccount: Reference
  warnafter?: number
}

export interface TokenRequest { claims: PrivateClaims; audiences: readonly string[]; expirationSeconds: number }

export interface ServiceAccountTokens {
  issue(request: TokenRequest): Promise<string>
  /** A token for the Secret that is to hold it. */
  issueLegacy(account: Readonly<KubeObject>, secretName: string): Promise<string>
  /**
   * Whose token it is; undefined when it is none of ours. Throws an Error in upstream's words when it is, but not valid (any
   * more).
   */
  verify(token: string, audiences: readonly string[]): Promise<{ user: UserInfo; audiences: string[] } | undefined>
  /** The public keys, as `/openid/v1/jwks` shows them. */
  keys(): Promise<{ keys: JWK[] }>
}

type Claims = JWTPayload & { 'kubernetes.io'?: PrivateClaims; [legacy: `${typeof legacyPrefix}/${string}`]: string | undefined }

interface TokenOptions { world: Pick<World, 'get' | 'update'>; clock: Clock; random: Random }

const rememberedTokens = 1000

/** Issues and checks the tokens of service accounts, with a key that the cluster makes when it first needs one. */
export function createServiceAccountTokens({ world, clock, random }: TokenOptions): ServiceAccountTokens {
  let loading: ReturnType<typeof load> | undefined
  async function load() {
    const jose = await import('jose')
    const { publicKey, privateKey } = await jose.generateKeyPair('ES256', { extractable: true })
    const jwk: JWK = { ...await jose.exportJWK(publicKey), use: 'sig', alg: 'ES256' }
    jwk.kid = await jose.calculateJwkThumbprint(jwk)
    return { jose, publicKey, privateKey, jwk }
  }
  const loaded = () => loading ??= load()
  const seconds = () => Math.floor(clock.now().getTime() / 1000)
  /** Tokens whose signature has been checked already. */
  const known = new Map<string, Claims>()

  async function signedClaims(token: string): Promise<Claims | undefined> {
    const before = known.get(token)
    if (before) return before
    const { jose, publicKey } = await loaded()
    try {
      const { iss } = jose.decodeJwt(token)
      if (iss !== serviceAccountIssuer && iss !== legacyIssuer) return undefined
    } catch {
      return undefined
    }
    const { payload } = await jose.compactVerify(token, publicKey)
      .catch(() => { throw new Error('go-jose/go-jose: error in cryptographic primitive') })
    const claims = JSON.parse(Buffer.from(payload).toString()) as Claims
    if (known.size >= rememberedTokens) known.delete(known.keys().next().value!)
    known.set(token, claims)
    return claims
  }

  async function sign(payload: object): Promise<string> {
    const { jose, privateKey, jwk } = await loaded()
    const unsigned = new jose.CompactSign(Buffer.from(JSON.stringify(payload)))
    return unsigned.setProtectedHeader({ alg: 'ES256', kid: jwk.kid }).sign(privateKey)
  }

  function acceptedAudiences(own: readonly string[], audiences: readonly string[]): string[] {
    const accepted = audiences.filter(audience => own.includes(audience))
    if (accepted.length > 0) return accepted
    throw new Error(`token audiences ${quoted(own)} is invalid for the target audiences ${quoted(audiences)}`)
  }

  return {
    async issue({ claims, audiences, expirationSeconds }) {
      const now = seconds()
      // In the order of Go's maps: sorted.
      return sign({
        aud: audiences, exp: now + expirationSeconds, iat: now, iss: serviceAccountIssuer, jti: random.uuid(),
        'kubernetes.io': claims, nbf: now,
        sub: userName(claims.namespace, claims.serviceaccount.name),
      })
    },

    issueLegacy: ({ metadata: { namespace = '', name, uid } }, secretName) => sign({
      iss: legacyIssuer, [`${legacyPrefix}/namespace`]: namespace, [`${legacyPrefix}/secret.name`]: secretName,
      [`${legacyPrefix}/service-account.name`]: name, [`${legacyPrefix}/service-account.uid`]: uid, sub: userName(namespace, name),
    }),

    async verify(token, audiences) {
      if (token.split('.').length !== 3) return undefined
      const claims = await signedClaims(token)
      if (claims?.iss === legacyIssuer) {
        return { audiences: acceptedAudiences(apiAudiences, audiences), user: legacyUser(world, clock, token, claims) }
      }
      const bound = claims?.['kubernetes.io']
      if (!claims || !bound) return undefined
      const accepted = acceptedAudiences([claims.aud ?? []].flat(), audiences)
      const now = seconds()
      // A minute of leeway for clocks that differ, as in the library upstream uses.
      if (claims.exp !== undefined && now > claims.exp + 60) throw new Error('service account token has expired')
      if (claims.nbf !== undefined && now < claims.nbf - 60) throw new Error('service account token is not valid yet')
      checkStillThere(world, clock, bound)
      return { user: userOf(bound, claims.jti), audiences: accepted }
    },

    keys: async () => ({ keys: [(await loaded()).jwk] }),
  }
}

const quoted = (texts: readonly string[]) => `[${texts.map(text => JSON.stringify(text)).join(' ')}]`

/** A token dies with its account and with the object it is bound to; a deletion that has begun leaves it a minute. */
function checkStillThere(world: Pick<World, 'get'>, clock: Clock,
  { namespace, serviceaccount, pod, secret, node }: PrivateClaims): void {
  const doomed = ({ metadata }: Readonly<KubeObject>) =>
    metadata.deletionTimestamp !== undefined && Date.parse(metadata.deletionTimestamp) < clock.now().getTime() - 60_000
  const account = world.get(serviceAccounts, serviceaccount.name, namespace)
  if (!account) throw new Error(`serviceaccounts "${serviceaccount.name}" not found`)
  if (account.metadata.uid !== serviceaccount.uid) {
    throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${serviceaccount.uid})`)
  }
  if (doomed(account)) throw new Error(`service account ${namespace}/${serviceaccount.name} has been deleted`)

  const check = (kind: Kind<any>, what: string, reference: PrivateClaims['node'], inNamespace?: string) => {
    if (!reference) return
    const found = world.get<KubeObject>(kind, reference.name, inNamespace)
    if (!found || doomed(found)) throw new Error('service account token has been invalidated')
    if (found.metadata.uid !== reference.uid) {
      throw new Error(`${what} UID (${found.metadata.uid}) does not match service account ${what} ref claim (${reference.uid})`)
    }
  }
  check(secrets, 'secret', secret, namespace)
  check(pods, 'pod', pod, namespace)
  // With a pod the node is told for information only.
  if (!pod) check(nodes, 'node', node)
}

const userName = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`

const lastUsed = 'kubernetes.io/legacy-token-last-used', invalidSince = 'kubernetes.io/legacy-token-invalid-since'

/** Whose token of a Secret it is, as long as that Secret and the account are there (serviceaccount/legacy.go, 1.36). */
function legacyUser(world: TokenOptions['world'], clock: Clock, token: string, claims: Claims): UserInfo {
  const of = (claim: string) => claims[`${legacyPrefix}/${claim}`] ?? ''
  const namespace = of('namespace'), name = of('service-account.name'), uid = of('service-account.uid')
  const secret = world.get(secrets, of('secret.name'), namespace)
  if (!secret || secret.metadata.deletionTimestamp) throw new Error('Token has been invalidated')
  if (Buffer.from(secret.data?.token ?? '', 'base64').toString() !== token) throw new Error("Token does not match server's copy")
  const account = world.get(serviceAccounts, name, namespace)
  if (!account) throw new Error(`serviceaccounts "${name}" not found`)
  if (account.metadata.deletionTimestamp) throw new Error(`ServiceAccount ${namespace}/${name} has been deleted`)
  if (account.metadata.uid !== uid) throw new Error(`ServiceAccount UID (${account.metadata.uid}) does not match claim (${uid})`)
  noteUse(world, clock, secret)
  if (secret.metadata.labels?.[invalidSince]) {
    throw new Error(`the token in secret ${namespace}/${secret.metadata.name} for service account ${namespace}/${name} has been marked invalid. `
      + 'Use tokens from the TokenRequest API or manually created secret-based tokens, '
      + `or remove the '${invalidSince}' label from the secret to temporarily allow use of this token`)
  }
  return { name: userName(namespace, name), uid, groups: [...serviceAccountGroups(namespace), 'system:authenticated'] }
}

/** Keeps the day on which a Secret's token was used last; who is asking does not wait for it, nor mind if somebody else writes. */
function noteUse(world: TokenOptions['world'], clock: Clock, secret: Readonly<KubeObject>): void {
  const now = clock.now(), day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const today = day(now.getTime()), known = secret.metadata.labels?.[lastUsed]
  if (known === today || known === day(now.getTime() + 24 * 60 * 60 * 1000)) return
  const { metadata } = secret
  const used = { ...secret, metadata: { ...metadata, labels: { ...metadata.labels, [lastUsed]: today } } }
  world.update(secrets, used as never).catch(() => {})
}

const prefix = 'authentication.kubernetes.io'

function userOf({ namespace, serviceaccount, pod, node }: PrivateClaims, id: string | undefined): UserInfo {
  const extra: Record<string, string[]> = {}
  if (id) extra[`${prefix}/credential-id`] = [`JTI=${id}`]
  if (node) {
    extra[`${prefix}/node-name`] = [node.name]
    if (node.uid) extra[`${prefix}/node-uid`] = [node.uid]
  }
  if (pod) {
    extra[`${prefix}/pod-name`] = [pod.name]
    extra[`${prefix}/pod-uid`] = [pod.uid]
  }
  return {
    name: userName(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    groups: [...serviceAccountGroups(namespace), 'system:authenticated'],
    extra,
  }
}

export const serviceAccountGroups = (namespace: string): string[] =>
  ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
