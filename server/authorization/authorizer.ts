import type { PolicyRule } from '../../api/schema/generated/types.ts'
import { StatusError, type StatusDetails } from '../../api/status.ts'
import { goQuote } from '../../api/schema/go-quote.ts'
import type { UserInfo } from '../user.ts'
import type { Attributes } from './attributes.ts'

/** Whether somebody may, and why or why not, as access reviews show it. */
export interface Decision { allowed: boolean; reason: string }

/** All that somebody may in a namespace, as far as it can be told. */
export interface Rules { rules: readonly PolicyRule[]; incomplete: boolean; errors: readonly string[] }

export interface Authorizer {
  authorize(attributes: Attributes): Decision
  rulesFor(user: UserInfo, namespace: string): Rules
}

export const isPrivileged = ({ groups }: Pick<UserInfo, 'groups'>): boolean => groups.includes('system:masters')

/**
 * Asks one authorizer after the other until one allows; `system:masters` may do everything without being asked for
 * (kubeapiserver/authorizer and apiserver/authorization/union, 1.36).
 */
export function createAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize(attributes) {
      if (isPrivileged(attributes.user)) return { allowed: true, reason: '' }
      const reasons: string[] = []
      for (const authorizer of authorizers) {
        const decision = authorizer.authorize(attributes)
        if (decision.allowed) return decision
        if (decision.reason) reasons.push(decision.reason)
      }
      return { allowed: false, reason: reasons.join('\n') }
    },
    rulesFor(user, namespace) {
      const all = authorizers.map(authorizer => authorizer.rulesFor(user, namespace))
      return {
        rules: all.flatMap(({ rules }) => rules),
        incomplete: all.some(({ incomplete }) => incomplete),
        errors: all.flatMap(({ errors }) => errors),
      }
    },
  }
}

/** Several errors as Go's aggregate writes them: each once, in brackets unless it is alone. */
export function aggregate(errors: readonly string[]): string {
  const texts = [...new Set(errors)]
  return texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** The 403 for what is not allowed (apiserver, handlers/responsewriters ForbiddenStatusError, 1.36). */
export function forbidden(attributes: Attributes, reason: string): StatusError {
  const { isResource, group, resource, name } = attributes
  const why = sentence(attributes).replace(/[&<>]/g, character => escapes[character]) + (reason ? `: ${reason}` : '')
  if (!isResource) return new StatusError(403, 'Forbidden', `forbidden: ${why}`, {})
  const details: StatusDetails =
    { ...(name ? { name } : {}), ...(group ? { group } : {}), ...(resource ? { kind: resource } : {}) }
  const qualified = group ? `${resource}.${group}` : resource
  const message = !qualified ? `forbidden: ${why}` : `${qualified}${name ? ` ${goQuote(name)}` : ''} is forbidden: ${why}`
  return new StatusError(403, 'Forbidden', message, details)
}

function sentence({ user, verb, isResource, path, group, resource, subresource, namespace }: Attributes): string {
  const who = `User ${goQuote(user.name)} cannot ${verb}`
  if (!isResource) return `${who} path ${goQuote(path)}`
  const what = subresource ? `${resource}/${subresource}` : resource
  const where = namespace ? `in the namespace ${goQuote(namespace)}` : 'at the cluster scope'
  return `${who} resource ${goQuote(what)} in API group ${goQuote(group)} ${where}`
}
