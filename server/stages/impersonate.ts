import { badRequest } from '../../api/status.ts'
import { attributesOf, type Asked } from '../authorization/attributes.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import { createImpersonation, type WantedUser } from '../authorization/impersonation.ts'
import type { UserInfo } from '../user.ts'

/** Headers of a request; those that may be repeated as lists. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** As whom a request is to be done: the user that it asks for, who must be allowed to him; mostly himself. Throws 400 and 403. */
export type Impersonate = (asked: Asked, headers: RequestHeaders) => UserInfo

export function createImpersonate(authorizer: Authorizer): Impersonate {
  const impersonation = createImpersonation(authorizer)
  return (asked, headers) => {
    const wanted = wantedUser(headers)
    return wanted ? impersonation(wanted, attributesOf(asked)) : asked.user
  }
}

const prefix = 'impersonate-', extraPrefix = 'impersonate-extra-'

const valuesOf = (header: string | readonly string[] | undefined): string[] => (header === undefined ? [] : [header].flat())

/** Whether a request asks to be done as somebody else. */
export function isImpersonating(headers: RequestHeaders): boolean {
  for (const header in headers) if (header.startsWith(prefix)) return true
  return false
}

/**
 * The user that the `Impersonate-` headers ask for, undefined when there are none (apiserver, filters/impersonation, 1.36).
 * Throws 400 for headers that name no user.
 */
export function wantedUser(headers: RequestHeaders): WantedUser | undefined {
  if (!isImpersonating(headers)) return undefined
  const name = valuesOf(headers['impersonate-user'])[0] ?? '', uid = valuesOf(headers['impersonate-uid'])[0] ?? ''
  const groups = valuesOf(headers['impersonate-group'])
  const extra = new Map<string, string[]>()
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith(extraPrefix)) extra.set(extraKey(header.slice(extraPrefix.length)), valuesOf(value))
  }
  if (name === '' && uid === '' && groups.length === 0 && extra.size === 0) return undefined
  if (name === '') throw badRequest(`requested ${goUser(uid, groups, extra)} without impersonating a user name`)
  return { name, uid, groups, extra }
}

function extraKey(encoded: string): string {
  try { return decodeURIComponent(encoded).toLowerCase() } catch { return encoded }
}

const goStrings = (texts: readonly string[]) =>
  (texts.length === 0 ? '[]string(nil)' : `[]string{${texts.map(text => JSON.stringify(text)).join(', ')}}`)

/** Go's `%#v` of the user, which upstream prints into the message. */
function goUser(uid: string, groups: readonly string[], extra: ReadonlyMap<string, readonly string[]>): string {
  const entries = [...extra].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => `${JSON.stringify(key)}:${goStrings(values)}`)
  const map = `map[string][]string${entries.length > 0 ? `{${entries.join(', ')}}` : '(nil)'}`
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${goStrings(groups)}, Extra:${map}}`
}
