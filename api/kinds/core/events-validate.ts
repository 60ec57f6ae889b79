import { invalid, required, type FieldError } from '../../field-error.ts'
import type { Event } from '../../schema/generated/types.ts'
import { isQualifiedName } from '../validation/labels.ts'
import { byteLength, isDns1123Subdomain } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

/**
 * What every event must hold, whichever API it came through (core/validation legacyValidateEvent, 1.36). Only events of the newer
 * kind have an `eventTime`; `controllerField` is what the API calls `reportingComponent`.
 */
export function validateEvent(
  event: Readonly<Event>, controllerField: 'reportingComponent' | 'reportingController',
): FieldError[] {
  const namespace = event.metadata.namespace ?? ''
  return [
    ...event.eventTime ? validateNewer(event, namespace, controllerField) : validateOlder(event, namespace),
    ...complain('namespace', namespace, isDns1123Subdomain(namespace)),
  ]
}

const mismatch = (involved: string) => invalid('involvedObject.namespace', involved, 'does not match event.namespace')

function validateOlder({ involvedObject }: Readonly<Event>, namespace: string): FieldError[] {
  const involved = involvedObject?.namespace ?? ''
  const fits = involved === '' ? namespace === '' || namespace === 'default' : involved === namespace
  return fits ? [] : [mismatch(involved)]
}

function validateNewer(event: Readonly<Event>, namespace: string, controllerField: string): FieldError[] {
  const errors: FieldError[] = []
  const text = (field: string, value: string | undefined, max: number, needed = true) => {
    if (needed && !value) errors.push(required(field))
    if (byteLength(value ?? '') > max) errors.push(invalid(field, '', `can have at most ${max} characters`))
  }
  const controller = event.reportingComponent ?? ''
  if (!event.involvedObject?.namespace && namespace !== 'default' && namespace !== 'kube-system') errors.push(mismatch(''))
  if (controller === '') errors.push(required(controllerField))
  errors.push(...complain(controllerField, controller, isQualifiedName(controller)))
  text('reportingInstance', event.reportingInstance, 128)
  text('action', event.action, 128)
  text('reason', event.reason, 128)
  text('message', event.message, 1024, false)
  return errors
}
