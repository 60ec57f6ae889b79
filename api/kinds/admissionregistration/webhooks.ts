import { duplicate, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { MutatingWebhook, ValidatingWebhook } from '../../schema/generated/types.ts'
import { validateLabelSelector } from '../validation/labels.ts'
import { isDns1035Label, isDns1123Subdomain } from '../validation/names.ts'
import { validateWebhookService, validateWebhookURL } from '../validation/webhook-target.ts'
import { defaultRules, failurePolicies, matchPolicies, validateMatchConditions, validateRule } from './rules.ts'
import { complain } from '../validation/values.ts'

/** What mutating and validating webhooks share (admissionregistration/v1/defaults.go and validation, 1.36). */

export const notCalled = 'webhooks are not called'

type Webhook = MutatingWebhook | ValidatingWebhook
const reviewVersions = ['v1', 'v1beta1']
const sideEffects = ['None', 'NoneOnDryRun']

export function defaultWebhook(hook: Webhook): void {
  hook.failurePolicy ??= 'Fail'
  hook.matchPolicy ??= 'Equivalent'
  hook.namespaceSelector ??= {}
  hook.objectSelector ??= {}
  hook.timeoutSeconds ??= 10
  defaultRules(hook.rules)
  if (hook.clientConfig?.service) hook.clientConfig.service.port ??= 443
}

/** `old` are the webhooks being replaced: what they got wrong under older rules may stay wrong. */
export function validateWebhooks(hooks: readonly Webhook[] = [], old: readonly Webhook[] | undefined): FieldError[] {
  const tolerated = {
    sideEffects: old?.some(hook => !sideEffects.includes(hook.sideEffects)) ?? false,
    versions: old?.some(hook =>
      hook.admissionReviewVersions?.length && !hook.admissionReviewVersions.some(v => reviewVersions.includes(v))) ?? false,
    names: old !== undefined && new Set(old.map(hook => hook.name)).size < old.length,
  }
  const names = new Set<string>()
  return hooks.flatMap((hook, i) => {
    const path = `webhooks[${i}]`
    const errors = [
      ...validateWebhook(hook, path, tolerated.sideEffects),
      ...validateReviewVersions(hook.admissionReviewVersions ?? [], tolerated.versions, `${path}.admissionReviewVersions`),
    ]
    if (hook.name && names.has(hook.name) && !tolerated.names) errors.push(duplicate(`${path}.name`, hook.name))
    names.add(hook.name)
    return errors
  })
}

function validateWebhook(hook: Readonly<Webhook>, path: string, anySideEffects: boolean): FieldError[] {
  const { failurePolicy, matchPolicy, timeoutSeconds: timeout } = hook
  const errors = [
    ...validateName(hook.name ?? '', `${path}.name`),
    ...(hook.rules ?? []).flatMap((rule, i) => validateRule(rule, `${path}.rules[${i}]`)),
  ]
  const oneOf = (field: string, value: string | undefined, supported: readonly string[]) => {
    if (value !== undefined && !supported.includes(value)) errors.push(notSupported(`${path}.${field}`, value, supported))
  }
  oneOf('failurePolicy', failurePolicy, failurePolicies)
  oneOf('matchPolicy', matchPolicy, matchPolicies)
  const allowed = anySideEffects ? ['None', 'NoneOnDryRun', 'Some', 'Unknown'] : sideEffects
  if (hook.sideEffects === undefined || hook.sideEffects === null) {
    errors.push(required(`${path}.sideEffects`, `must specify one of ${allowed.join(', ')}`))
  } else {
    oneOf('sideEffects', hook.sideEffects, allowed)
  }
  if (timeout !== undefined && (timeout > 30 || timeout < 1)) {
    errors.push(invalid(`${path}.timeoutSeconds`, timeout, 'the timeout value must be between 1 and 30 seconds'))
  }
  errors.push(...validateLabelSelector(hook.namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(hook.objectSelector, `${path}.objectSelector`))
  if ('reinvocationPolicy' in hook) oneOf('reinvocationPolicy', hook.reinvocationPolicy, ['IfNeeded', 'Never'])
  const { url, service } = hook.clientConfig ?? {}, at = `${path}.clientConfig`
  if ((url === undefined) === (service === undefined)) errors.push(required(at, 'exactly one of url or service is required'))
  else if (url !== undefined) errors.push(...validateWebhookURL(url, `${at}.url`))
  else if (service) errors.push(...validateWebhookService(service, `${at}.service`))
  return [...errors, ...validateMatchConditions(hook.matchConditions, `${path}.matchConditions`)]
}

/** A domain of three segments at least (IsFullyQualifiedName). */
function validateName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)]
  const complaints = isDns1123Subdomain(name)
  if (complaints.length > 0) return [invalid(path, name, complaints.join(','))]
  return name.split('.').length < 3
    ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')] : []
}

function validateReviewVersions(versions: readonly string[], anyVersion: boolean, path: string): FieldError[] {
  if (versions.length === 0) return [required(path, `must specify one of ${reviewVersions.join(', ')}`)]
  const errors = versions.flatMap((version, i) =>
    (versions.indexOf(version) < i ? [invalid(`${path}[${i}]`, version, 'duplicate version')]
    : complain(`${path}[${i}]`, version, isDns1035Label(version))))
  if (!anyVersion && !versions.some(version => reviewVersions.includes(version))) {
    errors.push(invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`))
  }
  return errors
}
