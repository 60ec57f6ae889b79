import { namespaces } from '../api/kinds/core/namespaces.ts'
import { serviceAccounts } from '../api/kinds/core/serviceaccounts.ts'
import { isAlreadyExists } from '../api/status.ts'
import { watching, type Controller } from './runtime/controller.ts'
import { isNamespaceGone } from './runtime/run.ts'

const name = 'default'

/** Each active namespace has a service account `default` (serviceaccounts_controller.go, 1.36). */
export const serviceAccountController: Controller = {
  name: 'service-account-controller',
  watches: [
    watching(namespaces, namespace => [namespace.metadata.name]),
    watching(serviceAccounts, () => [], (type, account) =>
      (type === 'deleted' && account.metadata.name === name ? [account.metadata.namespace!, 0] : undefined)),
  ],
  async reconcile(key, { client, informers }) {
    const namespace = informers.of(namespaces).get(key)
    if (!namespace || namespace.status?.phase === 'Terminating' || namespace.metadata.deletionTimestamp) return
    if (informers.of(serviceAccounts).get(`${key}/${name}`)) return
    try {
      await client.create(serviceAccounts, { metadata: { name, namespace: key } })
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceGone(error)) throw error
    }
  },
}
