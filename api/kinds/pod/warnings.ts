import { quote } from '../../field-error.ts'
import type { ObjectMeta } from '../../object.ts'
import type {
  Container, NodeSelectorTerm, Pod, PodAffinityTerm, PodSpec, PodTemplateSpec, WeightedPodAffinityTerm,
} from '../../schema/generated/types.ts'
import { same } from '../../edit.ts'
import { warningsForIP } from '../validation/ip.ts'
import { isValidLabelValue } from '../validation/labels.ts'
import { isDns1123Label } from '../validation/names.ts'
import { appArmorAnnotation, appArmorFromAnnotation } from './app-armor.ts'
import { portWarnings } from './port-warnings.ts'
import { fractionalBytes, volumeWarnings } from './volume-warnings.ts'

/** What the API server takes but warns of in pods and templates (pkg/api/pod/warnings.go, 1.36). */

/** Names that make poor host names; `where` is what the name is used in. */
export function hostnameWarning(
  object: { metadata: { name: string } }, where: "the Pod's hostname" | 'Pod names and hostnames',
): string[] {
  const complaints = isDns1123Label(object.metadata.name)
  return complaints.length === 0 ? [] : [`metadata.name: this is used in ${where}, which can result in surprising behavior; `
    + `a DNS label is recommended: [${complaints.join(' ')}]`]
}

export const podWarnings = (pod: Readonly<Pod>): string[] => specWarnings(pod.spec, pod.metadata, '')

export function templateWarnings(template: Readonly<PodTemplateSpec> | undefined, path: string): string[] {
  return template?.spec ? specWarnings(template.spec, template.metadata ?? {}, `${path}.`) : []
}

/** What kinds with replicas of a template warn of: when they are new and when their spec changes. */
export function replicasWarnings(next: Readonly<TemplateOwner>, old: Readonly<TemplateOwner> | undefined): string[] {
  const { template } = next.spec
  if (old === undefined) return [...hostnameWarning(next, 'Pod names and hostnames'), ...templateWarnings(template, 'spec.template')]
  return next.metadata.generation === old.metadata.generation ? [] : templateWarnings(template, 'spec.template')
}
interface TemplateOwner { metadata: ObjectMeta; spec: { template?: PodTemplateSpec } }

/** Labels of nodes by which nothing should be chosen any more. */
export const deprecatedNodeLabels = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
])

const deprecatedAnnotations = new Map([
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
])

const noSelector = 'a null labelSelector results in matching no pod'
const seccompAdvice = 'non-functional in v1.27+; use the "seccompProfile" field instead'

