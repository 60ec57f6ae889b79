import { Agent, get } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events } from '../../api/kinds/core/events.ts'
import { endpointSlices } from '../../api/kinds/discovery/endpointslices.ts'
import { services } from '../../api/kinds/core/services.ts'
import { isReady, podCluster, until, type PodCluster } from './cluster.ts'

let cluster: PodCluster
beforeAll(async () => {
  cluster = await podCluster()
})
afterAll(() => cluster.stop())

interface Answer {
  status: number
  body: string
}

/** One request to a node port, on a connection of its own unless an agent is given. */
function ask(port: number, path = '/', agent: Agent | false = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: cluster.nodeAddress, port, path, agent }, response => {
      let body = ''
      response
        .setEncoding('utf8')
        .on('data', part => {
          body += part
        })
        .on('end', () => resolve({ status: response.statusCode!, body }))
    }).on('error', reject)
  })
}

const podOf = ({ body }: Answer) => /pod (\S+)/.exec(body)?.[1]
/** Pods of an unknown image that answer with their names, and a node port for them. */
async function served(app: string, count: number, more = {}): Promise<number> {
  const service = await cluster.expose(app, {
    type: 'NodePort',
    selector: { app },
    ports: [{ port: 80, targetPort: 8080 }],
    ...more,
  })
  for (let i = 0; i < count; i++)
    await cluster.run(`${app}-${i}`, { image: 'example.test/echo:1', ports: [{ containerPort: 8080 }] }, { app })
  await until(async () => (await readyEndpoints(app)) === count)
  return service.spec!.ports![0].nodePort!
}
const readyEndpoints = async (service: string) => {
  const { items } = await cluster.client.list(endpointSlices, {
    namespace: 'default',
    labelSelector: `kubernetes.io/service-name=${service}`,
  })
  return items.flatMap(slice => slice.endpoints ?? []).filter(endpoint => endpoint.conditions?.ready).length
}

test('new connections are spread over the pods, a kept-alive one stays where it is', async () => {
  const port = await served('spread', 3)
  const pods = new Set<string | undefined>()
  for (let i = 0; i < 60; i++) pods.add(podOf(await ask(port)))
  expect([...pods].sort()).toEqual(['spread-0', 'spread-1', 'spread-2'])
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const kept = new Set<string | undefined>()
  for (let i = 0; i < 20; i++) kept.add(podOf(await ask(port, '/', agent)))
  expect(kept.size).toBe(1)
  agent.destroy()
})

test('only ready pods get connections', async () => {
  const port = await served('some', 1)
  await cluster.run(
    'some-not',
    { image: 'example.test/echo:1', ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 9 } } },
    { app: 'some' },
  )
  await until(async () => (await cluster.pod('some-not')).status?.phase === 'Running')
  for (let i = 0; i < 20; i++) expect(podOf(await ask(port))).toBe('some-0')
})

test('without a ready pod a connection is refused', async () => {
  const { spec } = await cluster.expose('empty', { type: 'NodePort', selector: { app: 'nobody' }, ports: [{ port: 80 }] })
  await expect(until(() => ask(spec!.ports![0].nodePort!))).rejects.toThrow(/ECONNRESET|ECONNREFUSED|socket hang up/)
})

test('with session affinity a client stays with its pod', async () => {
  const port = await served('sticky', 3, { sessionAffinity: 'ClientIP' })
  const pods = new Set<string | undefined>()
  for (let i = 0; i < 20; i++) pods.add(podOf(await ask(port)))
  expect(pods.size).toBe(1)
})

test('a request that runs when its pod is deleted comes to its end', async () => {
  const port = await served('ends', 1)
  await cluster.run(
    'slow',
    {
      image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
      args: ['netexec', '--http-port=8080'],
      ports: [{ containerPort: 8080 }],
    },
    { app: 'ends' },
  )
  await until(async () => isReady(await cluster.pod('slow')))
  const failures: unknown[] = []
  const over = { yet: false }
  const steady = Promise.all(
    [1, 2, 3].map(async () => {
      while (!over.yet) await ask(port).catch(error => failures.push(error))
    }),
  )
  await cluster.remove('ends-0')
  await until(async () =>
    cluster.pod('ends-0').then(
      () => false,
      () => true,
    ),
  )
  await cluster.run('ends-1', { image: 'example.test/echo:1', ports: [{ containerPort: 8080 }] }, { app: 'ends' })
  await until(async () => isReady(await cluster.pod('ends-1')) && (await readyEndpoints('ends')) === 2)
  await cluster.remove('slow')
  await until(async () =>
    cluster.pod('slow').then(
      () => false,
      () => true,
    ),
  )
  over.yet = true
  await steady
  expect(failures).toEqual([])
})

test('a port that another program holds is told of, and opened when it is free', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen({ host: cluster.nodeAddress, port: 0 }, resolve))
  const wanted = 31_999
  const blocker = createServer()
  await new Promise<void>(resolve => blocker.listen({ host: cluster.nodeAddress, port: wanted }, resolve))
  await cluster.expose('taken', { type: 'NodePort', selector: { app: 'x' }, ports: [{ port: 80, nodePort: wanted }] })
  await until(() => cluster.portProblems().length === 1)
  expect(cluster.portProblems()).toEqual([
    { service: 'default/taken', port: wanted, reason: `${cluster.nodeAddress}:${wanted} is used by another program` },
  ])
  await until(async () =>
    (await cluster.client.list(events, { namespace: 'default' })).items.some(
      event => event.involvedObject.name === 'taken' && event.type === 'Warning' && event.reason === 'NodePortUnavailable',
    ),
  )
  blocker.close()
  other.close()
  await cluster.client.delete(services, 'taken', 'default')
  await until(() => cluster.portProblems().length === 0)
  expect(other.address() as AddressInfo | null).toBeNull()
})

test('pods reach services by address and by every form of their name', async () => {
  await served('target', 1)
  const { spec } = await cluster.client.get(services, 'target', 'default')
  const script = ['target', 'target.default', 'target.default.svc', 'target.default.svc.cluster.local', spec!.clusterIP!]
    .map(host => `wget -qO- http://${host}/ | head -1 || exit 1`)
    .join('\n')
  await cluster.run('asks', {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'c',
        image: 'busybox',
        terminationMessagePolicy: 'FallbackToLogsOnError',
        command: ['sh', '-c', `${script}\nwget -qO- http://nobody/; exit 9`],
      },
    ],
  })
  const { status } = await until(async () => {
    const pod = await cluster.pod('asks')
    return pod.status?.phase === 'Failed' && pod
  })
  expect(status!.containerStatuses![0].state!.terminated!.message).toBe(
    `${'example.test/echo:1\n'.repeat(5)}wget: bad address 'nobody'\n`,
  )
})

test('a node port that is given up is closed, and a changed one moves', async () => {
  const port = await served('moves', 1)
  const other = port === 32_001 ? 32_002 : 32_001
  await cluster.client.patch(
    services,
    'moves',
    'default',
    { spec: { ports: [{ port: 80, targetPort: 8080, nodePort: other }] } },
    { type: 'merge' },
  )
  await until(() =>
    ask(other).then(
      answer => answer.status === 200,
      () => false,
    ),
  )
  await expect(ask(port)).rejects.toThrow('ECONNREFUSED')
})
