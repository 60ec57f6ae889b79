import { methodNotAllowed } from '../../api/status.ts'
import { serviceAccountIssuer, type ServiceAccountTokens } from '../stages/service-account-tokens.ts'
import { checkRoute } from './accept.ts'
import type { DiscoveryAnswer, DiscoveryQuestion } from './discover.ts'

/** Who issues the tokens of service accounts, and with which keys (kube-apiserver, pkg/routes/openidmetadata.go, 1.36). */
const configurationPath = '/.well-known/openid-configuration', keysPath = '/openid/v1/jwks'

export const openIdPaths: readonly string[] = [configurationPath, keysPath]

/** Seconds for which a client may keep what it has read. */
const maxAge = 3600

/** The answer for one of the two paths, undefined for any other. Throws 405 and 406. */
export async function openId({ method, path, accept }: Pick<DiscoveryQuestion, 'method' | 'path' | 'accept'>, address: string,
  tokens: Pick<ServiceAccountTokens, 'keys'>): Promise<DiscoveryAnswer | undefined> {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path
  if (bare !== configurationPath && bare !== keysPath) return undefined
  if (method !== 'GET') throw methodNotAllowed()
  const contentType = bare === keysPath ? 'application/jwk-set+json' : 'application/json'
  checkRoute(accept, [contentType])
  const { keys } = await tokens.keys()
  // In the order of Go's structs.
  const body = bare === keysPath
    ? { keys: keys.map(({ use, kty, kid, crv, alg, x, y }) => ({ use, kty, kid, crv, alg, x, y })) }
    : {
        issuer: serviceAccountIssuer, jwks_uri: `https://${address}${keysPath}`, response_types_supported: ['id_token'],
        subject_types_supported: ['public'], id_token_signing_alg_values_supported: [...new Set(keys.map(({ alg }) => alg))].sort(),
      }
  return { code: 200, headers: { 'content-type': contentType, 'cache-control': `public, max-age=${maxAge}` }, body: JSON.stringify(body) }
}
