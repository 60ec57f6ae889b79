import type { PolicyRule, RoleRef } from '../../api/schema/generated/types.ts'
import { goQuote } from '../../api/schema/go-quote.ts'
import type { Store } from '../store/store.ts'
import type { UserInfo } from '../user.ts'
import { aggregate, type Authorizer } from './authorizer.ts'
import { createBindingIndex, subjectFor, type Binding } from './binding-index.ts'
import { ruleAllows } from './rule-match.ts'

const group = 'rbac.authorization.k8s.io'

/** A rule that applies to somebody, or a role that a binding names and that is not there. */
type Visit = (binding: Binding, rule: Readonly<PolicyRule> | undefined, missing?: RoleRef) => boolean | void

export interface Rbac extends Authorizer {
  /** The rules of a role; undefined when it is not there. `namespace` is the binding's. */
  rulesOf(role: RoleRef, namespace: string): readonly PolicyRule[] | undefined
  /** All that somebody may, and the roles that his bindings name in vain. */
  held(user: UserInfo, namespace: string): { rules: readonly PolicyRule[]; missing: readonly RoleRef[] }
}

/** Roles and bindings, read from the store where they lie (plugin/pkg/auth/authorizer/rbac, 1.36). */
export function createRbac(store: Pick<Store, 'get' | 'list' | 'changes' | 'revision'>): Rbac {
  const clusterBindings = createBindingIndex(store, `${group}/clusterrolebindings/`)
  const bindings = createBindingIndex(store, `${group}/rolebindings/`)

  function rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const path = kind === 'Role' ? `${group}/roles/${namespace}/${name}` : `${group}/clusterroles/${name}`
    const stored = store.get(path)
    return stored && ((stored.object as { rules?: readonly PolicyRule[] | null }).rules ?? [])
  }

  /** Bindings of the cluster, then those of the namespace; ends when `visit` returns true. */
  function visit(user: UserInfo, namespace: string, see: Visit): void {
    const all = clusterBindings.of(user, '')
    if (namespace) all.push(...bindings.of(user, namespace))
    for (const binding of all) {
      const rules = rulesOf(binding.roleRef, binding.metadata?.namespace ?? '')
      if (!rules) { if (see(binding, undefined, binding.roleRef)) return }
      else for (const rule of rules) if (see(binding, rule)) return
    }
  }

  function held(user: UserInfo, namespace: string): ReturnType<Rbac['held']> {
    const rules: PolicyRule[] = [], missing: RoleRef[] = []
    visit(user, namespace, (_binding, rule, absent) => {
      if (rule) rules.push(rule)
      if (absent) missing.push(absent)
    })
    return { rules, missing }
  }

  return {
    rulesOf, held,
    authorize(attributes) {
      let allowedBy: Binding | undefined
      const errors: string[] = []
      visit(attributes.user, attributes.namespace, (binding, rule, missing) => {
        if (missing) errors.push(notFound(missing))
        if (rule && ruleAllows(rule, attributes)) allowedBy = binding
        return allowedBy !== undefined
      })
      if (allowedBy) return { allowed: true, reason: `RBAC: allowed by ${describe(allowedBy, attributes.user)}` }
      return { allowed: false, reason: errors.length > 0 ? `RBAC: ${aggregate(errors)}` : '' }
    },
    rulesFor(user, namespace) {
      const { rules, missing } = held(user, namespace)
      return { rules, incomplete: false, errors: missing.length > 0 ? [aggregate(missing.map(notFound))] : [] }
    },
  }
}

const notFound = ({ kind, name }: RoleRef) => `${kind.toLowerCase()}.${group} ${goQuote(name)} not found`

/** Upstream's words; names and namespaces stand the other way round than usual. */
function describe(binding: Binding, user: UserInfo): string {
  const { metadata, roleRef } = binding, namespace = metadata?.namespace
  const subject = subjectFor(user, binding)
  const name = namespace ? `${metadata.name}/${namespace}` : metadata?.name ?? ''
  const home = subject?.namespace || (namespace ?? '')
  const whom = subject?.kind === 'ServiceAccount' ? `${subject.name}/${home}` : subject?.name ?? ''
  return `${namespace ? 'RoleBinding' : 'ClusterRoleBinding'} ${goQuote(name)} of ${roleRef.kind} ${goQuote(roleRef.name)} `
    + `to ${subject?.kind ?? ''} ${goQuote(whom)}`
}
