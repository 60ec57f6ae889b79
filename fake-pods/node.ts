import { createHash } from 'node:crypto'
import { same } from '../api/edit.ts'
import { timestamp } from '../api/clock.ts'
import { nodes } from '../api/kinds/core/nodes.ts'
import type { Node, NodeCondition, NodeStatus } from '../api/schema/generated/types.ts'
import { isAlreadyExists } from '../api/status.ts'
import { updateFresh } from '../client/retry-on-conflict.ts'
import { podCIDR } from './network/pod-addresses.ts'
import type { NodeRuntime } from './node-runtime.ts'

/** `mimikube`, `mimikube-m02`, `mimikube-m03`, as minikube names its nodes. */
export const nodeName = (index: number): string => (index === 0 ? 'mimikube' : `mimikube-m${String(index + 1).padStart(2, '0')}`)

/** What a node says it has. With many nodes, so many pods are wanted that the usual 110 would be in the way. */
export const nodeCapacity = (count: number): Record<string, string> =>
  ({ cpu: '8', 'ephemeral-storage': '100Gi', memory: '16Gi', pods: count < 50 ? '110' : '1000' })

const kubeletVersion = 'v1.36.2'

/** Registers a node, or takes over the one that is there, and says that it is Ready. */
export async function registerNode(runtime: NodeRuntime): Promise<Readonly<Node>> {
  const { client, name, index, clock } = runtime
  const draft = {
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64', 'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux',
        ...(index === 0 ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { podCIDR: podCIDR(index), podCIDRs: [podCIDR(index)] },
    status: nodeStatus(runtime, undefined, timestamp(clock.now())),
  }
  let node: Readonly<Node>
  try {
    node = await client.create(nodes, draft as never)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    node = await client.get(nodes, name)
  }
  return reportReady(runtime, node)
}

/** Says that a node is Ready, and takes away the taint that it was born with. */
export async function reportReady(runtime: NodeRuntime, node: Readonly<Node>): Promise<Readonly<Node>> {
  const ready = await writeNodeStatus(runtime, node)
  // The node lifecycle controller would do this a moment later; nodes are to be of use once they are Ready.
  return updateFresh(runtime.client, nodes, ready, draft => {
    const left = draft.spec?.taints?.filter(taint => taint.key !== 'node.kubernetes.io/not-ready')
    if (!left || left.length === draft.spec.taints!.length) return
    if (left.length > 0) draft.spec.taints = left
    else delete draft.spec.taints
  })
}

/** Brings the status up to date; nothing is written when only the heartbeat would move. */
export async function writeNodeStatus(runtime: NodeRuntime, node: Readonly<Node>, heartbeat = false): Promise<Readonly<Node>> {
  const now = timestamp(runtime.clock.now())
  return updateFresh(runtime.client, nodes, node, draft => {
    const status = nodeStatus(runtime, draft.status, now, draft.metadata.labels)
    if (heartbeat || !same(withoutHeartbeat(draft.status), withoutHeartbeat(status))) draft.status = status
  }, { subresource: 'status' })
}

const withoutHeartbeat = (status: NodeStatus | undefined) =>
  status && { ...status, conditions: status.conditions?.map(condition => ({ ...condition, lastHeartbeatTime: undefined })) }

/** A status as the kubelet's setters make it (kubelet/nodestatus, 1.36). */
function nodeStatus({ name, nodeAddress, allocatable, images }: NodeRuntime, old: NodeStatus | undefined, now: string,
  labels: Record<string, string> = {}): NodeStatus {
  const id = createHash('sha256').update(name).digest('hex')
  const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20, 32)}`
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const before = old?.conditions?.find(each => each.type === type)
    return {
      type, status, lastHeartbeatTime: now,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : now, reason, message,
    }
  }
  return {
    ...old,
    addresses: [{ type: 'InternalIP', address: nodeAddress }, { type: 'Hostname', address: name }],
    // A node that somebody made by hand keeps the size it was given.
    capacity: old?.capacity ?? allocatable, allocatable: old?.allocatable ?? allocatable,
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: images.pulled().slice(0, 50).map(({ reference, image, imageID }) =>
      ({ names: [imageID, reference.full], sizeBytes: image.size ?? 48_000_000 })),
    nodeInfo: {
      architecture: labels['kubernetes.io/arch'] ?? 'amd64', bootID: uuid,
      containerRuntimeVersion: 'mimikube://0.1.0', kernelVersion: '6.8.0-mimikube',
      kubeProxyVersion: '', kubeletVersion, machineID: id.slice(0, 32), operatingSystem: 'linux',
      osImage: 'mimikube (simulated)', systemUUID: uuid,
    },
  }
}
