import { endpoints } from '../../api/kinds/core/endpoints.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { services } from '../../api/kinds/core/services.ts'
import type { Kind } from '../../api/kind.ts'
import type { EndpointAddress, Pod } from '../../api/schema/generated/types.ts'
import { badRequest, notFoundError, serviceUnavailable, StatusError } from '../../api/status.ts'
import type { World } from '../admission/admission.ts'
import type { ApiResponse } from '../request.ts'
import type { Action, ActionRequest, ActionTools } from './action.ts'

/** `[scheme:]name[:port]` of a path; undefined when it is none (apimachinery, util/net SplitSchemeNamePort, 1.36). */
interface Target { scheme: string; name: string; port: string }
function parseTarget(id: string): Target | undefined {
  const parts = id.split(':')
  if (parts.length > 3) return undefined
  const [scheme, name, port = ''] = parts.length === 3 ? parts : ['', ...parts]
  return name !== '' && ['', 'http', 'https'].includes(scheme) ? { scheme, name, port } : undefined
}

/** Where a proxied request goes: an address of the pods' network. */
interface Location { scheme: string; ip: string; port: string }
type Locate = (id: string, request: ActionRequest, world: World) => Location

/** A pod's own port, by number: the one asked for, else the first it declares, else the scheme's (registry/core/pod ResourceLocation). */
const podLocation: Locate = (id, { namespace }, world) => {
  const target = parseTarget(id)
  if (!target) throw badRequest(`invalid pod request ${JSON.stringify(id)}`)
  const pod = world.get(pods, target.name, namespace)
  if (!pod) throw notFoundError(pods, target.name)
  const declared = pod.spec?.containers.find(({ ports }) => ports?.length)?.ports![0].containerPort
  const port = target.port || (declared === undefined ? '' : String(declared)), ip = pod.status?.podIP ?? ''
  if (ip === '') throw badRequest('address not allowed')
  // Upstream panics over a name here, and cuts the connection.
  if (!/^\d*$/.test(port)) throw badRequest(`invalid pod request ${JSON.stringify(id)}`)
  return { scheme: target.scheme, ip, port }
}

/** One of the ready pods behind a service, at random (registry/core/service/storage ResourceLocation). */
const serviceLocation: Locate = (id, { namespace }, world) => {
  const target = parseTarget(id)
  if (!target) throw badRequest(`invalid service request ${JSON.stringify(id)}`)
  const { name } = target
  let port = target.port
  if (/^[+-]?\d+$/.test(port)) {
    const service = world.get(services, name, namespace)
    if (!service) throw notFoundError(services, name)
    const asked = service.spec?.ports?.find(each => each.port === Number(port))
    if (!asked) throw serviceUnavailable(`no service port ${Number(port)} found for service ${JSON.stringify(name)}`)
    port = asked.name ?? ''
  }
  const found = world.get(endpoints, name, namespace)
  if (!found) throw notFoundError(services, name)
  const { subsets = [] } = found
  if (subsets.length === 0) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`)
  const ready = subsets.flatMap(({ addresses = [], ports = [] }) => ports.filter(each => (each.name ?? '') === port)
    .flatMap(each => addresses.filter(address => isPod(address, namespace, world)).map(({ ip }) => ({ ip, port: String(each.port) }))))
  if (ready.length === 0) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(id)}`)
  return { scheme: target.scheme, ...ready[world.random.integer(ready.length)] }
}

/** Only pods are proxied to, and only from their own namespace: endpoints that somebody wrote by hand lead nowhere else. */
function isPod({ ip, targetRef }: Readonly<EndpointAddress>, namespace: string | undefined, world: World): boolean {
  if (!targetRef?.name || targetRef.namespace !== namespace) return false
  const pod: Readonly<Pod> | undefined = world.get(pods, targetRef.name, namespace)
  return pod?.status?.podIPs?.some(each => each.ip === ip) ?? pod?.status?.podIP === ip
}

const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

function proxied(kind: Kind<any>, options: string, run: (request: ActionRequest, tools: ActionTools) => ApiResponse): Action {
  const { group, version, plural, namespaced } = kind
  return {
    group, version, plural, subresource: 'proxy', namespaced, kind: { kind: options }, methods: everyMethod,
    verbs: ['create', 'delete', 'get', 'patch', 'update'],
    async run(request, tools) {
      if (request.query.get('dryRun')) throw badRequest('dryRun is not supported')
      return run(request, tools)
    },
  }
}

const through = (locate: Locate) => (request: ActionRequest, { nodes: access, world }: ActionTools): ApiResponse => {
  const { scheme, ip, port } = locate(request.name!, request, world)
  const { rest, path } = request, ended = path.endsWith('/')
  // A trailing slash is a path of its own: without one there is a redirect to it.
  const below = rest === '' ? (ended ? '/' : '') : `/${rest}${ended && !rest.endsWith('/') ? '/' : ''}`
  return {
    type: 'proxy', path: below, secure: scheme === 'https', host: port === '' ? ip : `${ip}:${port}`,
    dial: () => access.dial!(ip, port === '' ? (scheme === 'https' ? 443 : 80) : Number(port)),
  }
}

/** The kubelet's own server: what can be said of a simulated node is that it is well. */
function nodeProxy({ name: id = '', rest }: ActionRequest, { world }: ActionTools): ApiResponse {
  const target = parseTarget(id)
  if (!target) throw badRequest(`invalid node request ${JSON.stringify(id)}`)
  if (!world.get(nodes, target.name)) throw notFoundError(nodes, target.name)
  if (rest === 'healthz' && ['', '10250'].includes(target.port)) return { type: 'text', code: 200, contentType: 'text/plain; charset=utf-8', text: 'ok' }
  throw new StatusError(501, 'NotImplemented', 'proxy of nodes is not simulated by this cluster, but for healthz')
}

/** `…/proxy`: requests that go on to a pod, a service or a kubelet as they are. */
export const proxyActions: readonly Action[] = [
  proxied(pods, 'PodProxyOptions', through(podLocation)),
  proxied(services, 'ServiceProxyOptions', through(serviceLocation)),
  proxied(nodes, 'NodeProxyOptions', nodeProxy),
]
