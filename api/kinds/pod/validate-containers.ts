import { duplicate, forbidden, invalid, notFound, notSupported, required, tooMany, type FieldError } from '../../field-error.ts'
import { isSidecar } from '../../pod-state.ts'
import type {
  Container, ContainerResizePolicy, ContainerRestartRule, EphemeralContainer, PodSpec, Volume,
} from '../../schema/generated/types.ts'
import { isDns1123Label } from '../validation/names.ts'
import { complain } from '../validation/values.ts'
import { validateEnv, validateEnvFrom } from './validate-env.ts'
import { validateVolumeDevices, validateVolumeMounts } from './validate-mounts.ts'
import { validateContainerPorts, validateHostPorts } from './validate-ports.ts'
import { validateLifecycle, validateProbes } from './validate-probes.ts'
import { validateContainerResources } from './validate-resources.ts'
import { validateSecurityContext } from './validate-security.ts'

/** Containers of every sort (core/validation, 1.36). */

/** What containers are checked against. */
export interface ContainerContext {
  spec: Readonly<PodSpec>
  /** The volumes that are in order, by name. */
  volumes: ReadonlyMap<string, Readonly<Volume>>
}

const claimNames = (spec: Readonly<PodSpec>) => (spec.resourceClaims ?? []).map(claim => claim.name).filter(Boolean)

