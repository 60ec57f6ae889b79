import { same } from '../../edit.ts'
import { invalid, type FieldError } from '../../field-error.ts'
import type { FlowSchemaSpec, PriorityLevelConfigurationSpec } from '../../schema/generated/types.ts'

/** The objects that must stay as they are (flowcontrol/validation and apiserver, apis/flowcontrol/bootstrap, 1.36). */

const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
}
const groups = (...names: string[]) => names.map(name => ({ kind: 'Group', group: { name } }))

const flowSchemas: Readonly<Record<string, FlowSchemaSpec>> = {
  'exempt': {
    priorityLevelConfiguration: { name: 'exempt' }, matchingPrecedence: 1,
    rules: [{ subjects: groups('system:masters'), ...everything }],
  },
  'catch-all': {
    priorityLevelConfiguration: { name: 'catch-all' }, matchingPrecedence: 10000, distinguisherMethod: { type: 'ByUser' },
    rules: [{ subjects: groups('system:unauthenticated', 'system:authenticated'), ...everything }],
  },
}

export function validateMandatoryFlowSchema(name: string, spec: Readonly<FlowSchemaSpec>): FieldError[] {
  const fixed = Object.hasOwn(flowSchemas, name) ? flowSchemas[name] : undefined
  return !fixed || same(goFlowSchemaSpec(spec), goFlowSchemaSpec(fixed)) ? []
    : [invalid('spec', goFlowSchemaSpec(spec), `spec of '${name}' must equal the fixed value`)]
}

/** Of `exempt` the shares may be changed, of `catch-all` nothing. */
export function validateMandatoryLevel(name: string, spec: Readonly<PriorityLevelConfigurationSpec>): FieldError[] {
  const { type, limited, exempt } = spec
  if (name === 'exempt' && (type !== 'Exempt' || limited)) {
    return [invalid('spec', goLevelSpec(spec), "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value")]
  }
  const fixed: PriorityLevelConfigurationSpec = { type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } } }
  return name !== 'catch-all' || (!exempt && same(goLevelSpec(spec), goLevelSpec(fixed))) ? []
    : [invalid('spec', goLevelSpec(spec), "spec of 'catch-all' must equal the fixed value")]
}

/** The specs with Go's names, as messages print them. */
function goFlowSchemaSpec(spec: Readonly<FlowSchemaSpec>): unknown {
  const { priorityLevelConfiguration, matchingPrecedence = 0, distinguisherMethod, rules } = spec
  const list = <T>(items: readonly T[] | undefined, print: (item: T) => unknown) => (items?.length ? items.map(print) : null)
  const texts = (items: readonly string[] | undefined) => (items?.length ? items : null)
  return {
    PriorityLevelConfiguration: { Name: priorityLevelConfiguration?.name ?? '' }, MatchingPrecedence: matchingPrecedence,
    DistinguisherMethod: distinguisherMethod ? { Type: distinguisherMethod.type } : null,
    Rules: list(rules, ({ subjects, resourceRules, nonResourceRules }) => ({
      Subjects: list(subjects, ({ kind = '', user, group, serviceAccount }) => ({
        Kind: kind, User: user ? { Name: user.name ?? '' } : null, Group: group ? { Name: group.name ?? '' } : null,
        ServiceAccount: serviceAccount ? { Namespace: serviceAccount.namespace ?? '', Name: serviceAccount.name ?? '' } : null,
      })),
      ResourceRules: list(resourceRules, ({ verbs, apiGroups, resources, clusterScope = false, namespaces }) => ({
        Verbs: texts(verbs), APIGroups: texts(apiGroups), Resources: texts(resources), ClusterScope: clusterScope,
        Namespaces: texts(namespaces),
      })),
      NonResourceRules: list(nonResourceRules, ({ verbs, nonResourceURLs }) =>
        ({ Verbs: texts(verbs), NonResourceURLs: texts(nonResourceURLs) })),
    })),
  }
}

function goLevelSpec({ type = '', limited, exempt }: Readonly<PriorityLevelConfigurationSpec>): unknown {
  const { type: response = '', queuing } = limited?.limitResponse ?? {}
  return {
    Type: type,
    Limited: limited ? {
      NominalConcurrencyShares: limited.nominalConcurrencyShares ?? 0,
      LimitResponse: { Type: response, Queuing: queuing
        ? { Queues: queuing.queues ?? 0, HandSize: queuing.handSize ?? 0, QueueLengthLimit: queuing.queueLengthLimit ?? 0 } : null },
      LendablePercent: limited.lendablePercent ?? null, BorrowingLimitPercent: limited.borrowingLimitPercent ?? null,
    } : null,
    Exempt: exempt
      ? { NominalConcurrencyShares: exempt.nominalConcurrencyShares ?? null, LendablePercent: exempt.lendablePercent ?? null } : null,
  }
}
