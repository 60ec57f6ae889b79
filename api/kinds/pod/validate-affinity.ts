import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import type {
  Affinity, LabelSelector, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity, PodAffinityTerm,
} from '../../schema/generated/types.ts'
import { isValidLabelValue, validateLabelName, validateLabelSelector } from '../validation/labels.ts'
import { isDns1123Label, isDns1123Subdomain } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/** Affinity to nodes and to other pods (core/validation, 1.36). */

export function validateAffinity(affinity: Readonly<Affinity> | undefined, path: string): FieldError[] {
  if (!affinity) return []
  return [
    ...(affinity.nodeAffinity ? validateNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`) : []),
    ...(affinity.podAffinity ? validatePodAffinity(affinity.podAffinity, `${path}.podAffinity`) : []),
    ...(affinity.podAntiAffinity ? validatePodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ]
}

const validateWeight = (weight: number | undefined, path: string): FieldError[] =>
  ((weight ?? 0) <= 0 || weight! > 100 ? [invalid(`${path}.weight`, weight ?? 0, 'must be in the range 1-100')] : [])

function validateNodeAffinity(affinity: Readonly<NodeAffinity>, path: string): FieldError[] {
  const needed = affinity.requiredDuringSchedulingIgnoredDuringExecution
  return [
    ...(needed ? validateNodeSelector(needed, `${path}.requiredDuringSchedulingIgnoredDuringExecution`) : []),
    ...(affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(({ weight, preference }, i) => {
      const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`
      // Values that no label can have only make the preference useless.
      return [...validateWeight(weight, at), ...validateNodeTerm(preference ?? {}, `${at}.preference`, true)]
    }),
  ]
}

export function validateNodeSelector(selector: Readonly<NodeSelector>, path: string): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [], at = `${path}.nodeSelectorTerms`
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')]
  return terms.flatMap((term, i) => validateNodeTerm(term, `${at}[${i}]`, false))
}

function validateNodeTerm(term: Readonly<NodeSelectorTerm>, path: string, anyValue: boolean): FieldError[] {
  return [
    ...(term.matchExpressions ?? [])
      .flatMap((requirement, i) => validateNodeRequirement(requirement, `${path}.matchExpressions[${i}]`, anyValue)),
    ...(term.matchFields ?? []).flatMap((requirement, i) => validateNodeField(requirement, `${path}.matchFields[${i}]`)),
  ]
}

function validateNodeRequirement(
  { key = '', operator, values = [] }: Readonly<NodeSelectorRequirement>, path: string, anyValue: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  switch (operator as string | undefined) {
    case 'In': case 'NotIn':
      if (values.length === 0) errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists': case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      }
      break
    case 'Gt': case 'Lt':
      if (values.length !== 1) {
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      }
      break
    default:
      errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
  }
  errors.push(...validateLabelName(key, `${path}.key`))
  if (anyValue) return errors
  return [...errors, ...values.flatMap((value, i) => complain(`${path}.values[${i}]`, value, isValidLabelValue(value)))]
}

function validateNodeField({ key = '', operator, values = [] }: Readonly<NodeSelectorRequirement>, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
  } else if (values.length !== 1) {
    errors.push(required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
  }
  if (key !== 'metadata.name') return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')]
  return [...errors, ...values.flatMap((value, i) => complain(`${path}.values[${i}]`, value, isDns1123Subdomain(value)))]
}

function validatePodAffinity(affinity: Readonly<PodAffinity>, path: string): FieldError[] {
  const preferred = `${path}.preferredDuringSchedulingIgnoredDuringExecution`
  return [
    ...(affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((term, i) =>
      validatePodTerm(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`)),
    ...(affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(({ weight, podAffinityTerm }, i) =>
      [...validateWeight(weight, `${preferred}[${i}]`),
        ...validatePodTerm(podAffinityTerm ?? {}, `${preferred}[${i}].podAffinityTerm`)]),
  ]
}

function validatePodTerm(term: Readonly<Partial<PodAffinityTerm>>, path: string): FieldError[] {
  const { topologyKey = '' } = term
  return [
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap(name => complain(`${path}.namespace`, name, isDns1123Label(name))),
    ...validateLabelKeys(term.matchLabelKeys, term.mismatchLabelKeys, term.labelSelector, path),
    ...(topologyKey === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...validateLabelName(topologyKey, `${path}.topologyKey`),
  ]
}

/**
 * Keys whose values are taken from the pod. By now they have been merged into the selector, so that a key which stands there
 * twice was written there as well (upstream: ValidateMatchLabelKeysAndMismatchLabelKeys).
 */
export function validateLabelKeys(
  matching: readonly string[] | undefined, mismatching: readonly string[] | undefined,
    selector: Readonly<LabelSelector> | undefined, path: string,
): FieldError[] {
  const ofList = (keys: readonly string[] | undefined, at: string) => {
    if (!keys?.length) return []
    if (!selector) return [forbidden(at, 'must not be specified when labelSelector is not set')]
    return keys.flatMap((key, i) => validateLabelName(key, `${at}[${i}]`))
  }
  const errors = [...ofList(matching, `${path}.matchLabelKeys`), ...ofList(mismatching, `${path}.mismatchLabelKeys`)]
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}))
  for (const { key } of selector?.matchExpressions ?? []) {
    const index = matching?.lastIndexOf(key) ?? -1
    if (index >= 0 && seen.has(key)) {
      errors.push(invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'))
    }
    seen.add(key)
  }
  matching?.forEach((key, i) => {
    if (mismatching?.includes(key)) {
      errors.push(invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'))
    }
  })
  return errors
}
