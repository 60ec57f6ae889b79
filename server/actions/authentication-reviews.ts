import { timestamp } from '../../api/clock.ts'
import type { Kind } from '../../api/kind.ts'
import type { TokenReview } from '../../api/schema/generated/types.ts'
import { badRequest } from '../../api/status.ts'
import { tracker } from '../resources/tracking.ts'
import { apiAudiences } from '../stages/service-account-tokens.ts'
import type { UserInfo } from '../user.ts'
import type { Action } from './action.ts'

const group = 'authentication.k8s.io', version = 'v1', apiVersion = `${group}/${version}`
const kindOf = (kind: string) => ({ group, version, kind, schema: `authentication.v1.${kind}` }) as Kind

/** A user as the API shows one. */
const shownUser = ({ name, uid, groups, extra }: UserInfo) => ({
  username: name,
  ...(uid ? { uid } : {}),
  ...(groups.length > 0 ? { groups } : {}),
  ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
})

/** Says who is asking: `kubectl auth whoami`. */
export const selfSubjectReviews: Action = {
  group, version, plural: 'selfsubjectreviews', subresource: '', namespaced: false, kind: { kind: 'SelfSubjectReview' },
  verbs: ['create'],
  async run(request, tools) {
    const kind = kindOf('SelfSubjectReview')
    await tools.readBody(request, kind)
    return {
      type: 'object', code: 201, kind,
      object: {
        kind: kind.kind, apiVersion, metadata: { creationTimestamp: timestamp(tools.clock.now()) },
        status: { userInfo: shownUser(request.user) },
      },
    }
  },
}

/** Says whose a token is. */
export const tokenReviews: Action = {
  group, version, plural: 'tokenreviews', subresource: '', namespaced: false, kind: { kind: 'TokenReview' }, verbs: ['create'],
  async run(request, tools) {
    const kind = kindOf('TokenReview')
    const review = await tools.readBody(request, kind) as TokenReview
    const { token = '', audiences = [] } = review.spec ?? {}
    if (token === '') throw badRequest('token is required for TokenReview in authentication')
    tracker({ ...request, kind }, request.query.get('fieldManager') ?? '', tools.clock.now())(review, undefined)
    return {
      type: 'object', code: 201, kind,
      object: {
        kind: kind.kind, apiVersion, metadata: review.metadata, spec: review.spec,
        status: await statusOf(() => tools.readToken(token, audiences.length > 0 ? audiences : apiAudiences)),
      },
    }
  },
}

async function statusOf(read: () => Promise<{ user: UserInfo; audiences: readonly string[] } | undefined>): Promise<object> {
  try {
    const found = await read()
    if (found) return { authenticated: true, user: shownUser(found.user), audiences: found.audiences }
    return { user: {}, error: 'invalid bearer token' }
  } catch (error) {
    return { user: {}, error: `[invalid bearer token, ${(error as Error).message}]` }
  }
}
