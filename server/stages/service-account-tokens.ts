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

interface Reference { name: string; uid: string }

/** What a token says under `kubernetes.io` (pkg/serviceaccount/claims, 1.36). */
export interface PrivateClaims {
  namespace: string
  node?: Reference
  pod?: Reference
  secret?: Reference
  serviceaccount: Reference
  warnafter?: number
}

export interface TokenRequest { claims: PrivateClaims; audiences: readonly string[]; expirationSeconds: number }

export interface ServiceAccountTokens {
  issue(request: TokenRequest): Promise<string>
  /**
   * Whose token it is; undefined when it is none of ours. Throws an Error in upstream's words when it is, but not valid (any
   * more).
   */
  verify(token: string, audiences: readonly string[]): Promise<{ user: UserInfo; audiences: string[] } | undefined>
  /** The public keys, as `/openid/v1/jwks` shows them. */
  keys(): Promise<{ keys: JWK[] }>
}

type Claims = JWTPayload & { 'kubernetes.io'?: PrivateClaims }

interface TokenOptions { world: Pick<World, 'get'>; clock: Clock; random: Random }

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
      if (jose.decodeJwt(token).iss !== serviceAccountIssuer) return undefined
      const { payload } = await jose.compactVerify(token, publicKey)
      const claims = JSON.parse(Buffer.from(payload).toString()) as Claims
      if (known.size >= rememberedTokens) known.delete(known.keys().next().value!)
      known.set(token, claims)
      return claims
    } catch {
      return undefined
    }
  }

  return {
    async issue({ claims, audiences, expirationSeconds }) {
      const { jose, privateKey, jwk } = await loaded()
      const now = seconds()
      // In the order of Go's maps: sorted.
      const payload = {
        aud: audiences, exp: now + expirationSeconds, iat: now, iss: serviceAccountIssuer, jti: random.uuid(),
        'kubernetes.io': claims, nbf: now,
        sub: `system:serviceaccount:${claims.namespace}:${claims.serviceaccount.name}`,
      }
      const unsigned = new jose.CompactSign(Buffer.from(JSON.stringify(payload)))
      return unsigned.setProtectedHeader({ alg: 'ES256', kid: jwk.kid }).sign(privateKey)
    },

    async verify(token, audiences) {
      if (token.split('.').length !== 3) return undefined
      const claims = await signedClaims(token)
      const bound = claims?.['kubernetes.io']
      if (!claims || !bound) return undefined
      const own = [claims.aud ?? []].flat(), accepted = audiences.filter(audience => own.includes(audience))
      if (accepted.length === 0) {
        throw new Error(`token audiences ${quoted(own)} is invalid for the target audiences ${quoted(audiences)}`)
      }
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

  const check = (kind: Kind<any>, what: string, reference: Reference | undefined, inNamespace?: string) => {
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
    name: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: [...serviceAccountGroups(namespace), 'system:authenticated'],
    extra,
  }
}

export const serviceAccountGroups = (namespace: string): string[] =>
  ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
