import { badRequest } from '../../api/status.ts'
import type { UserInfo } from '../user.ts'
import { serviceAccountGroups } from './service-account-tokens.ts'

/** Headers of a request as Node gives them: repeated ones as a list, or joined with commas. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

const extraPrefix = 'impersonate-extra-'

const valuesOf = (header: string | readonly string[] | undefined): string[] =>
  (header === undefined ? [] : typeof header === 'string' ? header.split(', ') : [...header])

/**
 * The user that the `Impersonate-` headers ask for, undefined when there are none (apiserver, filters/impersonation, 1.36).
 * Throws 400 for headers that name no user.
 */
export function impersonated(headers: RequestHeaders): UserInfo | undefined {
  const name = valuesOf(headers['impersonate-user'])[0] ?? '', uid = valuesOf(headers['impersonate-uid'])[0] ?? ''
  const asked = valuesOf(headers['impersonate-group'])
  const extra = new Map<string, string[]>()
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith(extraPrefix)) extra.set(extraKey(header.slice(extraPrefix.length)), valuesOf(value))
  }
  if (name === '' && uid === '' && asked.length === 0 && extra.size === 0) return undefined
  if (name === '') throw badRequest(`requested ${goUser(uid, asked, extra)} without impersonating a user name`)
  return {
    name,
    ...(uid ? { uid } : {}),
    groups: groupsOf(name, asked),
    ...(extra.size > 0 ? { extra: Object.fromEntries(extra) } : {}),
  }
}

const serviceAccountName = /^system:serviceaccount:([^:]+):([^:]+)$/

/** What groups a name alone implies, and the one that says that somebody has been authenticated. */
function groupsOf(name: string, asked: readonly string[]): string[] {
  const account = serviceAccountName.exec(name)
  const groups = account && asked.length === 0 ? serviceAccountGroups(account[1]) : [...asked]
  if (name === 'system:anonymous') {
    return groups.includes('system:unauthenticated') ? groups : [...groups, 'system:unauthenticated']
  }
  if (groups.includes('system:authenticated') || groups.includes('system:unauthenticated')) return groups
  return [...groups, 'system:authenticated']
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
