import { same } from '../../../api/edit.ts'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import { controllerOf, type KubeObject } from '../../../api/object.ts'
import type { Container, Namespace, Pod, PodSpec, PodTemplateSpec } from '../../../api/schema/generated/types.ts'
import { invalidError } from '../../../api/status.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from '../admission.ts'
import { isAbout, refuse } from '../refuse.ts'
import { evaluate, printFindings, printReasons } from './evaluate.ts'
import { policyOf, printLevel, sameLevel, stricter, type LevelVersion } from './policy.ts'

/** Kinds that hold the template of a pod, and where. */
const templates = new Map<string, (object: any) => PodTemplateSpec | undefined>([
  ['/replicationcontrollers', object => object.spec?.template],
  ['/podtemplates', object => object.template],
  ['apps/replicasets', object => object.spec?.template],
  ['apps/deployments', object => object.spec?.template],
  ['apps/statefulsets', object => object.spec?.template],
  ['apps/daemonsets', object => object.spec?.template],
  ['batch/jobs', object => object.spec?.template],
  ['batch/cronjobs', object => object.spec?.jobTemplate?.spec?.template],
])

/** Subresources that change nothing this is about. */
const ignored = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])
const mostPodsChecked = 3000

const prefix = 'pod-security.kubernetes.io'

/** Holds pods to the level that the labels of their namespace ask for, and warns (PodSecurity, 1.36). */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(request, world) {
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return
    if (isAbout(request, '', 'namespaces')) return checkNamespace(request, world)
    if (request.kind.group === '' && request.kind.plural === 'pods') return checkPod(request, world)
    const template = request.subresource === ''
      ? templates.get(`${request.kind.group}/${request.kind.plural}`)?.(request.object) : undefined
    if (!template?.spec) return
    const { warn, audit } = policyIn(request, world)
    auditViolations(request, audit, template.metadata ?? {}, template.spec)
    warnAbout(request, warn, template.metadata ?? {}, template.spec)
  },
}

const policyIn = ({ namespace }: AdmissionRequest, world: World) =>
  policyOf(world.get<Namespace>(namespaces, namespace ?? '')?.metadata.labels).policy

function checkPod(request: AdmissionRequest, world: World): void {
  if (ignored.has(request.subresource)) return
  const { enforce, warn, audit } = policyIn(request, world), isFree = [enforce, warn, audit].every(({ level }) => level === 'privileged')
  if (isFree) return request.annotate?.(`${prefix}/enforce-policy`, 'privileged:latest')
  const pod = request.object as Pod
  if (!pod.spec || (request.operation === 'UPDATE' && !isSignificant(pod.spec, (request.old as Pod).spec))) return
  request.annotate?.(`${prefix}/enforce-policy`, printLevel(enforce))
  const findings = evaluate(enforce, pod.metadata, pod.spec)
  auditViolations(request, audit, pod.metadata, pod.spec)
  if (findings.length > 0) throw refuse(request, `violates PodSecurity "${printLevel(enforce)}": ${printFindings(findings)}`)
  warnAbout(request, warn, pod.metadata, pod.spec)
}

/** What the audit level would have refused, for the record; nobody else is told. */
function auditViolations(request: AdmissionRequest, level: LevelVersion, metadata: Partial<KubeObject['metadata']>,
  spec: Readonly<PodSpec>): void {
  if (!request.annotate) return
  const findings = evaluate(level, metadata, spec)
  if (findings.length === 0) return
  request.annotate(`${prefix}/audit-violations`, `would violate PodSecurity "${printLevel(level)}": ${printFindings(findings)}`)
}

function warnAbout(request: AdmissionRequest, level: LevelVersion, metadata: Partial<KubeObject['metadata']>,
  spec: Readonly<PodSpec>): void {
  const findings = evaluate(level, metadata, spec)
  if (findings.length > 0) request.warn(`would violate PodSecurity "${printLevel(level)}": ${printFindings(findings)}`)
}

/** Of what may change in a running pod, only new images and new containers matter. */
function isSignificant(next: Readonly<PodSpec>, old: Readonly<PodSpec>): boolean {
  const images = (containers: readonly Pick<Container, 'image'>[] = []) => containers.map(({ image }) => image)
  if (!same(images(next.containers), images(old.containers)) || !same(images(next.initContainers), images(old.initContainers))) {
    return true
  }
  const before = new Map((old.ephemeralContainers ?? []).map(({ name, image }) => [name, image]))
  return (next.ephemeralContainers ?? []).some(({ name, image }) => !before.has(name) || before.get(name) !== image)
}

/** The labels themselves, and, when they get stricter, the pods that are there already. */
function checkNamespace(request: AdmissionRequest, world: World): void {
  const { metadata } = request.object as Namespace
  const next = policyOf(metadata.labels)
  if (request.operation === 'CREATE') {
    if (next.errors.length > 0) throw invalidError(namespaces, metadata.name, next.errors)
    return
  }
  const old = policyOf(request.old!.metadata.labels)
  if (next.errors.length > 0 && !same(next.errors, old.errors)) throw invalidError(namespaces, metadata.name, next.errors)
  const { enforce } = next.policy, before = old.policy.enforce
  if (sameLevel(enforce, before) || enforce.level === 'privileged') return
  if (enforce.version === before.version && !stricter(enforce.level, before.level)) return
  for (const text of warningsAboutPods(metadata.name, enforce, world)) request.warn(text)
}

function warningsAboutPods(namespace: string, enforce: LevelVersion, world: World): string[] {
  const all = oneOfEachControllerFirst(world.list<Pod>(pods, namespace)), checked = all.slice(0, mostPodsChecked)
  const violators = new Map<string, string[]>()
  for (const { metadata, spec } of checked) {
    const reasons = spec ? printReasons(evaluate(enforce, metadata, spec)) : ''
    if (reasons) violators.set(reasons, [...(violators.get(reasons) ?? []), metadata.name])
  }
  const lines = [...violators].map(([reasons, names]) => {
    const others = names.length - 1
    return `${[...names].sort()[0]}${others > 0 ? ` (and ${others} other pod${others === 1 ? '' : 's'})` : ''}: ${reasons}`
  }).sort()
  return [
    ...(checked.length < all.length
      ? [`new PodSecurity enforce level only checked against the first ${checked.length} of ${all.length} existing pods`] : []),
    ...(lines.length > 0
      ? [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${printLevel(enforce)}"`] : []),
    ...lines,
  ]
}

function oneOfEachControllerFirst(all: readonly Readonly<Pod>[]): Readonly<Pod>[] {
  const seen = new Set<string>(), first: Readonly<Pod>[] = [], alike: Readonly<Pod>[] = []
  for (const pod of all) {
    const uid = controllerOf(pod as KubeObject)?.uid
    if (uid !== undefined && seen.has(uid)) alike.push(pod)
    else first.push(pod)
    if (uid !== undefined) seen.add(uid)
  }
  return [...first, ...alike]
}
