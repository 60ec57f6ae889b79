import { setMaxListeners } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Client } from '../api/client.ts'
import type { Clock } from '../api/clock.ts'
import type { Kind } from '../api/kind.ts'
import type { NodeAccess } from '../api/node-access.ts'
import type { KubeObject } from '../api/object.ts'
import type { Random } from '../api/random.ts'
import type { ActionTools } from './actions/action.ts'
import { createActions } from './actions/index.ts'
import { createAuthorizer } from './authorization/authorizer.ts'
import { createGrantCheck } from './authorization/escalation.ts'
import { storeDefaultRoles } from './authorization/default-roles/store.ts'
import { createNodeAuthorizer } from './authorization/node.ts'
import { createRbac } from './authorization/rbac.ts'
import type { AdmissionRequest, World } from './admission/admission.ts'
import { defaultPlugins, mutate, validate } from './admission/index.ts'
import { readKind } from './body.ts'
import type { Credentials } from './certificates.ts'
import { openId } from './discovery/openid.ts'
import { createHttpServer } from './http.ts'
import { createAudit } from './records/audit.ts'
import { createMetrics } from './records/metrics.ts'
import type { Recorder } from './records/recorder.ts'
import { createLocalClient } from './local-client.ts'
import { storePath, storePrefix } from './parse-request.ts'
import { createPipeline } from './pipeline.ts'
import { createServiceAllocator } from './resources/allocate-service.ts'
import { withAddressObjects } from './resources/service-addresses.ts'
import { createDeletion } from './resources/deletion.ts'
import { createLifecycle } from './resources/lifecycle.ts'
import { createRegistry } from './resources/registry.ts'
import { tracker } from './resources/tracking.ts'
import { showStored, toStored } from './resources/versions.ts'
import { createAuthenticator, createTokenReader, type StaticToken } from './stages/authenticate.ts'
import { createAuthorize } from './stages/authorize.ts'
import { createImpersonate } from './stages/impersonate.ts'
import { createServiceAccountTokens } from './stages/service-account-tokens.ts'
import { createMemoryStore } from './store/memory-store.ts'
import { storeSystemObjects } from './system-objects/store.ts'

/** Block of the cluster IPs, kubeadm's and minikube's default. */
const serviceRange = '10.96.0.0/12'

export interface ServerOptions {
  clock: Clock
  random: Random
  kinds: readonly Kind[]
  nodes: NodeAccess
  tokens: readonly StaticToken[]
  /** Whether a request without any credential is one of `system:anonymous`, or refused. */
  anonymousAuth: boolean
  simulationWarnings: boolean
  /** Changes kept for each resource before a watch from before them gets 410. */
  historyLimit?: number
  /** Whether metrics.k8s.io is served, as by metrics-server. */
  metrics?: boolean
  /** Takes audit events, a line of JSON for each. */
  audit?: (line: string) => void
  /** Takes a line for each request that has ended. */
  requestLog?: (line: string) => void
  log(error: Error): void
}

/** An API server: usable at once through its local client, and over HTTPS once it listens. */
export interface ApiServer {
  client(name: string): Client
  /** Signs a token for the Secret that is to hold it. */
  secretToken(account: Readonly<KubeObject>, secretName: string): Promise<string>
  listen(options: { address: string; port: number; credentials: Promise<Credentials> }): Promise<number>
  stop(): void
}

