import { timestamp } from '../../api/clock.ts'
import { edit } from '../../api/edit.ts'
import { notSupported, required } from '../../api/field-error.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { withPodCondition } from '../../api/pod-state.ts'
import type { Binding } from '../../api/schema/generated/types.ts'
import { badRequest, conflictError, StatusError } from '../../api/status.ts'
import { checkNamespace } from '../resources/lifecycle.ts'
import { checkPrecondition } from '../verbs/update.ts'
import type { Action, ActionRequest, ActionTools } from './action.ts'
import { admitBelow, isDryRun } from './admit.ts'
import { created } from './answers.ts'
import { changeStored } from './change-stored.ts'

const bindingKind = { group: '', version: 'v1', kind: 'Binding', schema: 'core.v1.Binding' }
const podsBinding = { group: '', plural: 'pods/binding' }

/** Puts a pod on a node: what the scheduler does (registry/core/pod/storage BindingREST, 1.36). */
export const podBinding: Action = {
  group: '', version: 'v1', plural: 'pods', subresource: 'binding', namespaced: true, kind: { kind: 'Binding' },
  verbs: ['create'],
  run: async (request, tools) => bind(request, request.name ?? '', await tools.readBody(request, bindingKind) as Binding, tools),
}

/** The old way: the name of the pod stands in the body only. */
export const bindings: Action = {
  group: '', version: 'v1', plural: 'bindings', subresource: '', namespaced: true, kind: { kind: 'Binding' }, verbs: ['create'],
  async run(request, tools) {
    const binding = await tools.readBody(request, bindingKind) as Binding
    return bind(request, binding.metadata.name ?? '', binding, tools)
  },
}

async function bind(request: ActionRequest, name: string, binding: Binding, tools: ActionTools) {
  const { metadata, target } = binding
  checkNamespace(pods, binding, request.namespace)
  if (metadata.name !== name) throw badRequest('name in URL does not match name in Binding object')
  const wrong = [
    ...(target?.kind && target.kind !== 'Node' ? [notSupported('target.kind', target.kind, ['Node', '<empty>'])] : []),
    ...(target?.name ? [] : [required('target.name')]),
  ].map(error => `${error.field}: ${error.message}`)
  if (wrong.length > 0) throw new StatusError(500, '', wrong.length === 1 ? wrong[0] : `[${wrong.join(', ')}]`)
  await admitBelow(request, pods, name, binding, tools)

  await changeStored(tools.world, pods, name, request.namespace, isDryRun(request), pod => {
    const refuse = (why: string) => conflictError(podsBinding, name, why)
    checkPrecondition(pods, 'UID', metadata.uid, pod, isDryRun(request))
    checkPrecondition(pods, 'ResourceVersion', metadata.resourceVersion, pod, isDryRun(request))
    if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
    if (pod.spec!.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec!.nodeName)}`)
    if (pod.spec!.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`)
    return edit(pod, draft => {
      draft.spec!.nodeName = target.name
      if (metadata.annotations) draft.metadata.annotations = { ...draft.metadata.annotations, ...metadata.annotations }
      if (metadata.labels) draft.metadata.labels = { ...draft.metadata.labels, ...metadata.labels }
      draft.status ??= {}
      delete draft.status.nominatedNodeName
      const scheduled = { type: 'PodScheduled', status: 'True' } as const
      draft.status.conditions = withPodCondition(pod.status?.conditions, scheduled, timestamp(tools.clock.now()))
    })
  })
  return created()
}
