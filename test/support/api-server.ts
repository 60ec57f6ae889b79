import { builtInKinds } from '../../api/kinds/index.ts'
import { namespaces } from '../../api/kinds/core/namespaces.ts'
import { serviceAccounts } from '../../api/kinds/core/serviceaccounts.ts'
import type { Client } from '../../api/client.ts'
import type { NodeAccess } from '../../api/node-access.ts'
import { createRandom } from '../../api/random.ts'
import { systemClock } from '../../clock.ts'
import { writeKubeconfig } from '../../kubeconfig.ts'
import { bootstrap } from '../../server/bootstrap.ts'
import { createCredentials } from '../../server/certificates.ts'
import { createApiServer } from '../../server/server.ts'
import { apiOf, type Api } from './api.ts'

export interface TestApiServer {
  api: Api
  client: Client
  url: string
  kubeconfig: string
  /** What the server took for a bug of its own: errors that are no Status. */
  bugs: Error[]
  stop(): void
}

/**
 * An API server alone, with no controller and no node that would change what a test writes; the namespace `default` has the
 * service account that pods need.
 */
export async function startApiServer(options: { historyLimit?: number; simulationWarnings?: boolean } = {}): Promise<TestApiServer> {
  const clock = systemClock(1), bugs: Error[] = []
  const credentials = createCredentials({ addresses: [] })
  const server = createApiServer({
    clock, random: createRandom(1), kinds: builtInKinds, nodes: {} as NodeAccess, tokens: [], anonymousAuth: false,
    simulationWarnings: options.simulationWarnings ?? false, historyLimit: options.historyLimit, log: error => { bugs.push(error) },
  })
  const client = server.client('mimikube')
  await bootstrap(server.client('kube-apiserver'))
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  await client.create(namespaces, { metadata: { name: 'contract' } } as never)
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'contract' } })
  const port = await server.listen({ address: '127.0.0.1', port: 0, credentials })
  const { ca, admin } = await credentials
  const url = `https://127.0.0.1:${port}`
  const kubeconfig = writeKubeconfig({ name: 'test', url, ca: ca.cert, cert: admin.cert, key: admin.key })
  const api = apiOf({ url, kubeconfig })
  return { api, client, url, kubeconfig, bugs, stop: () => { api.close(); server.stop() } }
}
