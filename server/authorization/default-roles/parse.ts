import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacV1Subject, Role, RoleBinding } from '../../../api/schema/generated/types.ts'
import type { Draft } from '../../../api/object.ts'
import { clusterRoleBindingTable, roleBindingTable } from './bindings.ts'
import { clusterRoleTable } from './cluster-roles.ts'
import { controllerRoleTable } from './controller-roles.ts'
import { roleTable } from './namespace-roles.ts'

const group = 'rbac.authorization.k8s.io'

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
  const [verbWord, groups, resources, names] = line.split(' ')
  const verbs = verbWords[verbWord] ?? verbWord.split(','), list = resources.split(',')
  if (groups === 'url') return { nonResourceURLs: list, verbs }
  return {
    apiGroups: groups.split(',').map(name => (name === 'core' ? '' : name)), resources: list,
    ...(names ? { resourceNames: names.split(',') } : {}), verbs,
  }
}

const metadata = (name: string, namespace?: string, labels: Record<string, string> = {}) => ({
  name, ...(namespace ? { namespace } : {}),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
})

const argument = (lines: readonly string[], word: string) => lines.find(line => line.startsWith(`${word} `))?.slice(word.length + 1)
const rulesOf = (lines: readonly string[]) => lines.filter(line => !/^(labelled|gathers) /.test(line)).map(ruleOf)

export const defaultClusterRoles = (): Draft<ClusterRole>[] => entriesOf(clusterRoleTable + controllerRoleTable).map(({ title, lines }) => {
  const label = argument(lines, 'labelled'), gathered = argument(lines, 'gathers')
  const shown = metadata(title, undefined, label ? { [`${group}/${label}`]: 'true' } : {})
  if (!gathered) return { metadata: shown, rules: rulesOf(lines) }
  return { metadata: shown, rules: [], aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`${group}/${gathered}`]: 'true' } }] } }
})

export const defaultRoles = (): Draft<Role>[] => entriesOf(roleTable).map(({ title, lines }) => {
  const [namespace, name] = title.split(' ')
  return { metadata: metadata(name, namespace), rules: rulesOf(lines) }
})

function subjectOf(line: string): RbacV1Subject {
  const [word, name] = line.split(' ')
  if (word === 'account') return { kind: 'ServiceAccount', name, namespace: 'kube-system' }
  return { apiGroup: group, kind: word === 'user' ? 'User' : 'Group', name }
}

const bound = (kind: string, name: string, lines: readonly string[]) =>
  ({ roleRef: { apiGroup: group, kind, name }, ...(lines.length > 0 ? { subjects: lines.map(subjectOf) } : {}) })

export function defaultClusterRoleBindings(): Draft<ClusterRoleBinding>[] {
  const controllers = entriesOf(controllerRoleTable).map(({ title }) => ({ title, lines: [`account ${title.split(':').at(-1)}`] }))
  return [...entriesOf(clusterRoleBindingTable), ...controllers].map(({ title, lines }) =>
    ({ metadata: metadata(title), ...bound('ClusterRole', title, lines) }))
}

export const defaultRoleBindings = (): Draft<RoleBinding>[] => entriesOf(roleBindingTable).map(({ title, lines }) => {
  const [namespace, name, , role = name] = title.split(' ')
  return { metadata: metadata(name, namespace), ...bound('Role', role, lines) }
})
