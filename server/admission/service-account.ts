import { serviceAccounts } from '../../api/kinds/core/serviceaccounts.ts'
import type { Pod, PodSpec, ServiceAccount } from '../../api/schema/generated/types.ts'
import { namesInPod } from '../authorization/node-relations.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { limitSecretReferences } from './mountable-secrets.ts'
import { isAbout, refuse } from './refuse.ts'

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const volumePrefix = 'kube-api-access-'
const mirrorAnnotation = 'kubernetes.io/config.mirror'

/** Every pod runs as a service account and gets its token mounted (ServiceAccount, 1.36). */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',

  async mutate(request, world) {
    if (request.operation !== 'CREATE' || !isAbout(request, '', 'pods')) return
    const pod = request.object as Pod, namespace = request.namespace!, { spec } = pod
    if (isMirror(pod)) return checkMirror(request, pod)
    if (!spec) return
    const name = spec.serviceAccountName || 'default'
    spec.serviceAccountName = name
    // The old name of the field always says the same.
    spec.serviceAccount = name
    if (name.includes('/')) {
      throw refuse(request, `error looking up service account ${namespace}/${name}: `
        + `invalid resource name ${JSON.stringify(name)}: [may not contain '/']`)
    }
    const account = await findAccount(world, name, namespace)
    if (!account) {
      throw refuse(request, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`)
    }
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec, world)
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
      spec.imagePullSecrets = account.imagePullSecrets.map(secret => ({ ...secret }))
    }
  },

  validate(request, world) {
    if (request.operation !== 'CREATE' || !isAbout(request, '', 'pods')) return
    const pod = request.object as Pod
    if (isMirror(pod)) return checkMirror(request, pod)
    const account = world.get(serviceAccounts, pod.spec!.serviceAccountName!, request.namespace)
    const objection = account && limitSecretReferences(account, pod.spec!)
    if (objection) throw refuse(request, objection)
  },
}

function checkMirror(request: AdmissionRequest, pod: Pod): void {
  const objection = mirrorComplaint(pod)
  if (objection) throw refuse(request, objection)
}

/** Copies of what a node runs by itself can't be given anything of the cluster's. */
function mirrorComplaint(pod: Pod): string | undefined {
  const { spec } = pod
  if (spec?.serviceAccountName) return 'a mirror pod may not reference service accounts'
  if (namesInPod(pod, 'secrets').length > 0) return 'a mirror pod may not reference secrets'
  const tokens = spec?.volumes?.some(({ projected }) => projected?.sources?.some(source => source.serviceAccountToken))
  return tokens ? 'a mirror pod may not use ServiceAccountToken volume projections' : undefined
}

const isMirror = (pod: Pod) => pod.metadata.annotations?.[mirrorAnnotation] !== undefined

/**
 * The account; for `default`, which a controller makes right after its namespace, waits up to a second, as upstream does.
 * Looked for often: here the controller is much quicker than upstream's.
 */
async function findAccount(world: World, name: string, namespace: string): Promise<Readonly<ServiceAccount> | undefined> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const account = world.get(serviceAccounts, name, namespace)
    if (account || name !== 'default') return account
    await world.clock.sleep(20)
  }
  return undefined
}

function mountToken(spec: PodSpec, world: World): void {
  const existing = spec.volumes?.find(volume => volume.name.startsWith(volumePrefix))
  const name = existing?.name ?? volumePrefix + world.random.suffix(5)
  let needed = false
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.volumeMounts?.some(mount => mount.mountPath === mountPath)) continue
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }]
    needed = true
  }
  if (existing || !needed) return
  spec.volumes = [...(spec.volumes ?? []), {
    name,
    projected: {
      sources: [
        // 3600 s and 7 more: the odd number tells tokens from such volumes apart.
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 420,
    },
  }]
}
