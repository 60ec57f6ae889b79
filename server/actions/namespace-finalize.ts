import { namespaces } from '../../api/kinds/core/namespaces.ts'
import type { Kind } from '../../api/kind.ts'
import type { Namespace } from '../../api/schema/generated/types.ts'
import { checkName } from '../verbs/update.ts'
import type { Action } from './action.ts'
import { isDryRun } from './admit.ts'

/** PUT of the finalizers of a namespace: when the last one is gone, a namespace that ends is gone too. */
export const namespaceFinalize: Action = {
  group: '', version: 'v1', plural: 'namespaces', subresource: 'finalize', namespaced: false, kind: { kind: 'Namespace' },
  verbs: ['update'],
  async run(request, tools) {
    const name = request.name ?? '', sent = await tools.readBody(request, namespaces) as Namespace
    checkName(sent, name)
    const object = await tools.change<Namespace>(request, namespaces, name, draft => {
      const { resourceVersion, labels, annotations, finalizers } = sent.metadata
      draft.metadata = { ...draft.metadata, labels, annotations, finalizers, ...(resourceVersion ? { resourceVersion } : {}) }
      draft.spec = sent.spec
    }, { dryRun: isDryRun(request) })
    return { type: 'object', code: 200, kind: namespaces as Kind<any>, object }
  },
}
