// What @ngrok/webernetes, a port of Kubernetes to the browser, can do of the same work. Run bundled (its modules want a bundler);
// prints one line of JSON.
import { performance } from 'node:perf_hooks'
import { BaseImage, Cluster } from '@ngrok/webernetes'

class Web extends BaseImage {
  static imageName = 'web'
  static imageVersion = '1.0'
  defaultCommand = ['server']
  async exec(context, argv) {
    if (argv[0] !== 'server') return super.exec(context, argv)
    context.listenHttp(8080, async () => ({ statusCode: 200, body: 'hello\n' }))
    return context.waitUntilKilled()
  }
}

const cluster = new Cluster()
cluster.registerImage(Web)
await cluster.init()
for (;;) {
  const { items } = await cluster.api.corev1.listNode()
  if (items.length === 3 && items.every(node => node.status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True'))) break
  await new Promise(resolve => setTimeout(resolve, 1))
}
const started = performance.now()       // since the process began
const rest = process.memoryUsage.rss()

const began = performance.now()
const labels = { app: 'web' }
await cluster.apply([{
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: { replicas: 100, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1.0' }] } } },
}])
for (;;) {
  const { status } = await cluster.api.appsv1.readNamespacedDeployment({ name: 'web', namespace: 'default' })
  if (status?.readyReplicas === 100) break
  await new Promise(resolve => setTimeout(resolve, 5))
}
console.log(JSON.stringify({ started, rest, hundredReady: performance.now() - began }))
process.exit(0)
