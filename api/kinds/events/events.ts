import { same } from '../../edit.ts'
import { invalid, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { Event, EventsV1Event, ObjectReference } from '../../schema/generated/types.ts'
import { eventColumns, events } from '../core/events.ts'
import { validateEvent } from '../core/events-validate.ts'
import { nameIsDnsSubdomain, validateObjectMeta } from '../validation/object-meta.ts'
import { validateImmutable } from '../validation/values.ts'

/** events.k8s.io/v1: the same stored objects as core/v1 events under newer field names and stricter rules. */
export const eventsV1Events = defineKind<EventsV1Event>({
  group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', namespaced: true,
  shortNames: ['ev'], schema: 'events.v1.Event',
  createOnUpdate: true,
  validatesMetadata: true,
  storedAs: { kind: events, fromStored, toStored },
  validate(next, old) {
    const event = toStored(next)
    const errors = validateEvent(event, 'reportingController')
    return old ? [...errors, ...validateUpdate(event, toStored(old))] : [
      ...errors, ...validateObjectMeta(next.metadata, true, nameIsDnsSubdomain, 'metadata', { standardFinalizers: true }), ...validateCreate(event)]
  },
  columns: eventColumns.map(column => ({ ...column, value: (event, now) => column.value(toStored(event), now) })),
  selectableFields: {
    reason: event => event.reason ?? '',
    'regarding.kind': event => event.regarding?.kind ?? '',
    'regarding.namespace': event => event.regarding?.namespace ?? '',
    'regarding.name': event => event.regarding?.name ?? '',
    'regarding.uid': event => event.regarding?.uid ?? '',
    'regarding.apiVersion': event => event.regarding?.apiVersion ?? '',
    'regarding.resourceVersion': event => event.regarding?.resourceVersion ?? '',
    'regarding.fieldPath': event => event.regarding?.fieldPath ?? '',
    reportingController: event => event.reportingController ?? '',
    type: event => event.type ?? '',
  },
})

function validateSeries({ series }: Readonly<Event>): FieldError[] {
  return series ? [
    ...(series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : [],
    ...series.lastObservedTime ? [] : [required('series.lastObservedTime')],
  ] : []
}

/** core/validation ValidateEventCreate, the part that only this API has. */
function validateCreate(event: Readonly<Event>): FieldError[] {
  const errors = validateSeries(event)
  const unset = (field: string, isSet: unknown) => { if (isSet) errors.push(invalid(field, '', 'needs to be unset')) }
  if (!event.eventTime) errors.push(required('eventTime'))
  if (event.type !== 'Normal' && event.type !== 'Warning') {
    errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`))
  }
  unset('firstTimestamp', event.firstTimestamp)
  unset('lastTimestamp', event.lastTimestamp)
  unset('count', event.count)
  unset('source', event.source?.component || event.source?.host)
  return errors
}

/** Once written, only the series may change. */
function validateUpdate(next: Readonly<Event>, old: Readonly<Event>): FieldError[] {
  const fixed = (field: keyof Event, name: string = field, empty: unknown = '', printed?: unknown) =>
    validateImmutable(next[field] ?? empty, old[field] ?? empty, name, printed)
  return [
    ...same(next.series, old.series) ? [] : validateSeries(next),
    ...fixed('involvedObject', 'involvedObject', {}, goReference(next.involvedObject ?? {})),
    ...fixed('reason'), ...fixed('message'),
    ...fixed('source', 'source', {}, { Component: next.source?.component ?? '', Host: next.source?.host ?? '' }),
    ...fixed('firstTimestamp', 'firstTimestamp', null), ...fixed('lastTimestamp', 'lastTimestamp', null),
    ...fixed('count', 'count', 0),
    ...fixed('reason'), ...fixed('type'), ...fixed('eventTime', 'eventTime', null), ...fixed('action'),
    ...fixed('related', 'related', null, next.related && goReference(next.related)),
    ...fixed('reportingComponent', 'reportingController'), ...fixed('reportingInstance'),
  ]
}

/** As errors print the internal type. */
const goReference = ({ kind = '', namespace = '', name = '', uid = '', apiVersion = '', resourceVersion = '', fieldPath = '',
}: Readonly<ObjectReference>) => ({
  Kind: kind, Namespace: namespace, Name: name, UID: uid, APIVersion: apiVersion, ResourceVersion: resourceVersion,
  FieldPath: fieldPath,
})

const zeroTime = null as unknown as string

/** The fields that only change their name (pkg/apis/events/v1/conversion.go, 1.36). */
function fromStored(event: Event): EventsV1Event {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, reportingComponent, reportingInstance,
    ...shared } = event
  return {
    ...shared, apiVersion: 'events.k8s.io/v1',
    eventTime: event.eventTime ?? zeroTime,
    ...reportingComponent ? { reportingController: reportingComponent } : {},
    ...reportingInstance ? { reportingInstance } : {},
    regarding: involvedObject,
    ...message ? { note: message } : {},
    deprecatedSource: source ?? {},
    deprecatedFirstTimestamp: firstTimestamp ?? zeroTime,
    deprecatedLastTimestamp: lastTimestamp ?? zeroTime,
    ...count ? { deprecatedCount: count } : {},
  } as EventsV1Event
}

function toStored(event: Readonly<EventsV1Event>): Event {
  const { regarding, note, deprecatedSource, deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedCount,
    reportingController, reportingInstance, ...shared } = event
  return {
    ...shared, apiVersion: 'v1',
    involvedObject: regarding ?? {},
    ...note ? { message: note } : {},
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? zeroTime,
    lastTimestamp: deprecatedLastTimestamp ?? zeroTime,
    ...deprecatedCount ? { count: deprecatedCount } : {},
    reportingComponent: reportingController ?? '',
    reportingInstance: reportingInstance ?? '',
  }
}
