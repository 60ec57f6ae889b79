import { defineKind } from '../../kind.ts'
import type { Event, EventsV1Event } from '../../schema/generated/types.ts'
import { events } from '../core/events.ts'

/** events.k8s.io/v1: the same stored objects as core/v1 events under newer field names. */
export const eventsV1Events = defineKind<EventsV1Event>({
  group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', namespaced: true,
  shortNames: ['ev'], schema: 'events.v1.Event',
  createOnUpdate: true,
  storedAs: { kind: events, fromStored, toStored },
})

/** The fields that only change their name (pkg/apis/events/v1 conversion.go, 1.36). */
function fromStored(event: Event): EventsV1Event {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, reportingComponent, reportingInstance, ...same } = event
  return {
    ...same, apiVersion: 'events.k8s.io/v1',
    regarding: involvedObject,
    ...(message === undefined ? {} : { note: message }),
    ...(reportingComponent ? { reportingController: reportingComponent } : {}),
    ...(reportingInstance ? { reportingInstance } : {}),
    ...(source === undefined ? {} : { deprecatedSource: source }),
    ...(firstTimestamp === undefined ? {} : { deprecatedFirstTimestamp: firstTimestamp }),
    ...(lastTimestamp === undefined ? {} : { deprecatedLastTimestamp: lastTimestamp }),
    ...(count === undefined ? {} : { deprecatedCount: count }),
  } as EventsV1Event
}

function toStored(event: EventsV1Event): Event {
  const { regarding, note, deprecatedSource, deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedCount,
    reportingController, ...same } = event
  return {
    ...same, apiVersion: 'v1',
    involvedObject: regarding ?? {},
    ...(note === undefined ? {} : { message: note }),
    reportingComponent: reportingController ?? '',
    reportingInstance: event.reportingInstance ?? '',
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    ...(deprecatedCount === undefined ? {} : { count: deprecatedCount }),
  } as Event
}
