import { microTimestamp } from '../api/clock.ts'
import { eventsV1Events } from '../api/kinds/events/events.ts'
import type { EventsV1Event } from '../api/schema/generated/types.ts'
import { isAlreadyExists, isNotFound } from '../api/status.ts'
import { eventNames, Outbox, referenceTo, type Recorder, type RecorderParts } from './event-recorder.ts'

/** client-go's tools/events/event_broadcaster.go: a series ends after six minutes of silence. */
const finishAfter = 6 * 60_000

interface Entry { event: EventsV1Event; count: number; last: Date; written: number }

/**
 * Events of events.k8s.io/v1 with an event time, an action and, when they repeat, a series: what the scheduler writes.
 * A repeated event is written twice, as the first and as a series of two; the final count follows when the series ends.
 */
export function createSeriesRecorder({ client, clock, random, component, host }: RecorderParts): Recorder {
  const nameFor = eventNames(clock, random)
  const outbox = new Outbox(clock, random)
  const cache = new Map<string, Entry>()
  let cancelSweep: (() => void) | undefined

  const writeSeries = async (entry: Entry) => {
    const { event } = entry
    const series = { count: entry.count, lastObservedTime: microTimestamp(entry.last) }
    entry.written = entry.count
    try {
      await client.patch(eventsV1Events, event.metadata.name, event.metadata.namespace, { series }, { type: 'strategic' })
    } catch (error) {
      if (!isNotFound(error)) throw error
      await client.create(eventsV1Events, { ...event, series }).catch(failure => { if (!isAlreadyExists(failure)) throw failure })
    }
  }
  const sweep = () => {
    cancelSweep = undefined
    for (const [key, entry] of cache) {
      if (clock.now().getTime() - entry.last.getTime() < finishAfter) continue
      cache.delete(key)
      if (entry.count > entry.written) outbox.put(() => () => writeSeries(entry))
    }
    if (cache.size > 0) cancelSweep = clock.after(finishAfter, sweep)
  }

  return {
    record(object, type, reason, message, options = {}) {
      const regarding = referenceTo(object, options.fieldPath), now = clock.now()
      const related = options.related && referenceTo(options.related)
      const instance = `${component}-${host ?? 'mimikube'}`
      const key = JSON.stringify([type, options.action, reason, regarding, related])
      const known = cache.get(key)
      if (known) {
        known.count++
        known.last = now
        if (known.count === 2) outbox.put(() => () => writeSeries(known))
        return
      }
      const event = {
        metadata: { name: nameFor(object), namespace: regarding.namespace ?? 'default' },
        eventTime: microTimestamp(now), type, reason, action: options.action ?? '', note: message, regarding,
        ...(related ? { related } : {}), reportingController: component, reportingInstance: instance,
      } as EventsV1Event
      cache.set(key, { event, count: 1, last: now, written: 1 })
      cancelSweep ??= clock.after(finishAfter, sweep)
      outbox.put(() => async () => { await client.create(eventsV1Events, event) })
    },
    flush: () => outbox.flush(),
    stop() {
      cancelSweep?.()
      outbox.stop()
    },
  }
}
