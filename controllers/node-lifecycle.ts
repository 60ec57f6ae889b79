import { timestamp } from '../api/clock.ts'
import { edit, same } from '../api/edit.ts'
import { leases } from '../api/kinds/coordination/leases.ts'
import { nodes } from '../api/kinds/core/nodes.ts'
import type { Node, NodeCondition, Taint } from '../api/schema/generated/types.ts'
import { watching, type Controller, type Outcome, type Tools } from './runtime/controller.ts'

/** kube-controller-manager's --node-monitor-period and --node-monitor-grace-period (1.36). */
const monitorEvery = 5000, graceOfSilence = 50_000

const taintOfCondition: Record<string, Record<string, string>> = {
  Ready: { False: 'not-ready', Unknown: 'unreachable' },
  MemoryPressure: { True: 'memory-pressure' },
  DiskPressure: { True: 'disk-pressure' },
  NetworkUnavailable: { True: 'network-unavailable' },
  PIDPressure: { True: 'pid-pressure' },
}
const prefix = 'node.kubernetes.io/'
const ownNames = [...Object.values(taintOfCondition).flatMap(each => Object.values(each)), 'unschedulable']
const ownKeys = new Set(ownNames.map(name => prefix + name))
const oldLabels = { 'beta.kubernetes.io/arch': 'kubernetes.io/arch', 'beta.kubernetes.io/os': 'kubernetes.io/os' }

/** How long kubelets may keep what they have read: the ttl controller's annotation, whose value is 0 up to a hundred nodes. */
const ttl = 'node.alpha.kubernetes.io/ttl'

interface Heartbeat { renewTime: string | undefined; since: number; checked: number }

/** Taints nodes for what their conditions say, and notices when one falls silent (pkg/controller/nodelifecycle, 1.36). */
export function nodeLifecycleController(): Controller {
  const heartbeats = new Map<string, Heartbeat>()
  return {
    name: 'node-lifecycle-controller',
    component: 'node-controller',
    watches: [
      watching(nodes, node => [node.metadata.name], (type, node, _old, { recorder }) => {
        const { name } = node.metadata
        const say = (reason: string, what: string) =>
          recorder.record(withoutVersion(node), 'Normal', reason, `Node ${name} event: ${what}`)
        if (type === 'added') say('RegisteredNode', `Registered Node ${name} in Controller`)
        if (type !== 'deleted') return
        heartbeats.delete(name)
        say('RemovingNode', `Removing Node ${name} from Controller`)
      }),
    ],
    prepare: ({ informers }) => { informers.of(leases) },
    async reconcile(key, tools) {
      const node = tools.informers.of(nodes).get(key)
      if (node) return await sync(node, heartbeats, tools)
    },
  }
}

const withoutVersion = (node: Readonly<Node>): Node => ({ ...node, metadata: { ...node.metadata, resourceVersion: '' } })

async function sync(node: Readonly<Node>, heartbeats: Map<string, Heartbeat>, tools: Tools): Promise<Outcome> {
  const { client, clock, recorder } = tools
  let current = node as Node
  if (isSilent(node, heartbeats, tools)) {
    const conditions = silentConditions(node.status?.conditions ?? [], timestamp(clock.now()))
    if (!same(conditions, node.status?.conditions)) {
      const silent = edit(current, draft => { draft.status = { ...draft.status, conditions } })
      current = await client.update(nodes, silent, { subresource: 'status' })
      recorder.record(withoutVersion(node), 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`)
    }
  }
  const next = edit(current, draft => {
    const taints = taintsOf(current, clock.now())
    if (!same(taints, draft.spec.taints ?? [])) {
      if (taints.length > 0) draft.spec.taints = taints
      else delete draft.spec.taints
    }
    if (draft.metadata.annotations?.[ttl] === undefined) draft.metadata.annotations = { ...draft.metadata.annotations, [ttl]: '0' }
    for (const [old, label] of Object.entries(oldLabels)) {
      const value = draft.metadata.labels?.[label]
      if (value !== undefined && draft.metadata.labels![old] !== value) draft.metadata.labels![old] = value
    }
  })
  if (next !== current && !same(next, current)) await client.update(nodes, next)
  return { againAfterMs: monitorEvery }
}

/** The node's own taints, and those that its conditions and a cordon ask for. */
function taintsOf({ spec, status }: Readonly<Node>, now: Date): Taint[] {
  const wanted: Taint[] = []
  const timeAdded = timestamp(now)
  const want = (name: string, effect: Taint['effect']) => { wanted.push({ key: prefix + name, effect, timeAdded }) }
  for (const { type, status: value } of status?.conditions ?? []) {
    const name = taintOfCondition[type]?.[value]
    if (name === undefined) continue
    want(name, 'NoSchedule')
    if (type === 'Ready') want(name, 'NoExecute')
  }
  if (spec.unschedulable) want('unschedulable', 'NoSchedule')
  const isSame = (a: Taint) => (b: Taint) => a.key === b.key && a.effect === b.effect
  const isNew = !status?.conditions?.some(condition => condition.type === 'Ready')
  const kept = (spec.taints ?? []).filter(taint => !ownKeys.has(taint.key) || wanted.some(isSame(taint))
    || (isNew && taint.key === `${prefix}not-ready`))
  return [...kept, ...wanted.filter(taint => !kept.some(isSame(taint)))]
}

/** No renewed lease and no new status for too long, by this controller's own watch. */
function isSilent(node: Readonly<Node>, heartbeats: Map<string, Heartbeat>, { informers, clock }: Tools): boolean {
  const { name } = node.metadata, now = clock.now().getTime()
  const renewTime = informers.of(leases).get(`kube-node-lease/${name}`)?.spec?.renewTime
  const known = heartbeats.get(name)
  // A check that comes late itself says nothing: nobody had the processor meanwhile.
  if (!known || known.renewTime !== renewTime || now - known.checked > 2 * monitorEvery) {
    heartbeats.set(name, { renewTime, since: now, checked: now })
    return false
  }
  known.checked = now
  return renewTime !== undefined && now - known.since > graceOfSilence
}

const saidByKubelet = new Set(['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'])

function silentConditions(conditions: readonly NodeCondition[], now: string): NodeCondition[] {
  return conditions.map(condition => (!saidByKubelet.has(condition.type) || condition.status === 'Unknown' ? condition : {
    ...condition, status: 'Unknown', lastTransitionTime: now,
    reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.',
  }))
}