export function createApiServer(options: ServerOptions): ApiServer {
  const { clock, random, kinds, nodes, tokens, anonymousAuth, simulationWarnings, historyLimit, metrics = true, audit, requestLog, log } = options
  const registry = createRegistry(kinds)
  const store = createMemoryStore({ historyLimit })
  const stopping = new AbortController()
  // Every open request and watch listens.
  setMaxListeners(0, stopping.signal)

  const world: World = {
    clock, random,
    authorize: attributes => authorizer.authorize(attributes),
    get: <T extends KubeObject>(kind: Kind<T>, name: string, namespace?: string) => {
      const stored = store.get(storePath(kind as Kind, namespace, name))
      return stored && showStored(kind as Kind, stored).object as unknown as T
    },
    list: <T extends KubeObject>(kind: Kind<T>, namespace?: string) =>
      store.list(storePrefix(kind as Kind, namespace)).items.map(stored => showStored(kind as Kind, stored).object as unknown as T),
    async update(kind, object) {
      const path = storePath(kind as Kind, object.metadata.namespace, object.metadata.name)
      await store.commit(path, Number(object.metadata.resourceVersion), toStored(kind as Kind, object))
    },
  }
  const admission = {
    mutate: (request: AdmissionRequest) => mutate(defaultPlugins, request, world),
    validate: (request: AdmissionRequest) => validate(defaultPlugins, request, world),
  }
  const rolesStored = storeDefaultRoles(store, clock, random)
  rolesStored.catch(log)
  const rbac = createRbac(store), authorizer = createAuthorizer([createNodeAuthorizer(world), rbac])
  const authorize = createAuthorize(authorizer)
  const hooks = [withAddressObjects(createServiceAllocator({ world, random, cidr: serviceRange }), store, clock, random)]
  const checkGrant = createGrantCheck(rbac, authorizer)
  const lifecycle = createLifecycle({ store, clock, random, simulationWarnings, hooks, checkGrant, ...admission })
  const deletion = createDeletion({ store, clock, hooks, validate: admission.validate })

  const serviceAccountTokens = createServiceAccountTokens({ world, clock, random })
  const readToken = createTokenReader(tokens, serviceAccountTokens)
  const actionTools: ActionTools = {
    world, authorizer, registry, clock, nodes, deletion, serviceAccountTokens, readToken,
    readBody: (request, kind) => readKind(request, kind, registry),
    async change(request, kind, name, change, { dryRun = false } = {}) {
      const stored = await lifecycle.update(name, {
        kind: kind as Kind, namespace: request.namespace, subresource: request.subresource, user: request.user, dryRun,
        track: tracker({ ...request, kind: kind as Kind }, request.query.get('fieldManager') ?? '', clock.now()),
        warn: text => { request.warnings.push(text) }, annotate: request.annotate,
      }, live => {
        const draft = structuredClone(live) as never
        change(draft)
        return draft
      })
      return stored.object as never
    },
  }
  const actions = createActions({ metrics })
  const systemObjectsStored = storeSystemObjects({ store, clock, random, served: [...kinds, ...actions], serviceRange })
  systemObjectsStored.catch(log)
  const pipeline = createPipeline({ verbTools: { authorize, store, registry, lifecycle, deletion, clock, random }, actions, actionTools })
  const impersonate = createImpersonate(authorizer), requests = createMetrics({ registry, store })

  return {
    client: name => createLocalClient(incoming => { authorize(incoming); return pipeline(incoming) }, name, stopping.signal),
    secretToken: serviceAccountTokens.issueLegacy,
    async listen({ address, port, credentials }) {
      await Promise.all([rolesStored, systemObjectsStored])
      const { server: certificate, ca } = await credentials
      const authenticate = createAuthenticator(readToken, { anonymousAuth, clock, authority: ca.cert })
      const recorders: Recorder[] = [requests.recorder]
      if (audit) recorders.push(createAudit({ clock, authorizer, stopped: stopping.signal, write: audit }))
      if (requestLog) recorders.push(await (await import('./records/request-log.ts')).createRequestLog(requestLog))
      const listensAt = () => `${address}:${(http.address() as AddressInfo | null)?.port ?? port}`
      const http = createHttpServer({
        pipeline, authenticate, impersonate, authorize, clock, stopped: stopping.signal, log, recorders,
        others: async question => {
          if (question.path === '/metrics') {
            const { contentType, body } = await requests.text()
            return { code: 200, headers: { 'content-type': contentType }, body }
          }
          return openId(question, listensAt(), serviceAccountTokens)
        },
        tls: { ...certificate, ca: ca.cert },
        discovery: { registry, actions, get address() { return listensAt() }, health: { informersSynced: true, get shuttingDown() { return stopping.signal.aborted } } },
      })
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject)
        http.listen(port, address, () => { http.off('error', reject); resolve() })
      })
      return (http.address() as AddressInfo).port
    },
    stop: () => stopping.abort(new Error('the API server has stopped')),
  }
}
