import type {
  ClusterRole, ClusterRoleBinding, PolicyRule, RbacV1Subject, Role, RoleBinding, RoleRef,
} from '../../../api/schema/generated/types.ts'
import { clusterRoleBindingTable, roleBindingTable } from './bindings.ts'
import { clusterRoleTable } from './cluster-roles.ts'
import { controllerRoleTable } from './controller-roles.ts'
import { roleTable } from './namespace-roles.ts'

/** The tables read into objects, their fields in the order that Go writes them. */

const group = 'rbac.authorization.k8s.io'

/** An object without what the server itself adds. */
interface Named { name: string; namespace?: string; labels: Record<string, string>; annotations: Record<string, string> }
type Fresh<T> = Omit<T, 'kind' | 'apiVersion' | 'metadata'> & { metadata: Named }

/** What a line of a table stands for, and the lines below it. */
interface Entry { title: string; lines: string[] }

function entriesOf(table: string): Entry[] {
  const entries: Entry[] = []
  for (const line of table.replaceAll(/,\n\s+/g, ',').split('\n')) {
    if (line.startsWith(' ')) entries.at(-1)!.lines.push(line.trim())
    else if (line) entries.push({ title: line, lines: [] })
  }
  return entries
}

const verbWords: Record<string, string[]> = {
  read: ['get', 'list', 'watch'],
  write: ['create', 'delete', 'deletecollection', 'patch', 'update'],
  all: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
}

function ruleOf(line: string): PolicyRule {
  const [verbWord, groups, what, names] = line.split(' ')
  const verbs = verbWords[verbWord] ?? verbWord.split(','), list = what.split(',')
  if (groups === 'url') return { verbs, nonResourceURLs: list }
  const apiGroups = groups.split(',').map(name => (name === 'core' ? '' : name))
  return { verbs, apiGroups, resources: list, ...(names ? { resourceNames: names.split(',') } : {}) }
}

const metadata = (name: string, namespace?: string, labels: Record<string, string> = {}): Named => ({
  name, ...(namespace ? { namespace } : {}),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
})

const argument = (lines: readonly string[], word: string) =>
  lines.find(line => line.startsWith(`${word} `))?.slice(word.length + 1)
const rulesOf = (lines: readonly string[]) => lines.filter(line => !/^(labelled|gathers) /.test(line)).map(ruleOf)

export const defaultClusterRoles = (): Fresh<ClusterRole>[] =>
  entriesOf(clusterRoleTable + controllerRoleTable).map(({ title, lines }) => {
    const label = argument(lines, 'labelled'), gathered = argument(lines, 'gathers')
    const shown = metadata(title, undefined, label ? { [`${group}/${label}`]: 'true' } : {})
    if (!gathered) return { metadata: shown, rules: rulesOf(lines) }
    const clusterRoleSelectors = [{ matchLabels: { [`${group}/${gathered}`]: 'true' } }]
    // Go's nil.
    return { metadata: shown, rules: null as never, aggregationRule: { clusterRoleSelectors } }
  })

export const defaultRoles = (): Fresh<Role>[] => entriesOf(roleTable).map(({ title, lines }) => {
  const [namespace, name] = title.split(' ')
  return { metadata: metadata(name, namespace), rules: rulesOf(lines) }
})

function subjectOf(line: string): RbacV1Subject {
  const [word, name] = line.split(' ')
  if (word === 'account') return { kind: 'ServiceAccount', name, namespace: 'kube-system' }
  return { kind: word === 'user' ? 'User' : 'Group', apiGroup: group, name }
}

const bound = (kind: string, name: string, lines: readonly string[]): { subjects?: RbacV1Subject[]; roleRef: RoleRef } =>
  ({ ...(lines.length > 0 ? { subjects: lines.map(subjectOf) } : {}), roleRef: { apiGroup: group, kind, name } })

export function defaultClusterRoleBindings(): Fresh<ClusterRoleBinding>[] {
  const controllers = entriesOf(controllerRoleTable)
    .map(({ title }) => ({ title, lines: [`account ${title.split(':').at(-1)}`] }))
  return [...entriesOf(clusterRoleBindingTable), ...controllers]
    .map(({ title, lines }) => ({ metadata: metadata(title), ...bound('ClusterRole', title, lines) }))
}

export const defaultRoleBindings = (): Fresh<RoleBinding>[] => entriesOf(roleBindingTable).map(({ title, lines }) => {
  const [namespace, name, , role = name] = title.split(' ')
  return { metadata: metadata(name, namespace), ...bound('Role', role, lines) }
})
