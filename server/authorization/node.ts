import type { PolicyRule } from '../../api/schema/generated/types.ts'
import type { World } from '../admission/admission.ts'
import type { UserInfo } from '../user.ts'
import type { Attributes } from './attributes.ts'
import type { Authorizer, Decision } from './authorizer.ts'
import { defaultClusterRoles } from './default-roles/parse.ts'
import { isRelated } from './node-relations.ts'
import { ruleAllows } from './rule-match.ts'

/** What a decision rests on: allowed, or why not ('' when there is nothing to say). */
type Answer = true | string

const readVerbs = new Set(['get', 'list', 'watch']), ownVerbs = new Set(['get', 'create', 'update', 'patch', 'delete'])

/**
 * What kubelets may: their own node, their pods and what these need, by the pods bound to them; all else by the rules of
 * system:node (plugin/pkg/auth/authorizer/node, 1.36).
 */
export function createNodeAuthorizer(world: Pick<World, 'get' | 'list'>): Authorizer {
  let rules: readonly PolicyRule[] | undefined
  /** As it was created: what is done to the stored role changes nothing here. */
  const nodeRules = () => rules ??= defaultClusterRoles().find(({ metadata }) => metadata.name === 'system:node')!.rules ?? []

  const related = (node: string, { group, resource, namespace, name }: Attributes): Answer => {
    if (name === '') return 'No Object name found'
    return isRelated(world, node, { group, resource, namespace, name })
      || `no relationship found between node '${node}' and this object`
  }

  function get(node: string, asked: Attributes): Answer {
    if (asked.verb !== 'get') return 'can only get individual resources of this type'
    return asked.subresource ? 'cannot get subresource' : related(node, asked)
  }

  function read(node: string, asked: Attributes): Answer {
    if (!readVerbs.has(asked.verb)) return 'can only read resources of this type'
    if (asked.subresource) return 'cannot read subresource'
    return asked.namespace ? related(node, asked) : 'can only read namespaced object of this type'
  }

  function claim(node: string, asked: Attributes): Answer {
    if (asked.subresource !== 'status') return get(node, asked)
    return asked.verb === 'update' || asked.verb === 'patch' ? related(node, asked) : 'can only get/update/patch this type'
  }

  function account(node: string, asked: Attributes): Answer {
    if (asked.verb === 'get' && !asked.subresource) return read(node, asked)
    if (asked.verb !== 'create' || asked.name === '') return 'can only create tokens for individual service accounts'
    return asked.subresource === 'token' ? related(node, asked) : 'can only create token subresource of serviceaccount'
  }

  function lease(node: string, { verb, namespace, name }: Attributes): Answer {
    if (!ownVerbs.has(verb)) return 'can only get, create, update, patch, or delete a node lease'
    if (namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace'
    return verb === 'create' || name === node || 'can only access node lease with the same name as the requesting node'
  }

  function csiNode(node: string, { verb, subresource, name }: Attributes): Answer {
    if (!ownVerbs.has(verb)) return 'can only get, create, update, patch, or delete a CSINode'
    if (subresource) return 'cannot authorize CSINode subresources'
    return verb === 'create' || name === node || 'can only access CSINode with the same name as the requesting node'
  }

  function slice(node: string, asked: Attributes): Answer {
    if (asked.subresource) return 'cannot authorize ResourceSlice subresources'
    switch (asked.verb) {
      case 'create': return true
      case 'get': case 'update': case 'patch': case 'delete': return related(node, asked)
      case 'watch': case 'list': case 'deletecollection':
        return selects(asked, node) || 'can only list/watch/deletecollection resourceslices with nodeName field selector'
      default: return 'only the following verbs are allowed for a ResourceSlice: '
        + 'get, watch, list, create, update, patch, delete, deletecollection'
    }
  }

  function ownNode(node: string, { subresource, verb, name }: Attributes): Answer {
    if (subresource === 'status') return verb === 'update' || verb === 'patch' || ''
    if (subresource) return ''
    if (verb === 'create' || verb === 'update' || verb === 'patch') return true
    if (!readVerbs.has(verb)) return ''
    if (name === node) return true
    return `node '${node}' cannot read ${name === '' ? 'all nodes' : `'${name}'`}, only its own Node object`
  }

  function pod(node: string, asked: Attributes): Answer {
    const { subresource, verb, name } = asked
    switch (subresource) {
      case '':
        if (verb === 'get') return get(node, asked)
        if (verb === 'create' || verb === 'delete') return true
        if (verb !== 'list' && verb !== 'watch') return ''
        return selects(asked, node)
          || (name !== '' ? related(node, asked) : 'can only list/watch pods with spec.nodeName field selector')
      case 'status': return verb === 'update' || verb === 'patch' || ''
      case 'eviction': return verb === 'create' || ''
      default: return ''
    }
  }

  const special: Record<string, (node: string, asked: Attributes) => Answer> = {
    '/secrets': read, '/configmaps': read, '/persistentvolumeclaims': claim, '/persistentvolumes': get,
    'resource.k8s.io/resourceclaims': get, 'storage.k8s.io/volumeattachments': get, '/serviceaccounts': account,
    'coordination.k8s.io/leases': lease, 'storage.k8s.io/csinodes': csiNode, 'resource.k8s.io/resourceslices': slice,
    '/nodes': ownNode, '/pods': pod,
  }

  function decide(asked: Attributes): Answer {
    const node = nodeNameOf(asked.user)
    if (node === undefined) return ''
    if (node === '') return `unknown node for user ${JSON.stringify(asked.user.name)}`
    const key = `${asked.group}/${asked.resource}`
    if (asked.isResource && Object.hasOwn(special, key)) return special[key](node, asked)
    return nodeRules().some(rule => ruleAllows(rule, asked)) || ''
  }

  return {
    authorize(asked): Decision {
      const answer = decide(asked)
      return answer === true ? { allowed: true, reason: '' } : { allowed: false, reason: answer }
    },
    rulesFor: user => (nodeNameOf(user) === undefined ? { rules: [], incomplete: false, errors: [] }
      : { rules: [], incomplete: true, errors: ['node authorizer does not support user rule resolution'] }),
  }
}

const selects = ({ fields = [] }: Attributes, node: string): boolean =>
  fields.some(({ field, op, value }) => field === 'spec.nodeName' && op === '=' && value === node)

/** Whose kubelet it is; '' for one that does not say, undefined for who is no kubelet (auth/nodeidentifier). */
export function nodeNameOf({ name, groups }: UserInfo): string | undefined {
  return name.startsWith('system:node:') && groups.includes('system:nodes') ? name.slice('system:node:'.length) : undefined
}
