import { createHash, X509Certificate } from 'node:crypto'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import type { Clock } from '../../api/clock.ts'
import { unauthorized } from '../../api/status.ts'
import type { UserInfo } from '../user.ts'
import type { RequestHeaders } from './impersonate.ts'
import { apiAudiences, type ServiceAccountTokens } from './service-account-tokens.ts'
import type { StaticToken } from './static-tokens.ts'

export type { StaticToken } from './static-tokens.ts'

/** What of a request tells who sent it. */
export interface Unauthenticated {
  socket: Pick<TLSSocket, 'authorized' | 'getPeerCertificate'> & { authorizationError?: unknown }
  headers: RequestHeaders
  path: string
  /** Adds a `Warning:` to the answer. */
  warn?(text: string): void
}

/** Finds out who is asking; throws 401. */
export type Authenticate = (asked: Unauthenticated) => Promise<UserInfo>

/** Whose bearer token it is, undefined for nobody's; throws an Error that says what is wrong with a token of ours. */
export type ReadToken = (token: string, audiences: readonly string[]) =>
  Promise<{ user: UserInfo; audiences: readonly string[] } | undefined>

const authenticated = (groups: readonly string[]) =>
  (groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'])

/** Static tokens and those of service accounts. */
export function createTokenReader(tokens: readonly StaticToken[], serviceAccountTokens: ServiceAccountTokens): ReadToken {
  const known = new Map(tokens.map(({ token, user, uid, groups }) => [token, { name: user, uid, groups: authenticated(groups) }]))
  return async (token, audiences) => {
    const user = known.get(token)
    if (!user) return serviceAccountTokens.verify(token, audiences)
    // Tokens of a file are meant for the API server alone.
    const accepted = audiences.filter(audience => apiAudiences.includes(audience))
    return accepted.length > 0 ? { user, audiences: accepted } : undefined
  }
}

/** What is answered to everybody, as the default role system:public-info-viewer has it, even where strangers are not let in. */
const publicPaths = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/'])
const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

export interface AuthenticatorOptions {
  anonymousAuth: boolean
  clock: Pick<Clock, 'now'>
  /** PEM of who signs the certificates of clients. */
  authority?: string
}

/**
 * Client certificate, then bearer token. Whoever brings neither is `system:anonymous`, with `anonymousAuth` everywhere
 * (upstream's default), without it on the public paths alone. Wrong credentials are refused on all of them.
 */
export function createAuthenticator(readToken: ReadToken, options: AuthenticatorOptions): Authenticate {
  const { anonymousAuth, clock, authority } = options
  /** A connection keeps its certificate, as long as that holds. */
  const certified = new WeakMap<object, { user: UserInfo; notAfter: number }>()

  return async ({ socket, headers, path, warn }) => {
    const known = certified.get(socket)
    if (known && clock.now().getTime() <= known.notAfter) return known.user
    const certificate = socket.getPeerCertificate()
    // Node gives an empty object when the client has sent none.
    const sent = certificate !== undefined && certificate !== null && Object.keys(certificate).length > 0
    if (sent && isValid(certificate, socket, authority, clock)) {
      const user = userOfCertificate(certificate), notAfter = Date.parse(certificate.valid_to)
      if (user) {
        certified.set(socket, { user, notAfter: Number.isNaN(notAfter) ? Infinity : notAfter })
        return user
      }
    }
    const token = bearerToken(headers.authorization, warn) ?? webSocketToken(headers)
    if (token === undefined) {
      if (!sent && (anonymousAuth || publicPaths.has(path))) return anonymous
      throw unauthorized()
    }
    const found = await readToken(token, apiAudiences).catch(() => undefined)
    if (!found) throw unauthorized()
    return found.user
  }
}

/**
 * A certificate holds by the cluster's clock, which may be faster than the machine's: TLS takes one that was signed a moment ago
 * as not valid yet. That hides what else may be wrong with it, so that who signed it is looked at anew.
 */
function isValid(certificate: PeerCertificate, { authorized, authorizationError }: Unauthenticated['socket'], authority: string | undefined,
  clock: Pick<Clock, 'now'>): boolean {
  const now = clock.now().getTime()
  if (now > Date.parse(certificate.valid_to)) return false
  if (authorized) return true
  const why = (authorizationError as { code?: string } | undefined)?.code ?? authorizationError
  if (why !== 'CERT_NOT_YET_VALID' || !authority || now < Date.parse(certificate.valid_from)) return false
  const signer = new X509Certificate(authority), sent = new X509Certificate(certificate.raw)
  return sent.checkIssued(signer) && sent.verify(signer.publicKey)
}

/** Another scheme, or no token behind the word, is as good as no header at all. */
function bearerToken(header: string | readonly string[] | undefined, warn?: (text: string) => void): string | undefined {
  if (typeof header !== 'string') return undefined
  const [scheme, token, ...more] = header.trim().split(' ')
  if (scheme.toLowerCase() !== 'bearer') return undefined
  if (token === '' && more.length > 0) warn?.('the provided Authorization header contains extra space before the bearer token, and is ignored')
  return token || undefined
}

/** What browsers, which can't set a header, send instead: a subprotocol (apiserver, authentication/request/websocket, 1.36). */
export const tokenProtocol = 'base64url.bearer.authorization.k8s.io.'

/** Whoever sends his token so must offer one other subprotocol besides, to be agreed on. */
function webSocketToken({ upgrade, 'sec-websocket-protocol': offered }: RequestHeaders): string | undefined {
  if (typeof offered !== 'string' || String(upgrade).toLowerCase() !== 'websocket') return undefined
  const protocols = offered.split(',').map(protocol => protocol.trim())
  const tokens = protocols.filter(protocol => protocol.startsWith(tokenProtocol))
  if (tokens.length === 0) return undefined
  if (tokens.length > 1 || protocols.length === 1) throw unauthorized()
  return Buffer.from(tokens[0].slice(tokenProtocol.length), 'base64url').toString() || undefined
}

/** CN is the name, each O a group (apiserver, authentication/request/x509, CommonNameUserConversion). */
function userOfCertificate({ subject, raw }: PeerCertificate): UserInfo | undefined {
  const name = [subject.CN].flat()[0]
  if (!name) return undefined
  return {
    name,
    groups: authenticated([subject.O ?? []].flat()),
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${createHash('sha256').update(raw).digest('hex')}`] },
  }
}
