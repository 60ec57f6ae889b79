import { edit, same } from '../api/edit.ts'
import { configMaps } from '../api/kinds/core/configmaps.ts'
import { namespaces } from '../api/kinds/core/namespaces.ts'
import { isAlreadyExists } from '../api/status.ts'
import { watching, type Controller } from './runtime/controller.ts'
import { isNamespaceGone } from './runtime/run.ts'

const name = 'kube-root-ca.crt', descriptionAnnotation = 'kubernetes.io/description'
const description = 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as ' +
  'the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/** Each active namespace has the cluster's CA in a ConfigMap, and gets it back when it is changed (rootcacertpublisher, 1.36). */
export const rootCertificateController = (certificate: string): Controller => ({
  name: 'root-ca-certificate-publisher-controller',
  watches: [
    watching(namespaces, namespace => [namespace.metadata.name]),
    watching(configMaps, () => [], (type, map) =>
      (type !== 'added' && map.metadata.name === name ? [map.metadata.namespace!, 0] : undefined)),
  ],
  async reconcile(key, { client, informers }) {
    const namespace = informers.of(namespaces).get(key)
    if (!namespace || namespace.status?.phase === 'Terminating' || namespace.metadata.deletionTimestamp) return
    const current = informers.of(configMaps).get(`${key}/${name}`), data = { 'ca.crt': certificate }
    try {
      if (!current) {
        const annotations = { [descriptionAnnotation]: description }
        await client.create(configMaps, { metadata: { name, namespace: key, annotations }, data })
        return
      }
      if (same(current.data, data) && current.metadata.annotations?.[descriptionAnnotation]) return
      await client.update(configMaps, edit(current, draft => {
        draft.data = data
        draft.metadata.annotations = { ...draft.metadata.annotations, [descriptionAnnotation]: description }
      }))
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceGone(error)) throw error
    }
  },
})
