import { defineKind } from '../../kind.ts'
import type { Event } from '../../schema/generated/types.ts'

export const events = defineKind<Event>({
  group: '', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', namespaced: true,
  shortNames: ['ev'], schema: 'core.v1.Event',
  createOnUpdate: true,
})
