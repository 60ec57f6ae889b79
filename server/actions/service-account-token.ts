import { timestamp } from '../../api/clock.ts'
import { invalid } from '../../api/field-error.ts'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { secrets } from '../../api/kinds/core/secrets.ts'
import { serviceAccounts } from '../../api/kinds/core/serviceaccounts.ts'
import type { AuthenticationV1TokenRequest as TokenRequest } from '../../api/schema/generated/types.ts'
import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import type { Kind } from '../../api/kind.ts'
import { badRequest, conflictError, invalidError, notFoundError } from '../../api/status.ts'
import { checkNamespace } from '../resources/lifecycle.ts'
import { tracker } from '../resources/tracking.ts'
import { apiAudiences, type PrivateClaims } from '../stages/service-account-tokens.ts'
import type { Action, ActionTools } from './action.ts'
import { admitBelow } from './admit.ts'

const kind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', schema: 'authentication.v1.TokenRequest' }

/** What the volumes of pods ask for: only of these tokens it is known that somebody may read them once and keep them. */
const projectedTokenSeconds = 3607
const yearSeconds = 365 * 24 * 60 * 60

/** Issues a token of a service account (registry/core/serviceaccount/storage TokenREST, 1.36). */
export const serviceAccountToken: Action = {
  group: '', version: 'v1', plural: 'serviceaccounts', subresource: 'token', namespaced: true,
  kind: { group: kind.group, version: kind.version, kind: kind.kind }, verbs: ['create'],
  async run(request, tools) {
    const name = request.name ?? '', namespace = request.namespace ?? ''
    const sent = await tools.readBody(request, kind) as TokenRequest
    checkNamespace({ ...kind, namespaced: true } as Kind, sent as KubeObject, namespace)
    const { metadata } = sent, expirationSeconds = sent.spec?.expirationSeconds ?? 3600
    const { boundObjectRef, audiences: wanted } = sent.spec ?? {}, audiences = wanted?.length ? wanted : apiAudiences
    const tracked = { ...sent, spec: { ...sent.spec, expirationSeconds } } as KubeObject
    tracker({ ...request, kind: kind as Kind }, request.query.get('fieldManager') ?? '', tools.clock.now())(tracked, undefined)
    await admitBelow(request, serviceAccounts, name, sent as KubeObject, tools)
    const refuse = (about: string, field: string, value: unknown, why: string) =>
      invalidError(kind, about, [invalid(field, value, why)])
    if (metadata.name && metadata.name !== name) {
      throw refuse(name, 'metadata.name', metadata.name, 'must match the service account name if specified')
    }
    const account = tools.world.get(serviceAccounts, name, namespace)
    if (!account) throw notFoundError(serviceAccounts, name)
    if (metadata.uid && metadata.uid !== account.metadata.uid) {
      throw conflictError({ group: kind.group, plural: kind.kind }, name,
        `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${account.metadata.uid})`)
    }
    const wrongDuration = (why: string) => refuse('', 'spec.expirationSeconds', expirationSeconds, why)
    if (expirationSeconds < 600) throw wrongDuration('may not specify a duration less than 10 minutes')
    if (expirationSeconds > 2 ** 32) throw wrongDuration('may not specify a duration larger than 2^32 seconds')

    const bound = bind(boundObjectRef, name, namespace, tools), now = tools.clock.now()
    const claims: PrivateClaims = { namespace, ...bound, serviceaccount: { name, uid: account.metadata.uid } }
    // Clients that don't read the volume's token anew are given a year to be found.
    const extended = bound.pod !== undefined && expirationSeconds === projectedTokenSeconds && audiences.every(each => apiAudiences.includes(each))
    if (extended) claims.warnafter = Math.floor(now.getTime() / 1000) + expirationSeconds
    const token = await tools.serviceAccountTokens.issue({ claims, audiences, expirationSeconds: extended ? yearSeconds : expirationSeconds })
    request.annotate?.('authentication.kubernetes.io/issued-credential-id', `JTI=${idOf(token)}`)
    const shown: Partial<ObjectMeta> = {
      ...tracked.metadata, name, namespace, uid: account.metadata.uid, creationTimestamp: timestamp(now),
    }
    return {
      type: 'object', code: 201, kind: kind as Kind,
      object: {
        kind: kind.kind, apiVersion: 'authentication.k8s.io/v1', metadata: shown,
        spec: { audiences, expirationSeconds, boundObjectRef: boundObjectRef ?? null },
        status: { token, expirationTimestamp: timestamp(new Date(now.getTime() + expirationSeconds * 1000)) },
      },
    }
  },
}

const idOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as { jti: string }).jti

/** The claims about the object that a token lives and dies with. */
function bind(reference: NonNullable<TokenRequest['spec']>['boundObjectRef'] | null, account: string, namespace: string,
  { world }: ActionTools): Pick<PrivateClaims, 'node' | 'pod' | 'secret'> {
  if (!reference) return {}
  const { kind: what = '', apiVersion = '', name = '', uid } = reference
  const find = <T extends KubeObject>(of: Kind<T>, inNamespace?: string): Readonly<T> => {
    const found = world.get(of, name, inNamespace)
    if (!found) throw notFoundError(of, name)
    if (uid && uid !== found.metadata.uid) {
      throw conflictError({ group: '', plural: what }, name,
        `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
        'The object might have been deleted and then recreated')
    }
    return found
  }
  const ref = ({ metadata }: Readonly<KubeObject>) => ({ name: metadata.name, uid: metadata.uid })
  if (apiVersion === 'v1' && what === 'Pod') {
    const owner = world.get(pods, name, namespace)?.spec?.serviceAccountName
    if (owner !== undefined && owner !== account) {
      throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different `
        + 'serviceaccount name.')
    }
    const pod = find(pods, namespace), nodeName = pod.spec?.nodeName
    const node = nodeName ? world.get(nodes, nodeName) : undefined
    return { ...(nodeName ? { node: node ? ref(node) : { name: nodeName } } : {}), pod: ref(pod) }
  }
  if (apiVersion === 'v1' && what === 'Node') return { node: ref(find(nodes)) }
  if (apiVersion === 'v1' && what === 'Secret') return { secret: ref(find(secrets, namespace)) }
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${what}`)
}
