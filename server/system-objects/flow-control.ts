import type { FlowSchema, FlowcontrolV1Subject, PriorityLevelConfiguration } from '../../api/schema/generated/types.ts'

/** The mandatory and the suggested objects of API priority and fairness (apiserver, flowcontrol/bootstrap, 1.36). */

type Spec<T extends { spec?: unknown }> = { name: string; spec: NonNullable<T['spec']> }

/** name, shares, lendable percent, then queues and hand size where requests wait; else they are rejected. */
const limitedLevels: readonly (readonly [string, number, number, number?, number?])[] = [
  ['catch-all', 5, 0],
  ['global-default', 20, 50, 128, 6],
  ['leader-election', 10, 0, 16, 4],
  ['node-high', 40, 25, 64, 6],
  ['system', 30, 33, 64, 6],
  ['workload-high', 40, 50, 128, 6],
  ['workload-low', 100, 90, 128, 6],
]

export const defaultPriorityLevels = (): Spec<PriorityLevelConfiguration>[] => [
  { name: 'exempt', spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } } },
  ...limitedLevels.map(([name, nominalConcurrencyShares, lendablePercent, queues, handSize]) => ({
    name,
    spec: {
      type: 'Limited' as const,
      limited: {
        nominalConcurrencyShares, lendablePercent,
        limitResponse: queues === undefined ? { type: 'Reject' as const }
          : { type: 'Queue' as const, queuing: { queues, handSize, queueLengthLimit: 50 } },
      },
    },
  })),
]

type ResourceRule = { verbs: string[]; apiGroups: string[]; resources: string[]; clusterScope?: boolean; namespaces: string[] }
type OtherRule = { verbs: string[]; nonResourceURLs: string[] }

const anything: ResourceRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }
const anyPath: OtherRule = { verbs: ['*'], nonResourceURLs: ['*'] }
const leases = (verbs: string[]): ResourceRule =>
  ({ verbs, apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ['*'] })
const groups = (...names: string[]): FlowcontrolV1Subject[] => names.map(name => ({ kind: 'Group', group: { name } }))
const users = (...names: string[]): FlowcontrolV1Subject[] => names.map(name => ({ kind: 'User', user: { name } }))
const systemAccounts: FlowcontrolV1Subject[] =
  [{ kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } }]
const everybody = groups('system:unauthenticated', 'system:authenticated')

function flow(name: string, level: string, matchingPrecedence: number, method: 'ByUser' | 'ByNamespace' | undefined,
  subjects: FlowcontrolV1Subject[], resourceRules = [anything], nonResourceRules = [anyPath]): Spec<FlowSchema> {
  return {
    name,
    spec: {
      priorityLevelConfiguration: { name: level }, matchingPrecedence,
      ...method ? { distinguisherMethod: { type: method } } : {},
      rules: [{
        subjects, ...resourceRules.length ? { resourceRules } : {}, ...nonResourceRules.length ? { nonResourceRules } : {},
      }],
    },
  }
}

export const defaultFlowSchemas = (): Spec<FlowSchema>[] => [
  flow('exempt', 'exempt', 1, undefined, groups('system:masters')),
  flow('probes', 'exempt', 2, undefined, everybody, [], [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }]),
  flow('system-leader-election', 'leader-election', 100, 'ByUser',
    [...users('system:kube-controller-manager', 'system:kube-scheduler'), ...systemAccounts],
    [leases(['get', 'create', 'update'])], []),
  flow('system-node-high', 'node-high', 400, 'ByUser', groups('system:nodes'),
    [{ ...anything, apiGroups: [''], resources: ['nodes', 'nodes/status'] }, leases(['*'])], []),
  flow('system-nodes', 'system', 500, 'ByUser', groups('system:nodes')),
  flow('kube-controller-manager', 'workload-high', 800, 'ByNamespace', users('system:kube-controller-manager')),
  flow('kube-scheduler', 'workload-high', 800, 'ByNamespace', users('system:kube-scheduler')),
  flow('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', systemAccounts),
  flow('service-accounts', 'workload-low', 9000, 'ByUser', groups('system:serviceaccounts')),
  flow('global-default', 'global-default', 9900, 'ByUser', everybody),
  flow('catch-all', 'catch-all', 10000, 'ByUser', everybody),
]
