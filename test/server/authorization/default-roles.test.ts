import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../../api/random.ts'
import { clusterRoleBindings } from '../../../api/kinds/rbac/clusterrolebindings.ts'
import { clusterRoles } from '../../../api/kinds/rbac/clusterroles.ts'
import { roleBindings } from '../../../api/kinds/rbac/rolebindings.ts'
import { roles } from '../../../api/kinds/rbac/roles.ts'
import { normalize } from '../../../api/schema/decode.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { systemClock } from '../../../clock.ts'
import { storeDefaultRoles } from '../../../server/authorization/default-roles/store.ts'
import { storePrefix } from '../../../server/parse-request.ts'
import { createMemoryStore } from '../../../server/store/memory-store.ts'

const store = createMemoryStore()
beforeAll(() => storeDefaultRoles(store, systemClock(), createRandom(1)))
const kinds = [clusterRoles, clusterRoleBindings, roles, roleBindings]
const objects = (kind: typeof kinds[number]) => store.list(storePrefix(kind as never)).items.map(({ object }) => object as any)

describe('the roles and bindings that a cluster starts with', () => {
  test('are as many as a real 1.36 has', () => {
    expect(kinds.map(kind => objects(kind).length)).toEqual([69, 50, 7, 7])
  })

  test('have the names that were recorded', async () => {
    const recorded = await readFile(new URL('../../recorded/extend/ext-rbac-defaults.txt', import.meta.url), 'utf8')
    const named = [...recorded.matchAll(/^\| clusterrole\.rbac\.authorization\.k8s\.io\/(.+)$/gm)].map(([, name]) => name)
    expect(objects(clusterRoles).map(({ metadata }) => metadata.name)).toEqual(named)
  })

  test('are valid and look as if they had come through the pipeline', () => {
    for (const kind of kinds) {
      for (const object of objects(kind)) {
        expect(kind.validate?.(object, undefined, { now: new Date(0), subresource: '' })).toEqual([])
        expect(JSON.stringify(normalize(schemaOf(kind.schema), structuredClone(object)))).toBe(JSON.stringify(object))
      }
    }
  })

  test('every binding names a role that is there', () => {
    for (const { metadata, roleRef } of [...objects(clusterRoleBindings), ...objects(roleBindings)]) {
      const path = roleRef.kind === 'Role' ? `roles/${metadata.namespace}/${roleRef.name}` : `clusterroles/${roleRef.name}`
      expect(store.get(`rbac.authorization.k8s.io/${path}`), path).toBeDefined()
    }
  })

  test('lines are read into rules, long ones too', () => {
    const rulesOf = (name: string) => objects(clusterRoles).find(({ metadata }) => metadata.name === name).rules
    expect(rulesOf('cluster-admin')).toEqual([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'],
      nonResourceURLs: ['*'] }])
    expect(rulesOf('system:certificates.k8s.io:kubelet-serving-approver')).toEqual([
      { verbs: ['approve'], apiGroups: ['certificates.k8s.io'], resources: ['signers'],
        resourceNames: ['kubernetes.io/kubelet-serving'] }])
    expect(rulesOf('system:aggregate-to-view')[0]).toEqual({
      verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: [
        'configmaps', 'endpoints', 'persistentvolumeclaims', 'persistentvolumeclaims/status', 'pods', 'replicationcontrollers',
        'replicationcontrollers/scale', 'serviceaccounts', 'services', 'services/status'],
    })
    expect(rulesOf('view')).toBeNull()
  })

  test('what is there already stays', async () => {
    const before = store.revision
    await storeDefaultRoles(store, systemClock(), createRandom(2))
    expect(store.revision).toBe(before)
  })
})