function specWarnings(spec: Readonly<PodSpec>, meta: Readonly<Partial<ObjectMeta>>, prefix: string): string[] {
  const at = `${prefix}spec`, warnings: string[] = []
  const hasAnnotation = (key: string) => meta.annotations !== undefined && Object.hasOwn(meta.annotations, key)
  const annotationPath = (key: string) => `${prefix}metadata.annotations[${key}]`

  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const text = deprecatedNodeLabels.get(key)
    if (text) warnings.push(`${at}.nodeSelector[${key}]: ${text}`)
  }
  const nodeAffinity = spec.affinity?.nodeAffinity
  nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.forEach((term, i) =>
    warnings.push(...nodeTermWarnings(
    term, false, `${at}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`)))
  nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ preference }, i) => warnings.push(...nodeTermWarnings(
    preference, true, `${at}.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`)))
  spec.topologySpreadConstraints?.forEach(({ topologyKey, labelSelector }, i) => {
    const text = deprecatedNodeLabels.get(topologyKey)
    if (text) warnings.push(`${at}.topologySpreadConstraints[${i}].topologyKey: ${topologyKey} is ${text}`)
    if (!labelSelector) warnings.push(`${at}.topologySpreadConstraints[${i}].labelSelector: ${noSelector}`)
  })
  for (const [key, text] of deprecatedAnnotations) if (hasAnnotation(key)) warnings.push(`${annotationPath(key)}: ${text}`)
  warnings.push(...volumeWarnings(spec.volumes, `${at}.volumes`))
  warnings.push(...repeated(spec.hostAliases?.map(alias => alias.ip), (i, ip) =>
    `${at}.hostAliases[${i}].ip: duplicate ip ${quote(ip)}`))
  const secrets = spec.imagePullSecrets?.map(secret => secret.name ?? '')
  warnings.push(...repeated(secrets, (i, name) => `${at}.imagePullSecrets[${i}].name: duplicate name ${quote(name)}`))
  secrets?.forEach((name, i) => { if (name === '') warnings.push(`${at}.imagePullSecrets[${i}].name: invalid empty name ""`) })
  for (const resource of ['memory', 'ephemeral-storage']) {
    warnings.push(...fractionalBytes(`${at}.overhead[${resource}]`, spec.overhead?.[resource]))
  }

  const podSeccomp = 'seccomp.security.alpha.kubernetes.io/pod'
  if (!spec.securityContext?.seccompProfile && hasAnnotation(podSeccomp)) {
    warnings.push(`${annotationPath(podSeccomp)}: ${seccompAdvice}`)
  }

  const containers = (['initContainers', 'containers', 'ephemeralContainers'] as const)
    .flatMap(field => (spec[field] ?? [])
      .map((container, i) => ({ container: container as Container, path: `${at}.${field}[${i}]` })))
  for (const { container, path } of containers) {
    const seccomp = `container.seccomp.security.alpha.kubernetes.io/${container.name}`
    if (!container.securityContext?.seccompProfile && hasAnnotation(seccomp)) {
      warnings.push(`${annotationPath(seccomp)}: ${seccompAdvice}`)
    }
    const appArmor = appArmorAnnotation(container.name)
    // Pods themselves get this warning where the annotation becomes a field.
    if (prefix !== '' && !container.securityContext?.appArmorProfile && hasAnnotation(appArmor)) {
      const ofPod = spec.securityContext?.appArmorProfile
      if (!ofPod || !same(ofPod, appArmorFromAnnotation(meta.annotations![appArmor]))) {
        warnings.push(`${annotationPath(appArmor)}: deprecated since v1.30; use the "appArmorProfile" field instead`)
      }
    }
    for (const resource of ['memory', 'ephemeral-storage']) {
      for (const list of ['limits', 'requests'] as const) {
        warnings.push(...fractionalBytes(`${path}.resources.${list}[${resource}]`, container.resources?.[list]?.[resource]))
      }
    }
    warnings.push(...hiddenVariables(container, path))
  }
  warnings.push(...portWarnings(containers))
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    warnings.push(`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`)
  }
  for (const field of ['podAffinity', 'podAntiAffinity'] as const) {
    const affinity = spec.affinity?.[field]
    if (affinity) warnings.push(...podTermWarnings(affinity, `${at}.affinity.${field}`))
  }
  spec.dnsConfig?.nameservers?.forEach((ip, i) => warnings.push(...warningsForIP(ip, `${at}.dnsConfig.nameservers[${i}]`)))
  spec.hostAliases?.forEach(({ ip }, i) => warnings.push(...warningsForIP(ip, `${at}.hostAliases[${i}].ip`)))
  return warnings
}

function repeated(values: readonly string[] | undefined, text: (index: number, value: string) => string): string[] {
  const seen = new Set<string>()
  return (values ?? []).flatMap((value, i) => {
    if (seen.has(value)) return [text(i, value)]
    seen.add(value)
    return []
  })
}

export function nodeTermWarnings(term: Readonly<NodeSelectorTerm>, checkValues: boolean, path: string): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values }, i) => {
    const text = deprecatedNodeLabels.get(key)
    return [
      ...(text ? [`${path}.matchExpressions[${i}].key: ${key} is ${text}`] : []),
      ...(checkValues ? (values ?? []).flatMap((value, j) => isValidLabelValue(value)
        .map(complaint => `${path}.matchExpressions[${i}].values[${j}]: ${value} is invalid, ${complaint}`)) : []),
    ]
  })
}

function podTermWarnings(affinity: { requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[]
  preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[] }, path: string): string[] {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return [
    ...required.flatMap((term, i) => (term.labelSelector ? []
      : [`${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${noSelector}`])),
    ...preferred.flatMap((term, i) => (term.podAffinityTerm?.labelSelector ? []
      : [`${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector: ${noSelector}`])),
  ]
}

/** A second variable of one name is fine only where it builds on the first: `X=$(X):more`. */
function hiddenVariables(container: Readonly<Container>, path: string): string[] {
  const seen = new Set<string>()
  return (container.env ?? []).flatMap(({ name, value = '', valueFrom }, i) => {
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    const reference = `$(${name})`
    if (!valueFrom && value !== reference && value.includes(reference)) return []
    return [`${path}.env[${i}]: hides previous definition of ${quote(name)}, which may be dropped when using apply`]
  })
}
