import { invalid, type FieldError } from '../../api/field-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import type { SubjectAccessReviewSpec } from '../../api/schema/generated/types.ts'
import { badRequest, invalidError } from '../../api/status.ts'
import { resourceAttributes, type Attributes } from '../authorization/attributes.ts'
import { aggregate } from '../authorization/authorizer.ts'
import type { ApiResponse } from '../request.ts'
import { checkNamespace } from '../resources/lifecycle.ts'
import { tracker } from '../resources/tracking.ts'
import type { UserInfo } from '../user.ts'
import type { Action, ActionRequest, ActionTools } from './action.ts'
import { readSelectors, selectorErrors } from './review-selectors.ts'

const group = 'authorization.k8s.io', version = 'v1', apiVersion = `${group}/${version}`
const kindOf = (kind: string) => ({ group, version, kind, schema: `authorization.v1.${kind}` }) as Kind

interface Spec extends SubjectAccessReviewSpec { namespace?: string }
type Review = KubeObject & { spec?: Spec }

const facts = { group, version, subresource: '', verbs: ['create'] }

/** The question of a review as the authorizer takes it, and what of it is ignored (registry/authorization/util, 1.36). */
function attributesOf(user: UserInfo, { resourceAttributes: of, nonResourceAttributes: at }: Spec): { attributes: Attributes; ignored: string } {
  if (!of) return { attributes: resourceAttributes(user, at?.verb ?? '', { isResource: false, path: at?.path ?? '' }), ignored: '' }
  const { verb = '', group: asked = '', resource = '', subresource = '', namespace = '', name = '' } = of
  const { fields, ignored } = readSelectors(of)
  return { attributes: resourceAttributes(user, verb, { group: asked, resource, subresource, namespace, name, fields }), ignored }
}

function decide({ authorizer }: ActionTools, user: UserInfo, spec: Spec): object {
  const { attributes, ignored } = attributesOf(user, spec), { allowed, reason } = authorizer.authorize(attributes)
  return { allowed, ...(reason ? { reason } : {}), ...(ignored ? { evaluationError: ignored } : {}) }
}

const subjectOf = ({ user: name = '', groups = [], uid, extra }: Spec): UserInfo =>
  ({ name, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) })

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
  checkNamespace({ ...kind, namespaced: request.namespace !== undefined }, review, request.namespace)
  if (request.namespace !== undefined) review.metadata = { ...review.metadata, namespace: request.namespace }
  tracker({ ...request, kind }, request.query.get('fieldManager') ?? '', tools.clock.now())(review, undefined)
  return review
}

/** Nobody stores a review: its metadata would mean nothing. */
function metadataErrors({ metadata }: Review, namespaced = false): FieldError[] {
  const { managedFields: _managed, namespace, ...rest } = metadata
  if (Object.keys(rest).length === 0 && (namespaced || !namespace)) return []
  return [invalid('metadata', metadata, namespaced ? 'must be empty except for namespace' : 'must be empty')]
}

function refuseInvalid(errors: FieldError[]): void {
  // Upstream names no kind here.
  if (errors.length > 0) throw invalidError({ group, kind: '' }, '', errors)
}

function answer(kind: Kind, review: Review, status: object): ApiResponse {
  const object = { kind: kind.kind, apiVersion, metadata: review.metadata, spec: review.spec ?? {}, status }
  return { type: 'object', code: 201, kind, object }
}

/** May I? `kubectl auth can-i`. */
export const selfSubjectAccessReviews: Action = {
  ...facts, plural: 'selfsubjectaccessreviews', namespaced: false, kind: { kind: 'SelfSubjectAccessReview' },
  async run(request, tools) {
    const kind = kindOf('SelfSubjectAccessReview'), review = await readReview(request, tools, kind)
    refuseInvalid([...attributeErrors(review.spec ?? {}), ...selectorErrors(review.spec?.resourceAttributes), ...metadataErrors(review)])
    return answer(kind, review, decide(tools, request.user, review.spec ?? {}))
  },
}

/** May he? */
export const subjectAccessReviews: Action = {
  ...facts, plural: 'subjectaccessreviews', namespaced: false, kind: { kind: 'SubjectAccessReview' },
  async run(request, tools) {
    const kind = kindOf('SubjectAccessReview'), review = await readReview(request, tools, kind), spec = review.spec ?? {}
    refuseInvalid([...attributeErrors(spec), ...subjectErrors(spec), ...selectorErrors(spec.resourceAttributes), ...metadataErrors(review)])
    return answer(kind, review, decide(tools, subjectOf(spec), spec))
  },
}

/** May he, in this namespace? */
export const localSubjectAccessReviews: Action = {
  ...facts, plural: 'localsubjectaccessreviews', namespaced: true, kind: { kind: 'LocalSubjectAccessReview' },
  async run(request, tools) {
    const kind = kindOf('LocalSubjectAccessReview'), review = await readReview(request, tools, kind), spec = review.spec ?? {}
    refuseInvalid([
      ...attributeErrors(spec), ...subjectErrors(spec), ...selectorErrors(spec.resourceAttributes), ...metadataErrors(review, true),
      ...placeErrors(review),
    ])
    return answer(kind, review, decide(tools, subjectOf(spec), spec))
  },
}

/** What may I? `kubectl auth can-i --list`. */
export const selfSubjectRulesReviews: Action = {
  ...facts, plural: 'selfsubjectrulesreviews', namespaced: false, kind: { kind: 'SelfSubjectRulesReview' },
  async run(request, tools) {
    const kind = kindOf('SelfSubjectRulesReview'), review = await readReview(request, tools, kind)
    const namespace = review.spec?.namespace
    if (!namespace) throw badRequest('no namespace on request')
    const { rules, incomplete, errors } = tools.authorizer.rulesFor(request.user, namespace)
    // Upstream answers with a review of its own making: nothing of what was sent comes back.
    return {
      type: 'object', code: 201, kind,
      object: {
        kind: kind.kind, apiVersion, metadata: {}, spec: {},
        status: {
          resourceRules: rules.filter(({ resources }) => resources?.length)
            .map(({ nonResourceURLs: _paths, ...rule }) => rule),
          nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length)
            .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
          incomplete, ...(errors.length > 0 ? { evaluationError: aggregate(errors) } : {}),
        },
      },
    }
  },
}
