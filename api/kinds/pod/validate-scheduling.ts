import { duplicate, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { PodSchedulingGate, Toleration, TopologySpreadConstraint } from '../../schema/generated/types.ts'
import { isQualifiedName, isValidLabelValue, validateLabelName, validateLabelSelector } from '../validation/labels.ts'
import { complain } from '../validation/values.ts'
import { validateLabelKeys } from './validate-affinity.ts'

/** Tolerations, spreading and gates (core/validation, 1.36). */

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateTolerations(tolerations: readonly Toleration[] | undefined, path: string): FieldError[] {
  return (tolerations ?? []).flatMap((toleration, i) => {
    const at = `${path}[${i}]`, { key = '', value = '', operator = '' as string, effect = '' as string } = toleration
    const errors = key === '' ? [] : validateLabelName(key, `${at}.key`)
    if (key === '' && operator !== 'Exists') {
      errors.push(invalid(`${at}.operator`, operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"'))
    }
    if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    }
    errors.push(...validateOperator(operator, value, `${at}.operator`))
    if (effect !== '' && !effects.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, effects))
    return errors
  })
}

function validateOperator(operator: string, value: string, path: string): FieldError[] {
  switch (operator) {
    case 'Equal': case '': {
      const complaints = isValidLabelValue(value)
      return complaints.length === 0 ? [] : [invalid(path, value, complaints.join(';'))]
    }
    case 'Exists':
      return value === '' ? [] : [invalid(path, value, "value must be empty when `operator` is 'Exists'")]
    case 'Lt': case 'Gt':
      // Behind the gate TaintTolerationComparisonOperators, off in 1.36.
      return [notSupported(path, operator, ['Equal', 'Exists', 'Lt', 'Gt'])]
    default:
      return [notSupported(path, operator, ['Equal', 'Exists'])]
  }
}

const actions = ['DoNotSchedule', 'ScheduleAnyway']
const policies = ['Honor', 'Ignore']

export function validateTopologySpread(constraints: readonly TopologySpreadConstraint[] | undefined, path: string): FieldError[] {
  return (constraints ?? []).flatMap((constraint, i) => {
    const at = `${path}[${i}]`, errors: FieldError[] = []
    const { maxSkew = 0, topologyKey = '', minDomains, labelSelector } = constraint,
      action: string = constraint.whenUnsatisfiable ?? ''
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero'))
    if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'))
    if (!actions.includes(action)) errors.push(notSupported(`${at}.whenUnsatisfiable`, action, actions))
    if (constraints!.slice(i + 1).some(other => (other.topologyKey ?? '') === topologyKey
      && (other.whenUnsatisfiable ?? '') === action)) {
      errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${action}}`))
    }
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${at}.minDomains`, minDomains, 'must be greater than zero'))
      if (action !== 'DoNotSchedule') {
        errors.push(invalid(`${at}.minDomains`, minDomains,
          `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`))
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy: string | undefined = constraint[field]
      if (policy !== undefined && !policies.includes(policy)) errors.push(notSupported(`${at}.${field}`, policy, policies))
    }
    return [
      ...errors,
      ...validateLabelKeys(constraint.matchLabelKeys, undefined, labelSelector, at),
      ...validateLabelSelector(labelSelector, `${at}.labelSelector`),
    ]
  })
}

export function validateSchedulingGates(gates: readonly PodSchedulingGate[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>()
  return (gates ?? []).flatMap(({ name = '' }, i) => {
    const errors = complain(`${path}[${i}]`, name, isQualifiedName(name))
    if (seen.has(name)) errors.push(duplicate(`${path}[${i}]`, name))
    seen.add(name)
    return errors
  })
}
