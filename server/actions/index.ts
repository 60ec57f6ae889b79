import {
  localSubjectAccessReviews, selfSubjectAccessReviews, selfSubjectRulesReviews, subjectAccessReviews,
} from './access-reviews.ts'
import type { Action } from './action.ts'
import { selfSubjectReviews, tokenReviews } from './authentication-reviews.ts'
import { componentStatuses } from './component-statuses.ts'
import { metricsActions } from './metrics.ts'
import { namespaceFinalize } from './namespace-finalize.ts'
import { notSimulatedActions } from './not-simulated.ts'
import { bindings, podBinding } from './pod-binding.ts'
import { podEviction } from './pod-eviction.ts'
import { podLog } from './pod-log.ts'
import { proxyActions } from './proxy.ts'
import { serviceAccountToken } from './service-account-token.ts'

/** Every endpoint that is not storage, one line each. `metrics` serves metrics.k8s.io. */
export const createActions = ({ metrics = true }: { metrics?: boolean } = {}): readonly Action[] => [
  podLog,
  podBinding,
  bindings,
  podEviction,
  namespaceFinalize,
  serviceAccountToken,
  selfSubjectReviews,
  tokenReviews,
  selfSubjectAccessReviews,
  subjectAccessReviews,
  localSubjectAccessReviews,
  selfSubjectRulesReviews,
  componentStatuses,
  ...(metrics ? metricsActions : []),
  ...proxyActions,
  ...notSimulatedActions,
]
