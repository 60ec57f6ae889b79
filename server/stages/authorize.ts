import { attributesOf, resourceAttributes, type Asked, type Attributes } from '../authorization/attributes.ts'
import { forbidden, isPrivileged, type Authorizer } from '../authorization/authorizer.ts'
import type { ApiRequest } from '../request.ts'

/** Throws 403 unless the user of a request may do what it asks. Each road asks before it enters the pipeline. */
export interface Authorize {
  (asked: Asked): void
  /** For what turns out on the way: an update that creates. */
  also(attributes: Attributes): void
}

/** An update that is about to create what is not there yet must be allowed to (apiserver handlers/update.go, 1.36). */
export function authorizeCreate({ user, kind, namespace = '', name = '' }: ApiRequest, authorize: Authorize): void {
  authorize.also(resourceAttributes(user, 'create', { group: kind.group, resource: kind.plural, namespace, name }))
}

/** The control plane's own clients, and whoever else is in `system:masters`, pass without a look at what they ask. */
export function createAuthorize(authorizer: Authorizer): Authorize {
  const also = (attributes: Attributes) => {
    const { allowed, reason } = authorizer.authorize(attributes)
    if (!allowed) throw forbidden(attributes, reason)
  }
  return Object.assign((asked: Asked) => { if (!isPrivileged(asked.user)) also(attributesOf(asked)) }, { also })
}
