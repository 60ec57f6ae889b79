import { timestamp, type Clock } from '../../../api/clock.ts'
import { apiVersionOf, type Kind } from '../../../api/kind.ts'
import { clusterRoleBindings } from '../../../api/kinds/rbac/clusterrolebindings.ts'
import { clusterRoles } from '../../../api/kinds/rbac/clusterroles.ts'
import { roleBindings } from '../../../api/kinds/rbac/rolebindings.ts'
import { roles } from '../../../api/kinds/rbac/roles.ts'
import type { KubeObject, ObjectMeta } from '../../../api/object.ts'
import type { Random } from '../../../api/random.ts'
import { storePath } from '../../parse-request.ts'
import { CommitConflict, type Store } from '../../store/store.ts'
import { defaultClusterRoleBindings, defaultClusterRoles, defaultRoleBindings, defaultRoles } from './parse.ts'

/**
 * Stores the default roles and bindings that are not there yet, as kube-apiserver's post-start hook creates them. Past the
 * pipeline: through it, 133 objects cost a third of the time in which a cluster starts.
 */
export async function storeDefaultRoles(store: Store, clock: Clock, random: Random): Promise<void> {
  const time = timestamp(clock.now())
  const put = async (kind: Kind<any>, { metadata, ...rest }: { metadata: Partial<ObjectMeta> }) => {
    const { name, namespace, labels = {}, annotations } = metadata
    const apiVersion = apiVersionOf(kind)
    const managed = { manager: 'kube-apiserver', operation: 'Update', apiVersion, time, fieldsType: 'FieldsV1' }
    const object = {
      kind: kind.kind, apiVersion,
      metadata: {
        name: name!, ...(namespace ? { namespace } : {}), uid: random.uuid(), resourceVersion: '', creationTimestamp: time,
        labels, annotations, managedFields: [{ ...managed, fieldsV1: ownedFields(labels, rest) }],
      },
      ...rest,
    } as KubeObject
    try {
      await store.commit(storePath(kind, namespace, name!), 0, object)
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error
    }
  }
  for (const role of defaultClusterRoles()) await put(clusterRoles, role)
  for (const binding of defaultClusterRoleBindings()) await put(clusterRoleBindings, binding)
  for (const role of defaultRoles()) await put(roles, role)
  for (const binding of defaultRoleBindings()) await put(roleBindings, binding)
}

/** The fields that kube-apiserver then manages: rules, subjects and references as a whole. */
function ownedFields(labels: Record<string, string>, rest: object): object {
  const { aggregationRule, ...others } = rest as Record<string, unknown>
  const fields: Record<string, object> = {}
  if (aggregationRule) fields['f:aggregationRule'] = { '.': {}, 'f:clusterRoleSelectors': {} }
  fields['f:metadata'] = {
    'f:annotations': { '.': {}, 'f:rbac.authorization.kubernetes.io/autoupdate': {} },
    'f:labels': { '.': {}, ...Object.fromEntries(Object.keys(labels).map(label => [`f:${label}`, {}])) },
  }
  for (const name of ['roleRef', 'rules', 'subjects']) if (others[name]) fields[`f:${name}`] = {}
  return fields
}
