import type { ClusterRoleBinding, RbacV1Subject, RoleBinding } from '../../api/schema/generated/types.ts'
import type { Change, Store, Stored } from '../store/store.ts'
import type { UserInfo } from '../user.ts'

export type Binding = Readonly<RoleBinding | ClusterRoleBinding>

/** The bindings of one kind by who they bind. */
export interface BindingIndex {
  /** Those that apply to a user, in a namespace ('' for bindings of the cluster), in order of their names. */
  of(user: UserInfo, namespace: string): Binding[]
}

/**
 * Keeps up with the store by asking, before each answer, what has changed since the last one: nothing, mostly, and that costs
 * one comparison. So an answer is never older than the last write.
 */
export function createBindingIndex(store: Pick<Store, 'list' | 'changes' | 'revision'>, prefix: string): BindingIndex {
  /** Paths of bindings by namespace and subject; the values are in no order. */
  let bySubject = new Map<string, Map<string, Stored>>()
  let seen = -1

  function keep(stored: Stored): void {
    for (const key of keysOf(stored.object as unknown as Binding)) {
      const bound = bySubject.get(key)
      if (bound) bound.set(stored.path, stored)
      else bySubject.set(key, new Map([[stored.path, stored]]))
    }
  }

  function drop(stored: Stored): void {
    for (const key of keysOf(stored.object as unknown as Binding)) {
      const bound = bySubject.get(key)
      if (bound?.delete(stored.path) && bound.size === 0) bySubject.delete(key)
    }
  }

  function catchUp(): void {
    if (seen === store.revision) return
    const changes: readonly Change[] | undefined = seen < 0 ? undefined : store.changes(prefix, seen)
    if (changes) {
      for (const { type, stored, previous } of changes) {
        if (previous) drop(previous)
        if (type !== 'DELETED') keep(stored)
      }
    } else {
      bySubject = new Map()
      for (const stored of store.list(prefix).items) keep(stored)
    }
    seen = store.revision
  }

  return {
    of({ name, groups }, namespace) {
      catchUp()
      const found = new Map<string, Stored>()
      const collect = (subject: string) => {
        const bound = bySubject.get(`${namespace}/${subject}`)
        if (bound) for (const [path, stored] of bound) found.set(path, stored)
      }
      collect(`u:${name}`)
      for (const group of groups) collect(`g:${group}`)
      return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ object }) => object as unknown as Binding)
    },
  }
}

function keysOf(binding: Binding): string[] {
  const namespace = binding.metadata?.namespace ?? ''
  return (binding.subjects ?? []).flatMap(subject => {
    const name = subjectName(subject, namespace)
    return name === undefined ? [] : [`${namespace}/${subject.kind === 'Group' ? 'g' : 'u'}:${name}`]
  })
}

/** The user or group that a subject stands for; a service account without a namespace is one of the binding's. */
function subjectName({ kind, name, namespace }: Readonly<RbacV1Subject>, bindingNamespace: string): string | undefined {
  if (kind === 'User' || kind === 'Group') return name
  const home = namespace || bindingNamespace
  return kind === 'ServiceAccount' && home ? `system:serviceaccount:${home}:${name}` : undefined
}

/** The first subject of a binding that is this user or one of his groups. */
export function subjectFor({ name, groups }: UserInfo, binding: Binding): Readonly<RbacV1Subject> | undefined {
  return binding.subjects?.find(subject => {
    const wanted = subjectName(subject, binding.metadata?.namespace ?? '')
    return wanted !== undefined && (subject.kind === 'Group' ? groups.includes(wanted) : wanted === name)
  })
}