function validateCommon(container: Readonly<Container>, path: string, { spec, volumes }: ContainerContext): FieldError[] {
  const { name = '', terminationMessagePolicy = '' as string, imagePullPolicy = '' as string } = container
  return [
    ...(name === '' ? [required(`${path}.name`)] : complain(`${path}.name`, name, isDns1123Label(name))),
    ...(container.image ? [] : [required(`${path}.image`)]),
    ...oneOf(terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], `${path}.terminationMessagePolicy`),
    ...validateContainerPorts(container.ports, `${path}.ports`),
    ...validateEnv(container.env, `${path}.env`),
    ...validateEnvFrom(container.envFrom, `${path}.envFrom`),
    ...validateVolumeMounts(container, volumes, `${path}.volumeMounts`),
    ...validateVolumeDevices(container, volumes, `${path}.volumeDevices`),
    ...oneOf(imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], `${path}.imagePullPolicy`),
    ...validateContainerResources(container.resources, claimNames(spec), `${path}.resources`),
    ...validateResizePolicies(container.resizePolicy, spec.restartPolicy, `${path}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, `${path}.securityContext`, spec.hostUsers !== false),
  ]
}

/** A value that must be there and be one of these. */
export function oneOf(value: string, supported: readonly string[], path: string): FieldError[] {
  if (value === '') return [required(path)]
  return supported.includes(value) ? [] : [notSupported(path, value, supported)]
}

export function validateContainers(context: ContainerContext, path: string): FieldError[] {
  const { spec } = context, containers = spec.containers ?? [], names = new Set<string>()
  if (containers.length === 0) return [required(path)]
  const grace = { gracePeriod: spec.terminationGracePeriodSeconds }
  const errors = containers.flatMap((container, i) => {
    const at = `${path}[${i}]`, found = validateCommon(container, at, context)
    if (names.has(container.name ?? '')) found.push(duplicate(`${at}.name`, container.name ?? ''))
    names.add(container.name ?? '')
    return [
      ...found,
      ...validateLifecycle(container.lifecycle, `${at}.lifecycle`, grace),
      ...validateProbes(container, at, grace),
      ...validateRestartRules(container, at),
    ]
  })
  return [...errors, ...validateHostPorts(containers, path)]
}

const sidecarsOnly = 'may not be set for init containers without restartPolicy=Always'

export function validateInitContainers(context: ContainerContext, path: string): FieldError[] {
  const { spec } = context, names = new Set((spec.containers ?? []).map(container => container.name))
  const grace = { gracePeriod: spec.terminationGracePeriodSeconds }
  return (spec.initContainers ?? []).flatMap((container, i) => {
    const at = `${path}[${i}]`
    const errors = [...validateCommon(container, at, context), ...validateRestartRules(container, at)]
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name))
    else if (container.name) names.add(container.name)
    // One by one, so each is compared with itself only; upstream counts from 0 each time.
    errors.push(...validateHostPorts([container], path))
    if (isSidecar(container)) {
      errors.push(...validateLifecycle(container.lifecycle, `${at}.lifecycle`, grace), ...validateProbes(container, at, grace))
      return errors
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[field]) errors.push(forbidden(`${at}.${field}`, sidecarsOnly))
    }
    container.resizePolicy?.forEach(({ restartPolicy }, j) => {
      if (restartPolicy === 'RestartContainer') {
        errors.push(invalid(`${at}.resizePolicy[${j}].restartPolicy`, restartPolicy,
          "must not be set to 'RestartContainer' for non-sidecar initContainers"))
      }
    })
    return errors
  })
}

/** In the order of Go's fields. */
const notEphemeral = ['restartPolicy', 'restartPolicyRules', 'ports', 'resources', 'resizePolicy', 'livenessProbe',
  'readinessProbe',
  'startupProbe', 'lifecycle'] as const
const notForEphemeral = 'cannot be set for an Ephemeral Container'

export function validateEphemeralContainers(context: ContainerContext, path: string): FieldError[] {
  const { spec } = context
  const others = new Set([...spec.containers ?? [], ...spec.initContainers ?? []].map(container => container.name)),
    names = new Set(others)
  return (spec.ephemeralContainers ?? []).flatMap((container: EphemeralContainer, i) => {
    const at = `${path}[${i}]`,
      errors = [...validateCommon(container as Container, at, context), ...validateImageSpaces(container.image, at)]
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name))
    names.add(container.name)
    const target = container.targetContainerName
    if (target && !others.has(target)) errors.push(notFound(`${at}.targetContainerName`, target))
    for (const field of notEphemeral) if (isSet(container[field])) errors.push(forbidden(`${at}.${field}`, notForEphemeral))
    container.volumeMounts?.forEach((mount, j) => {
      for (const field of ['subPath', 'subPathExpr'] as const) {
        if (mount[field]) errors.push(forbidden(`${at}.volumeMounts[${j}].${field}`, notForEphemeral))
      }
    })
    return errors
  })
}

const isSet = (value: unknown) => value !== undefined
  && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** Said of pods only: templates with such images were taken once. */
export function validateImageSpaces(image: string | undefined, path: string): FieldError[] {
  return image && image.trim() !== image ? [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')] : []
}

function validateResizePolicies(
  policies: readonly ContainerResizePolicy[] | undefined, restartPolicy: string | undefined, path: string,
): FieldError[] {
  const seen = new Set<string>()
  return (policies ?? []).flatMap((policy, i) => {
    const resource = policy.resourceName ?? '', restart: string = policy.restartPolicy ?? '', errors: FieldError[] = []
    if (seen.has(resource)) errors.push(duplicate(`${path}[${i}]`, resource))
    seen.add(resource)
    errors.push(...oneOf(resource, ['cpu', 'memory'], path), ...oneOf(restart, ['NotRequired', 'RestartContainer'], path))
    if (restartPolicy === 'Never' && restart !== 'NotRequired') {
      errors.push(invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"))
    }
    return errors
  })
}

function validateRestartRules(
  { restartPolicy, restartPolicyRules: rules = [] }: Readonly<Container>, path: string,
): FieldError[] {
  if (restartPolicy === undefined && rules.length === 0) return []
  const supported = ['Always', 'Never', 'OnFailure'], at = `${path}.restartPolicyRules`
  return [
    ...(restartPolicy === undefined
      ? [required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')]
      : supported.includes(restartPolicy) ? [] : [notSupported(`${path}.restartPolicy`, restartPolicy, supported)]),
    ...(rules.length > 20 ? [tooMany(at, rules.length, 20)] : []),
    ...rules.flatMap((rule, i) => validateRestartRule(rule, `${at}[${i}]`)),
  ]
}

function validateRestartRule({ action = '', exitCodes }: Readonly<ContainerRestartRule>, path: string): FieldError[] {
  const actions = ['Restart', 'RestartAllContainers'], operators = ['In', 'NotIn']
  const errors = actions.includes(action) ? [] : [notSupported(`${path}.action`, action, actions)]
  if (!exitCodes) return [...errors, required(`${path}.exitCodes`, 'must be specified')]
  const { operator = '', values = [] } = exitCodes
  if (!operators.includes(operator)) errors.push(notSupported(`${path}.exitCodes.operator`, operator, operators))
  if (values.length > 255) errors.push(tooMany(`${path}.exitCodes.values`, values.length, 255))
  return errors
}
