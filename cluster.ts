import type { Client } from './api/client.ts'
import type { Clock } from './api/clock.ts'
import { builtInKinds } from './api/kinds/index.ts'
import type { NodeAccess } from './api/node-access.ts'
import { createRandom } from './api/random.ts'
import { createInformers } from './client/informer.ts'
import { systemClock } from './clock.ts'
import { startControllers } from './controllers/index.ts'
import { startNodes, type PortProblem } from './fake-pods/index.ts'
import { createCertificateSigner } from './server/certificate-signer.ts'
import { createCredentials } from './server/certificates.ts'
import { bootstrap, tellAuthentication } from './server/bootstrap.ts'
import { openAuditFile } from './server/records/audit-file.ts'
import { createApiServer } from './server/server.ts'
import { writeKubeconfig } from './kubeconfig.ts'

export interface ClusterOptions {
  /** Names the context of the kubeconfig; the nodes are always called as minikube's. */
  name?: string
  /** 0 gives a control plane alone, whose pods stay Pending. */
  nodes?: number
  /** Of the API server on 127.0.0.1; 0 takes a free one. */
  port?: number
  /** Where node ports listen. */
  nodeAddress?: string
  /** 1 is lifelike, N runs the clock N times as fast, `instant` leaves out the waiting of pods. */
  speed?: number | 'instant'
  /** Gives the same names and delays again. */
  seed?: number
  /** Instead of `speed`: a clock of one's own, stepped by a test. */
  clock?: Clock
  /** Bearer tokens that are accepted besides the client certificate. */
  tokens?: readonly { token: string; user: string; uid?: string; groups?: readonly string[] }[]
  /** Whether requests without any credential are let in as `system:anonymous`, as by upstream's default; else they get 401. */
  anonymousAuth?: boolean
  /** Whether a `Warning:` header says what is stored but not simulated. */
  simulationWarnings?: boolean
  /** Whether pods and nodes have metrics (metrics.k8s.io), for `kubectl top` and autoscalers; true unless said otherwise. */
  metrics?: boolean
  /** Which controllers run, by their names in kube-controller-manager; all unless said otherwise. */
  controllers?: 'all' | 'none' | readonly string[]
  /** Whether pods are given to nodes; true unless said otherwise. */
  scheduler?: boolean
  /** A file that audit events are added to, a line of JSON for each (audit.k8s.io/v1, level Metadata). */
  auditLog?: string
  /** From 2 on there is a line in the log for each request. */
  verbosity?: number
  /** Changes kept for each resource; a watch from before them gets 410. */
  historyLimit?: number
  /** Errors that are our bugs, and what `verbosity` asks for; silent unless given. */
  log?: (message: string, error?: unknown) => void
}

export interface Cluster {
  name: string
  /** `https://127.0.0.1:PORT` */
  url: string
  port: number
  nodeAddress: string
  /** YAML text with a client certificate of `system:masters`. */
  kubeconfig: string
  client: Client
  clock: Clock
  /** Node ports that another program holds. */
  portProblems(): readonly PortProblem[]
  /** Ends everything; nothing stays open. */
  stop(): Promise<void>
}

/** Starts a cluster in this process; resolves when all its nodes are Ready. Many may run side by side. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { name = 'mimikube', nodes: count = 3, port = 0, nodeAddress = '127.0.0.1', speed = 1, seed, tokens = [],
    anonymousAuth = false, simulationWarnings = true, metrics = true, auditLog, verbosity = 0, historyLimit, log = () => {} } = options
  const { controllers: names = 'all', scheduler = true } = options
  const clock = options.clock ?? systemClock(speed === 'instant' ? 1 : speed)
  const random = createRandom(seed)
  const report = (error: unknown, where = 'server') => log(`${where}: ${(error as Error)?.stack ?? String(error)}`)
  // Made while everything else starts.
  const credentials = createCredentials({ addresses: [nodeAddress] })

  const audit = auditLog === undefined ? undefined : await openAuditFile(auditLog, error => report(error, 'audit log'))
  let access: NodeAccess | undefined
  const server = createApiServer({
    clock, random, kinds: builtInKinds, anonymousAuth, simulationWarnings, metrics, historyLimit, log: report,
    audit: audit?.write, requestLog: verbosity >= 2 ? line => log(line.trimEnd()) : undefined,
    tokens: tokens.map(({ groups = [], uid = '', ...token }) => ({ ...token, uid, groups })),
    nodes: {
      logs: (pod, container, asked, signal) => access!.logs(pod, container, asked, signal),
      dial: (ip, port) => access!.dial!(ip, port),
      usage: pod => access?.usage?.(pod),
      nodeUsage: node => access?.nodeUsage?.(node),
    },
  })
  const stops: (() => void | Promise<void>)[] = [() => audit?.close(), () => server.stop()]
  const stop = async () => { for (const end of stops.splice(0).toReversed()) await end() }
  try {
    const client = server.client('mimikube')
    const listening = server.listen({ address: '127.0.0.1', port, credentials })
    listening.catch(() => {})
    await bootstrap(server.client('kube-apiserver'))
    const informers = createInformers(client, clock, report)
    stops.push(() => informers.stop())

    const { ca, admin } = await credentials
    await tellAuthentication(server.client('kube-apiserver'), { clientCertificateAuthority: ca.cert, now: clock.now() })
    const controllers = startControllers({
      client, informers, clock, random, kinds: builtInKinds, rootCertificate: ca.cert, signer: createCertificateSigner(ca),
      secretToken: server.secretToken, names, scheduler, report,
    })
    stops.push(() => controllers.stop())
    const nodes = startNodes({ client, informers, clock, random, nodes: count, nodeAddress, pace: speed === 'instant' ? 0 : 1, log })
    stops.push(() => nodes.stop())
    access = nodes.access
    const [actualPort] = await Promise.all([listening, nodes.ready])
    const url = `https://127.0.0.1:${actualPort}`
    return {
      name, url, port: actualPort, nodeAddress, client, clock,
      kubeconfig: writeKubeconfig({ name, url, ca: ca.cert, cert: admin.cert, key: admin.key }),
      portProblems: () => nodes.portProblems(),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
