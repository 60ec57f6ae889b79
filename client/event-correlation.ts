import { timestamp, type Clock } from '../api/clock.ts'
import type { Event } from '../api/schema/generated/types.ts'
import { RecentMap } from './recent-map.ts'

/**
 * Which events of one source become which: client-go's EventCorrelator (tools/record/events_cache.go, 1.36). From the
 * tenth different message about one object and reason within ten minutes on, events become one whose message starts with
 * "(combined from similar events)"; the same event counts up; a source may send 25 events about an object at once and
 * then one in five minutes.
 */
export interface Correlated {
  event: Event
  /** There when an event of this name exists already and counts up. */
  patch?: { count: number; lastTimestamp: string; message: string }
}

const cacheSize = 4096
const aggregateFrom = 10, aggregateWithin = 600_000
const burst = 25, refillPerMs = 1 / 300_000

interface Aggregate { messages: Set<string>; last: number }
interface Observation { count: number; firstTimestamp?: string; name: string }
interface Bucket { tokens: number; at: number }

export class EventCorrelator {
  #clock: Clock
  #aggregates = new RecentMap<Aggregate>(cacheSize)
  #observations = new RecentMap<Observation>(cacheSize)
  #buckets = new RecentMap<Bucket>(cacheSize)

  constructor(clock: Clock) { this.#clock = clock }

  /** What to send for this event, undefined when the source has said enough about the object. */
  correlate(event: Event, nameOfAggregate: () => string): Correlated | undefined {
    const aggregated = this.#aggregate(event, nameOfAggregate)
    const correlated = this.#observe(aggregated.event, aggregated.key)
    return this.#take(bucketKey(event)) ? correlated : undefined
  }

  /** Remembers what the server made of it. */
  update(event: Event): void {
    this.#observations.set(eventKey(event),
      { count: event.count ?? 0, firstTimestamp: event.firstTimestamp, name: event.metadata.name })
  }

  #aggregate(event: Event, nameOfAggregate: () => string): { event: Event; key: string } {
    const now = this.#clock.now(), key = aggregateKey(event)
    let record = this.#aggregates.get(key)
    if (!record || now.getTime() - record.last > aggregateWithin) record = { messages: new Set(), last: 0 }
    record.messages.add(event.message ?? '')
    record.last = now.getTime()
    this.#aggregates.set(key, record)
    if (record.messages.size < aggregateFrom) return { event, key: eventKey(event) }
    const [any] = record.messages
    record.messages.delete(any)
    const { reportingComponent: _component, reportingInstance: _instance, ...rest } = event
    return {
      key,
      event: {
        ...rest, metadata: { ...event.metadata, name: nameOfAggregate() }, count: 1,
        firstTimestamp: timestamp(now), lastTimestamp: timestamp(now),
        message: `(combined from similar events): ${event.message}`,
      },
    }
  }

  #observe(event: Event, key: string): Correlated {
    const seen = this.#observations.get(key)
    const next: Event = seen && seen.count > 0
      ? { ...event, metadata: { ...event.metadata, name: seen.name }, firstTimestamp: seen.firstTimestamp, count: seen.count + 1 }
      : event
    this.#observations.set(key, { count: next.count ?? 1, firstTimestamp: next.firstTimestamp, name: next.metadata.name })
    if (next === event) return { event }
    return { event: next, patch: { count: next.count!, lastTimestamp: next.lastTimestamp!, message: next.message ?? '' } }
  }

  #take(key: string): boolean {
    const now = this.#clock.now().getTime()
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now }
    bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) * refillPerMs)
    bucket.at = now
    this.#buckets.set(key, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}

const sourceAndObject = (event: Event) => {
  const { source, involvedObject: about } = event
  return [source?.component, source?.host, about.kind, about.namespace, about.name, about.uid, about.apiVersion, event.type]
}
const eventKey = (event: Event) =>
  [...sourceAndObject(event), event.involvedObject.fieldPath, event.reason, event.message].join('\0')
const bucketKey = (event: Event) => sourceAndObject(event).join('\0')
const aggregateKey = (event: Event) => [...sourceAndObject(event), event.reason].join('\0')
