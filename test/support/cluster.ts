import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Cluster, startCluster } from '../../cluster.ts'
import { type Kubectl, kubectlWith, temporaryFolder } from './kubectl.ts'
import { nodeAddress } from './node-address.ts'

export interface TestCluster extends Cluster {
  /** A file with the cluster's kubeconfig, in a folder that goes with the cluster. */
  kubeconfigFile: string
  folder: string
  kubectl: Kubectl
}

/** A cluster on a free port for one test file; `stop()` leaves nothing behind. */
export async function startTestCluster(options: Parameters<typeof startCluster>[0] & { kubectl?: string } = {}): Promise<TestCluster> {
  const { kubectl: program, ...given } = options
  const folder = await temporaryFolder('cluster')
  const cluster = await startCluster({ port: 0, speed: 'instant', seed: 1, nodeAddress: nodeAddress(), ...given })
  const kubeconfigFile = path.join(folder.path, 'kubeconfig')
  await writeFile(kubeconfigFile, cluster.kubeconfig, { mode: 0o600 })
  return {
    ...cluster,
    kubeconfigFile,
    folder: folder.path,
    kubectl: kubectlWith({ kubeconfig: kubeconfigFile, program }),
    stop: async () => { await cluster.stop(); await folder.remove() },
  }
}
