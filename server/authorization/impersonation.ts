import { StatusError } from '../../api/status.ts'
import { validateDomainPrefixedPath } from '../../api/kinds/validation/labels.ts'
import { isDns1123Label, isDns1123Subdomain } from '../../api/kinds/validation/names.ts'
import type { UserInfo } from '../user.ts'
import { resourceAttributes, type Attributes } from './attributes.ts'
import { aggregate, forbidden, type Authorizer } from './authorizer.ts'

/** Whom the headers ask for, as they say it. */
export interface WantedUser {
  name: string
  uid: string
  groups: readonly string[]
  extra: ReadonlyMap<string, readonly string[]>
}

/**
 * Who may act as whom (KEP 5284, apiserver filters/impersonation/mode.go, 1.36). The narrow modes ask twice: whether this may be
 * done while impersonating at all (`impersonate-on:MODE:VERB`), and whether that user may be impersonated (`impersonate:MODE`).
 * The legacy mode asks for the verb `impersonate` alone. The first mode that says yes counts.
 */
export type Impersonation = (wanted: WantedUser, asked: Attributes) => UserInfo

interface Mode {
  name: string
  applies(wanted: WantedUser, asking: UserInfo): boolean
}

const authenticationGroup = 'authentication.k8s.io', nodeNameKey = 'authentication.kubernetes.io/node-name'
const onlyName = ({ uid, groups, extra }: WantedUser) => uid === '' && groups.length === 0 && extra.size === 0

const modes: readonly Mode[] = [
  {
    name: 'associated-node',
    applies: (wanted, { name, extra }) => onlyName(wanted) && nodeOf(wanted.name) !== undefined && accountOf(name) !== undefined
      && extra?.[nodeNameKey]?.length === 1 && extra[nodeNameKey][0] === nodeOf(wanted.name),
  },
  { name: 'arbitrary-node', applies: wanted => onlyName(wanted) && nodeOf(wanted.name) !== undefined },
  { name: 'serviceaccount', applies: wanted => onlyName(wanted) && accountOf(wanted.name) !== undefined },
  { name: 'user-info', applies: wanted => nodeOf(wanted.name) === undefined && accountOf(wanted.name) === undefined },
  { name: '', applies: () => true },
]

/** How many users' last mode is remembered. */
const rememberedUsers = 10_000
/** From so many on, upstream asks first whether all may be impersonated. */
const many = 4

export function createImpersonation(authorizer: Authorizer): Impersonation {
  /** Which mode let a user pass last: it is tried first, and its refusal is the one that is told. */
  const lastMode = new Map<string, Mode>()

  function check(attributes: Attributes): void {
    const { allowed, reason } = authorizer.authorize(attributes)
    if (!allowed) throw forbidden(attributes, reason)
  }

  const allows = (attributes: Attributes) => authorizer.authorize(attributes).allowed

  /** The user to act as; throws the first thing that is not allowed. */
  function pass({ name: mode }: Mode, wanted: WantedUser, asked: Attributes): UserInfo {
    const asking = asked.user, narrow = mode !== '', verb = narrow ? `impersonate:${mode}` : 'impersonate'
    const ownGroup = narrow ? authenticationGroup : ''
    const about = (resource: string, more: Partial<Attributes>) =>
      resourceAttributes(asking, verb, { group: ownGroup, resource, ...more })
    if (narrow) check({ ...asked, verb: `impersonate-on:${mode}:${asked.verb}` })

    const node = narrow ? nodeOf(wanted.name) : undefined, account = accountOf(wanted.name)
    if (account) check(about('serviceaccounts', { namespace: account.namespace, name: account.name }))
    else if (node) check(about('nodes', { name: mode === 'associated-node' ? '*' : node }))
    else check(about('users', { name: wanted.name }))
    if (wanted.uid) check(resourceAttributes(asking, verb, { group: authenticationGroup, resource: 'uids', name: wanted.uid }))
    checkGroups(wanted.groups, about('groups', {}), narrow)
    checkExtra(wanted.extra, resourceAttributes(asking, verb, { group: authenticationGroup, resource: 'userextras' }), narrow)

    const groups = wanted.groups.length > 0 ? wanted.groups
      : account ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`] : node ? ['system:nodes'] : []
    return {
      name: wanted.name, ...(wanted.uid ? { uid: wanted.uid } : {}), groups: withStanding(wanted.name, groups),
      ...(wanted.extra.size > 0 ? { extra: Object.fromEntries(wanted.extra) } : {}),
    }
  }

  function checkGroups(groups: readonly string[], attributes: Attributes, narrow: boolean): void {
    if (groups.length === 0) return
    if (narrow && groups.includes('')) throw forbidden(attributes, 'impersonating the empty string group is not allowed')
    if (narrow && groups.includes('system:masters')) {
      throw forbidden({ ...attributes, name: 'system:masters' }, 'impersonating the system:masters group is not allowed')
    }
    if (narrow && groups.length >= many && allows({ ...attributes, name: '*' })) return
    for (const name of groups) check({ ...attributes, name })
  }

  function checkExtra(extra: WantedUser['extra'], attributes: Attributes, narrow: boolean): void {
    if (extra.size === 0) return
    const wrong = narrow ? extraComplaint(extra) : undefined
    if (wrong) throw forbidden(attributes, wrong)
    const count = [...extra.values()].reduce((sum, values) => sum + values.length, 0)
    if (narrow && (extra.size >= many || count >= many) && allows({ ...attributes, subresource: '*', name: '*' })) return
    for (const [subresource, values] of extra) for (const name of values) check({ ...attributes, subresource, name })
  }

  return (wanted, asked) => {
    const last = lastMode.get(asked.user.name)
    let refusal: unknown
    for (const mode of last ? [last, ...modes.filter(each => each !== last)] : modes) {
      if (!mode.applies(wanted, asked.user)) continue
      try {
        const user = pass(mode, wanted, asked)
        if (lastMode.size >= rememberedUsers) lastMode.delete(lastMode.keys().next().value!)
        lastMode.set(asked.user.name, mode)
        return user
      } catch (error) {
        if (!(error instanceof StatusError)) throw error
        refusal ??= error
      }
    }
    throw refusal
  }
}

/** The groups with the one that says whether somebody has been authenticated. */
function withStanding(name: string, groups: readonly string[]): string[] {
  const wanted = name === 'system:anonymous' ? 'system:unauthenticated'
    : groups.includes('system:unauthenticated') ? undefined : 'system:authenticated'
  return wanted === undefined || groups.includes(wanted) ? [...groups] : [...groups, wanted]
}

function nodeOf(user: string): string | undefined {
  const name = user.startsWith('system:node:') ? user.slice('system:node:'.length) : ''
  return name !== '' && isDns1123Subdomain(name).length === 0 ? name : undefined
}

function accountOf(user: string): { namespace: string; name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? []
  const wrong = namespace === undefined || isDns1123Label(namespace).length > 0 || isDns1123Subdomain(name).length > 0
  return wrong ? undefined : { namespace, name }
}

function extraComplaint(extra: WantedUser['extra']): string | undefined {
  for (const [key, values] of extra) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed'
    const wrong = validateDomainPrefixedPath(key, 'extra.key').map(({ field, message }) => `${field}: ${message}`)
    if (wrong.length > 0) return `impersonating an invalid key in extra is not allowed: ${aggregate(wrong)}`
    if (values.length === 0) return 'impersonating empty values in extra is not allowed'
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed'
  }
  return undefined
}
