import { invalid, type FieldError } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { badRequest, invalidError } from '../../api/status.ts'
import type { ApiResponse } from '../request.ts'
import { tracker } from '../resources/tracking.ts'
import type { Action, ActionRequest, ActionTools } from './action.ts'

const group = 'authorization.k8s.io', version = 'v1', apiVersion = `${group}/${version}`
const kindOf = (kind: string) => ({ group, version, kind, schema: `authorization.v1.${kind}` }) as Kind

interface Spec {
  user?: string
  groups?: readonly string[]
  resourceAttributes?: { namespace?: string }
  nonResourceAttributes?: { path?: string; verb?: string }
}
type Review = KubeObject & { spec?: Spec }

const facts = { group, version, subresource: '', verbs: ['create'] }

/** Roles are stored but not enforced: the answers say what this server does, and why. */
const notEnforced = 'roles are not enforced by this cluster: every authenticated user may do everything'

function decide(groups: readonly string[]): object {
  if (groups.includes('system:masters')) return { allowed: true }
  if (groups.includes('system:unauthenticated')) return { allowed: false }
  return { allowed: true, reason: notEnforced }
}

/** pkg/apis/authorization/validation, 1.36; a struct is shown with Go's field names. */
function attributeErrors({ resourceAttributes, nonResourceAttributes }: Spec): FieldError[] {
  if (resourceAttributes && nonResourceAttributes) {
    return [invalid('spec.nonResourceAttributes', shown(nonResourceAttributes),
      'cannot be specified in combination with resourceAttributes')]
  }
  if (resourceAttributes || nonResourceAttributes) return []
  return [invalid('spec.resourceAttributes', null,
    'exactly one of nonResourceAttributes or resourceAttributes must be specified')]
}

const shown = ({ path = '', verb = '' }: NonNullable<Spec['nonResourceAttributes']>) => ({ Path: path, Verb: verb })

const subjectErrors = ({ user, groups }: Spec): FieldError[] =>
  (user || groups?.length ? [] : [invalid('spec.user', '', 'at least one of user or group must be specified')])

function placeErrors({ metadata, spec = {} }: Review): FieldError[] {
  const errors: FieldError[] = [], { resourceAttributes, nonResourceAttributes } = spec
  if (resourceAttributes && (resourceAttributes.namespace ?? '') !== metadata.namespace) {
    errors.push(invalid('spec.resourceAttributes.namespace', resourceAttributes.namespace ?? '', 'must match metadata.namespace'))
  }
  if (nonResourceAttributes) {
    errors.push(invalid('spec.nonResourceAttributes', shown(nonResourceAttributes), 'disallowed on this kind of request'))
  }
  return errors
}

async function readReview(request: ActionRequest, tools: ActionTools, kind: Kind): Promise<Review> {
  const review = await tools.readBody(request, kind) as Review
  if (request.namespace !== undefined) review.metadata = { ...review.metadata, namespace: request.namespace }
  return review
}

function refuseInvalid(errors: FieldError[]): void {
  // Upstream names no kind here.
  if (errors.length > 0) throw invalidError({ group, kind: '' }, '', errors)
}

function answer(request: ActionRequest, { clock }: ActionTools, kind: Kind, review: Review, status: object): ApiResponse {
  tracker({ ...request, kind }, request.query.get('fieldManager') ?? '', clock.now())(review, undefined)
  const object = { kind: kind.kind, apiVersion, metadata: review.metadata, spec: review.spec ?? {}, status }
  return { type: 'object', code: 201, kind, object }
}

/** May I? `kubectl auth can-i`. */
export const selfSubjectAccessReviews: Action = {
  ...facts, plural: 'selfsubjectaccessreviews', namespaced: false, kind: { kind: 'SelfSubjectAccessReview' },
  async run(request, tools) {
    const kind = kindOf('SelfSubjectAccessReview'), review = await readReview(request, tools, kind)
    refuseInvalid(attributeErrors(review.spec ?? {}))
    return answer(request, tools, kind, review, decide(request.user.groups))
  },
}

/** May he? */
export const subjectAccessReviews: Action = {
  ...facts, plural: 'subjectaccessreviews', namespaced: false, kind: { kind: 'SubjectAccessReview' },
  async run(request, tools) {
    const kind = kindOf('SubjectAccessReview'), review = await readReview(request, tools, kind), spec = review.spec ?? {}
    refuseInvalid([...attributeErrors(spec), ...subjectErrors(spec)])
    return answer(request, tools, kind, review, decide(spec.groups ?? []))
  },
}

/** May he, in this namespace? */
export const localSubjectAccessReviews: Action = {
  ...facts, plural: 'localsubjectaccessreviews', namespaced: true, kind: { kind: 'LocalSubjectAccessReview' },
  async run(request, tools) {
    const kind = kindOf('LocalSubjectAccessReview'), review = await readReview(request, tools, kind), spec = review.spec ?? {}
    refuseInvalid([...attributeErrors(spec), ...subjectErrors(spec), ...placeErrors(review)])
    return answer(request, tools, kind, review, decide(spec.groups ?? []))
  },
}

/** What may I? `kubectl auth can-i --list`. */
export const selfSubjectRulesReviews: Action = {
  ...facts, plural: 'selfsubjectrulesreviews', namespaced: false, kind: { kind: 'SelfSubjectRulesReview' },
  async run(request, tools) {
    const kind = kindOf('SelfSubjectRulesReview'), review = await readReview(request, tools, kind)
    if (!(review.spec as { namespace?: string } | undefined)?.namespace) throw badRequest('no namespace on request')
    return answer(request, tools, kind, review, {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    })
  },
}
