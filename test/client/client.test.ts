import { parse } from 'yaml'
import { startCluster } from '../../cluster.ts'
import { createHttpClient } from '../../client/http-client.ts'
import { clientContract } from '../contracts/client.ts'

clientContract('in the same process', async () => {
  const cluster = await startCluster({ nodes: 0, speed: 'instant' })
  return { client: cluster.client, stop: () => cluster.stop() }
})

clientContract('over HTTPS', async () => {
  const cluster = await startCluster({ nodes: 0, speed: 'instant' })
  const { clusters: [{ cluster: server }], users: [{ user }] } = parse(cluster.kubeconfig)
  const pem = (base64: string) => Buffer.from(base64, 'base64').toString()
  const client = createHttpClient({
    url: cluster.url, ca: pem(server['certificate-authority-data']),
    cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']),
  })
  return { client, stop: async () => { client.close(); await cluster.stop() } }
})
