import { createAuthorizer } from '../../../server/authorization/authorizer.ts'
import { createRbac } from '../../../server/authorization/rbac.ts'
import { createMemoryStore } from '../../../server/store/memory-store.ts'
import type { KubeObject } from '../../../api/object.ts'
import type { UserInfo } from '../../../server/user.ts'

const group = 'rbac.authorization.k8s.io'

/** A store to put roles and bindings into, and what they allow. */
export function storeOfRoles({ historyLimit }: { historyLimit?: number } = {}) {
  const store = createMemoryStore({ historyLimit })
  const write = async (plural: string, kind: string, name: string, namespace: string | undefined, rest: object | undefined) => {
    const path = [group, plural, ...(namespace ? [namespace] : []), name].join('/')
    const object = rest && { kind, apiVersion: `${group}/v1`, metadata: { name, ...(namespace ? { namespace } : {}),
      uid: 'u' }, ...rest }
    await store.commit(path, store.get(path)?.revision ?? 0, object as unknown as KubeObject | undefined)
  }
  const ref = (role: string) => {
    const [kind, name] = role.split('/')
    return { apiGroup: group, kind, name }
  }
  const rbac = createRbac(store)
  return {
    store, rbac, authorizer: createAuthorizer([rbac]),
    clusterRole: (name: string, rules: object[]) => write('clusterroles', 'ClusterRole', name, undefined, { rules }),
    role: (namespace: string, name: string, rules: object[]) => write('roles', 'Role', name, namespace, { rules }),
    /** `role` is `Role/name` or `ClusterRole/name`. */
    bind: (namespace: string, name: string, role: string, ...subjects: object[]) =>
      write('rolebindings', 'RoleBinding', name, namespace, { roleRef: ref(role), subjects }),
    bindAll: (name: string, role: string, ...subjects: object[]) =>
      write('clusterrolebindings', 'ClusterRoleBinding', name, undefined, { roleRef: ref(role), subjects }),
    unbind: (namespace: string, name: string) => write('rolebindings', 'RoleBinding', name, namespace, undefined),
  }
}

export const user = (name: string, ...groups: string[]): UserInfo => ({ name, groups: [...groups, 'system:authenticated'] })
export const person = (name: string) => ({ kind: 'User', apiGroup: group, name })
export const crew = (name: string) => ({ kind: 'Group', apiGroup: group, name })
export const account = (name: string, namespace?: string) => ({ kind: 'ServiceAccount',
  name, ...(namespace ? { namespace } : {}) })
export const rule = (verbs: string[], resources: string[], apiGroups = [''], resourceNames?: string[]) =>
  ({ verbs, apiGroups, resources, ...(resourceNames ? { resourceNames } : {}) })
