import type { Kind } from '../../api/kind.ts'
import type { ListMeta } from '../../api/object.ts'
import { badRequest, StatusError } from '../../api/status.ts'
import { parseListOptions, parseResourceVersion, type ListOptions } from '../options.ts'
import { storePath, storePrefix } from '../parse-request.ts'
import { showStored } from '../resources/versions.ts'
import type { Store, Stored } from '../store/store.ts'
import { select, type Selection } from './selection.ts'
import type { VerbHandler } from './verb.ts'

/** GET of a collection, page by page when asked. */
export const list: VerbHandler = async ({ kind, namespace, query }, { store }) => {
  const options = parseListOptions(query, false)
  const selection = select(kind, options.labelSelector, options.fieldSelector)
  const { metadata, items } = readList(store, kind, namespace, options, selection)
  return { type: 'list', kind, metadata, items: kind.storedAs ? items.map(item => showStored(kind, item)) : items }
}

/** What a list answers; throws 400, 410 and 504 as upstream (apiserver, storage/etcd3 and registry). */
export function readList(store: Store, kind: Kind, namespace: string | undefined, options: ListOptions, selection: Selection):
{ metadata: ListMeta; items: readonly Stored[] } {
  const prefix = storePrefix(kind, namespace)
  const asked = parseResourceVersion(options.resourceVersion, detail =>
    badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(options.resourceVersion)}: ${detail}`))
  let start: string | undefined, revision: number | undefined
  if (options.continue) {
    const token = readContinue(options.continue)
    if (asked) throw badRequest('specifying resource version is not allowed when using continue')
    start = prefix + token.start
    revision = token.revision > 0 ? token.revision : undefined
  } else {
    if (asked > store.revision) throw tooLargeResourceVersion(asked, store.revision)
    // A limit asks for that very version too (etcd3 store, the older rule).
    if (options.resourceVersionMatch === 'Exact' || (options.resourceVersionMatch === '' && options.limit > 0 && asked > 0)) revision = asked
  }
  // A list from the cache (resourceVersion=0) is whole, as upstream's watch cache answers it.
  const limit = options.resourceVersion === '0' && !options.continue ? 0 : options.limit

  if (!selection.matches) {
    const { items, remaining, ...page } = store.list(prefix, { start, revision, limit })
    return {
      metadata: {
        resourceVersion: String(page.revision),
        ...(remaining ? { continue: writeContinue(page.revision, after(prefix, items.at(-1)!)), remainingItemCount: remaining } : {}),
      },
      items,
    }
  }
  if (selection.name && namespace !== undefined && revision === undefined && !start) {
    const one = store.get(storePath(kind, namespace, selection.name))
    const items = one && selection.matches(showStored(kind, one).object) ? [one] : []
    return { metadata: { resourceVersion: String(store.revision) }, items }
  }
  const all = store.list(prefix, { start, revision })
  const items: Stored[] = []
  for (const stored of all.items) {
    if (!selection.matches(showStored(kind, stored).object)) continue
    if (limit && items.length === limit) {
      // With a selector the server doesn't count what is left.
      return { metadata: { resourceVersion: String(all.revision), continue: writeContinue(all.revision, after(prefix, items.at(-1)!)) }, items }
    }
    items.push(stored)
  }
  return { metadata: { resourceVersion: String(all.revision) }, items }
}

/** First possible path behind a stored one, relative to the prefix. */
const after = (prefix: string, stored: Stored) => stored.path.slice(prefix.length) + '\0'

const continueVersion = 'meta.k8s.io/v1'

function writeContinue(revision: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: continueVersion, rv: revision, start })).toString('base64url')
}

/** A continue token taken apart (apiserver, storage/continue.go); it always is base64url of JSON with v, rv, start. */
function readContinue(token: string): { revision: number; start: string } {
  const refuse = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`)
  const bad = token.length % 4 === 1 && !/[^A-Za-z0-9_-]/.test(token) ? token.length - 1 : token.search(/[^A-Za-z0-9_-]/)
  if (bad >= 0) throw refuse(`illegal base64 data at input byte ${bad}`)
  const text = Buffer.from(token, 'base64url').toString('latin1')
  let parsed: { v?: unknown; rv?: unknown; start?: unknown } | null
  try { parsed = JSON.parse(text) } catch {
    throw refuse(text === '' ? 'unexpected end of JSON input' : `invalid character ${goCharacter(text[0])} looking for beginning of value`)
  }
  const { v = '', rv, start: encoded } = parsed ?? {}
  if (v !== continueVersion) throw refuse(`server does not recognize this encoded version ${String(v)}`)
  if (rv === 0 || typeof rv !== 'number') throw refuse(`incorrect encoded start resourceVersion (version ${continueVersion})`)
  if (typeof encoded !== 'string' || encoded === '') throw refuse(`encoded start key empty (version ${continueVersion})`)
  const start = encoded.startsWith('/') ? encoded : `/${encoded}`
  if (start.split('/').includes('..')) throw refuse(encoded)
  return { revision: rv, start: start.slice(1) }
}

const goCharacter = (character: string) => (character >= ' ' && character <= '~' ? `'${character}'` : `'\\u00${character.charCodeAt(0).toString(16).padStart(2, '0')}'`)

/** 504 for a version that lies in the future. */
export function tooLargeResourceVersion(asked: number, current: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1,
  })
}

