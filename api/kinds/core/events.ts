import { age } from '../../duration.ts'
import { defineKind, type Column } from '../../kind.ts'
import type { Event } from '../../schema/generated/types.ts'
import { nameColumn, textColumn } from '../columns.ts'
import { nameIsPathSegment } from '../validation/object-meta.ts'
import { validateEvent } from './events-validate.ts'

const involved = (field: 'kind' | 'namespace' | 'name' | 'uid' | 'apiVersion' | 'resourceVersion' | 'fieldPath') =>
  (event: Readonly<Event>) => event.involvedObject?.[field] ?? ''

const firstSeen = (event: Readonly<Event>, now: Date) => age(event.firstTimestamp || event.eventTime, now)

function lastSeen(event: Readonly<Event>, now: Date): string {
  if (event.series) return age(event.series.lastObservedTime, now)
  return event.lastTimestamp ? age(event.lastTimestamp, now) : firstSeen(event, now)
}

function target({ involvedObject: { kind = '', name } = {} }: Readonly<Event>): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()
}

function source(event: Readonly<Event>): string {
  const component = event.source?.component || event.reportingComponent || ''
  const instance = event.source?.host || event.reportingInstance || ''
  return instance === '' ? component : `${component}, ${instance}`
}

/** What `kubectl get events` shows (printEvent, 1.36). */
export const eventColumns: readonly Column<Event>[] = [
  textColumn('Last Seen', lastSeen),
  textColumn('Type', event => event.type ?? ''),
  textColumn('Reason', event => event.reason ?? ''),
  textColumn('Object', target),
  textColumn('Subobject', involved('fieldPath'), 1),
  textColumn('Source', source, 1),
  textColumn('Message', event => (event.message ?? '').trim()),
  textColumn('First Seen', firstSeen, 1),
  // An event that stands alone has no count in the newer API.
  textColumn('Count', event => (event.series ? event.series.count ?? 0 : event.count || 1), 1),
  { ...nameColumn, priority: 1 },
]

export const events = defineKind<Event>({
  group: '', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', namespaced: true,
  shortNames: ['ev'], schema: 'core.v1.Event',
  createOnUpdate: true,
  validateName: nameIsPathSegment,
  validatesMetadata: true,
  validate: next => validateEvent(next, 'reportingComponent'),
  columns: eventColumns,
  selectableFields: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.name': involved('name'),
    'involvedObject.uid': involved('uid'),
    'involvedObject.apiVersion': involved('apiVersion'),
    'involvedObject.resourceVersion': involved('resourceVersion'),
    'involvedObject.fieldPath': involved('fieldPath'),
    reason: event => event.reason ?? '',
    reportingComponent: event => event.reportingComponent ?? '',
    source: event => event.source?.component || event.reportingComponent || '',
    type: event => event.type ?? '',
  },
})
