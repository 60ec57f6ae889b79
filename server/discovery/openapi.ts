import { notAcceptable } from '../../api/status.ts'
import { parseAccept } from '../media.ts'
import type { Registry } from '../resources/registry.ts'
import { pathNotFound, type DiscoveryAnswer } from './discover.ts'
import { openApiV2 } from './openapi-v2.ts'
import { openApiV2AsProtobuf } from './openapi-v2-protobuf.ts'
import { openApiDocument, openApiIndex, type OpenApiDocument } from './openapi-v3.ts'
import type { ResourceFacts } from './subresources.ts'

export interface OpenApiQuestion { path: string; query: URLSearchParams; accept: string; ifNoneMatch: string }

const v2Protobuf = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
const v2ProtobufOld = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
const v3Protobuf = 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf'

/**
 * `/openapi/v2`, `/openapi/v3` and its documents; undefined for other paths. A hashed URL never changes its content, so it may be
 * kept for ever.
 */
export function openApi({ path, query, accept, ifNoneMatch }: OpenApiQuestion, registry: Registry, actions: readonly ResourceFacts[]): DiscoveryAnswer | undefined {
  if (!path.startsWith('/openapi/')) return undefined
  const types = parseAccept(accept || '*/*').map(range => range.type)
  const takesJson = types.some(type => type === 'application/json' || type === '*/*' || type === 'application/*')
  if (path === '/openapi/v2') {
    const protobuf = types.find(type => type === v2Protobuf || type === v2ProtobufOld)
    if (protobuf && (!takesJson || types.indexOf(protobuf) === 0)) {
      // Older kubectls ask with an `@`, which their own parser of media types does not take in an answer.
      return { code: 200, headers: { 'content-type': v2Protobuf }, body: openApiV2AsProtobuf(registry, actions).bytes }
    }
    if (!takesJson) throw notAcceptable('406: Not Acceptable\n\nAvailable representations: application/json')
    return answer(openApiV2(registry, actions), ifNoneMatch, { vary: 'Accept-Encoding, Accept' })
  }
  if (path === '/openapi/v3') {
    // The aggregator writes it, with no name for its type and no tag to ask for it again.
    const { bytes } = openApiIndex(registry, actions)
    return { code: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: bytes }
  }
  if (!path.startsWith('/openapi/v3/')) return pathNotFound()
  const document = openApiDocument(registry, path.slice('/openapi/v3/'.length), actions)
  if (!document) return { code: 404, headers: {}, body: '' }
  if (!takesJson) {
    // A client that takes nothing but protobuf is told so, instead of being given what it can't read.
    return { code: 406, headers: types.includes(v3Protobuf) ? { warning: '299 - "OpenAPI v3 is served as JSON only"' } : {}, body: '' }
  }
  const asked = query.get('hash')
  if (asked && asked !== document.hash) return { code: 301, headers: { location: `${path}?hash=${document.hash}` }, body: '' }
  return answer(document, ifNoneMatch, asked ? { 'cache-control': 'public, immutable', expires: 'Thu, 31 Dec 2099 23:59:59 GMT' } : {})
}

function answer({ bytes, hash }: OpenApiDocument, ifNoneMatch: string, headers: Record<string, string>): DiscoveryAnswer {
  const etag = `"${hash}"`, all = { etag, vary: 'Accept', ...headers }
  // As Go's http.ServeContent compares: weakly, and with any of a list.
  const isKept = ifNoneMatch.split(',').some(tag => ['*', etag].includes(tag.trim().replace(/^W\//, '')))
  if (isKept) return { code: 304, headers: all, body: '' }
  return { code: 200, headers: { 'content-type': 'application/json', ...all }, body: bytes }
}
