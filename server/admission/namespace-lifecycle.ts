import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { notFoundError } from '../../api/status.ts'
import type { AdmissionPlugin } from './admission.ts'
import { isAbout, refuse } from './refuse.ts'

const immortal = new Set(['default', 'kube-system', 'kube-public'])
const accessReviews = new Set(['localsubjectaccessreviews'])

/** Nothing is written into a namespace that does not exist, and nothing new into one that ends (NamespaceLifecycle, 1.36). */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',

  mutate(request, world) {
    const { operation, namespace, kind } = request
    if (!namespace || !kind.namespaced || operation === 'DELETE' || operation === 'CONNECT') return
    // Telling whether the namespace exists would leak to those who only ask what they may do.
    if (kind.group === 'authorization.k8s.io' && accessReviews.has(kind.plural)) return
    const found = world.get(namespaces, namespace)
    if (!found) throw notFoundError(namespaces, namespace)
    if (operation === 'CREATE' && found.status?.phase === 'Terminating') {
      throw refuse(request, `unable to create new content in namespace ${namespace} because it is being terminated`,
        [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }])
    }
  },

  validate(request) {
    if (request.operation === 'DELETE' && isAbout(request, '', 'namespaces') && immortal.has(request.name)) {
      throw refuse(request, 'this namespace may not be deleted')
    }
  },
}
