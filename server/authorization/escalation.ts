import { same } from '../../api/edit.ts'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef } from '../../api/schema/generated/types.ts'
import type { KubeObject } from '../../api/object.ts'
import { goQuote } from '../../api/schema/go-quote.ts'
import { forbiddenError, notFoundError, StatusError } from '../../api/status.ts'
import type { LifecycleOptions, WriteContext } from '../resources/lifecycle.ts'
import type { UserInfo } from '../user.ts'
import { resourceAttributes } from './attributes.ts'
import { isPrivileged, type Authorizer } from './authorizer.ts'
import type { Rbac } from './rbac.ts'
import { missingRules, quotedList } from './rule-cover.ts'

/** Nobody gives what he does not have (registry/rbac/escalation_check.go and each kind's policybased/storage.go, 1.36). */

const group = 'rbac.authorization.k8s.io'
const fullAuthority: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { nonResourceURLs: ['*'], verbs: ['*'] },
]

type AnyRole = Readonly<Role & ClusterRole>
type AnyBinding = Readonly<RoleBinding | ClusterRoleBinding>

/** The check on every write of a role or a binding. */
export function createGrantCheck(rbac: Rbac, authorizer: Authorizer): LifecycleOptions['checkGrant'] {
  const may = (user: UserInfo, verb: string, resource: string, namespace: string, name: string) =>
    authorizer.authorize(resourceAttributes(user, verb, { group, resource, namespace, name })).allowed

  /** Why these rules may not be granted by this user; undefined when he holds them all. */
  function complaint(user: UserInfo, namespace: string, wanted: readonly PolicyRule[], plural: string): string | undefined {
    const { rules, missing } = rbac.held(user, namespace)
    const absent = missingRules(rules, wanted)
    if (absent.length === 0) return undefined
    const errors = missing.map(({ name }) => `${plural}.${group} ${goQuote(name)} not found`)
    return `user ${goQuote(user.name)} (groups=${quotedList(user.groups)}) `
      + 'is attempting to grant RBAC permissions not currently held:\n' + absent.join('\n') + (errors.length > 0 ? `; resolution errors: [${errors.join(', ')}]` : '')
  }

  function checkRole(plural: string, role: AnyRole, old: AnyRole | undefined, { user, namespace = '' }: WriteContext): void {
    if (may(user, 'escalate', plural, namespace, old?.metadata.name ?? '')) return
    const refuse = (why: string) => forbiddenError({ group, plural }, role.metadata.name, why)
    const why = complaint(user, namespace, role.rules ?? [], plural)
    if (why) throw refuse(why)
    // An aggregated role can gather anything.
    if ((aggregates(role) || aggregates(old)) && complaint(user, namespace, fullAuthority, plural)) {
      throw refuse('must have cluster-admin privileges to use the aggregationRule')
    }
  }

  function checkBinding(plural: string, { metadata, roleRef }: AnyBinding, { user, namespace = '' }: WriteContext): void {
    const resource = resourceOf(roleRef)
    if (resource && may(user, 'bind', resource, namespace, roleRef.name)) return
    if (!resource) throw new StatusError(500, '', `unsupported role reference kind: ${goQuote(roleRef?.kind ?? '')}`)
    const rules = rbac.rulesOf(roleRef, namespace)
    // Upstream asks its storage in the middle of this request, and names this resource.
    if (!rules) throw notFoundError({ group, plural }, roleRef.name)
    const why = complaint(user, namespace, rules, plural)
    if (why) throw forbiddenError({ group, plural }, metadata.name, why)
  }

  return (draft, old, context) => {
    const { kind, subresource, user } = context
    if (kind.group !== group || subresource !== '' || isPrivileged(user) || (old && onlyForGarbageCollection(draft, old))) return
    switch (kind.plural) {
      case 'roles': case 'clusterroles':
        return checkRole(kind.plural, draft as unknown as AnyRole, old as unknown as AnyRole | undefined, context)
      case 'rolebindings': case 'clusterrolebindings':
        return checkBinding(kind.plural, draft as unknown as AnyBinding, context)
    }
  }
}

const aggregates = (role: AnyRole | undefined) => Boolean(role?.aggregationRule?.clusterRoleSelectors?.length)

const resourceOf = (role: RoleRef | undefined) =>
  (role?.kind === 'Role' ? 'roles' : role?.kind === 'ClusterRole' ? 'clusterroles' : undefined)

/** Owners and finalizers may be changed by whoever may write at all: so the object can be deleted in the end. */
function onlyForGarbageCollection(draft: Readonly<KubeObject>, old: Readonly<KubeObject>): boolean {
  const { ownerReferences, finalizers, managedFields, resourceVersion } = old.metadata
  return same({ ...draft, metadata: { ...draft.metadata, ownerReferences, finalizers, managedFields, resourceVersion } }, old)
}
