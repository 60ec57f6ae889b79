import type { Client } from '../api/client.ts'
import { timestamp, type Clock } from '../api/clock.ts'
import { events } from '../api/kinds/core/events.ts'
import type { KubeObject } from '../api/object.ts'
import type { Random } from '../api/random.ts'
import type { Event, ObjectReference } from '../api/schema/generated/types.ts'
import { isNotFound, StatusError } from '../api/status.ts'
import { EventCorrelator, type Correlated } from './event-correlation.ts'

export interface RecordOptions {
  /** The part of the object it is about: `spec.containers{web}`. */
  fieldPath?: string
  /** What was done, and with what else: only events.k8s.io events carry these. */
  action?: string
  related?: KubeObject
}

/** Writes events about objects, without ever holding up or failing its caller. */
export interface Recorder {
  record(object: Readonly<KubeObject>, type: 'Normal' | 'Warning', reason: string, message: string, options?: RecordOptions): void
  /** Resolves when all that was recorded so far has been written or given up. */
  flush(): Promise<void>
  stop(): void
}

export interface RecorderParts {
  client: Client
  clock: Clock
  random: Random
  /** `deployment-controller`: the event's source and reporting component. */
  component: string
  /** The node's name, for a kubelet. */
  host?: string
}

/** Events of core/v1 with a source, counted and combined: what all components but the scheduler write. */
export function createRecorder({ client, clock, random, component, host }: RecorderParts): Recorder {
  const correlator = new EventCorrelator(clock)
  const nameFor = eventNames(clock, random)
  const outbox = new Outbox(clock, random)
  const write = async ({ event, patch }: Correlated) => {
    const { name, namespace } = event.metadata
    if (patch) {
      try {
        return correlator.update(await client.patch(events, name, namespace, patch, { type: 'strategic' }))
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
    correlator.update(await client.create(events, event))
  }
  return {
    record(object, type, reason, message, options = {}) {
      const now = timestamp(clock.now()), about = referenceTo(object, options.fieldPath)
      const event = {
        metadata: { name: nameFor(object), namespace: about.namespace ?? 'default' },
        involvedObject: about, reason, message, type,
        source: { component, ...(host ? { host } : {}) },
        firstTimestamp: now, lastTimestamp: now, count: 1,
        reportingComponent: component, reportingInstance: host ?? '',
      } as Event
      // Correlating only when its turn comes lets the server's answer to the event before count.
      outbox.put(() => {
        const correlated = correlator.correlate(event, () => nameFor(object))
        return correlated && (() => write(correlated))
      })
    },
    flush: () => outbox.flush(),
    stop: () => outbox.stop(),
  }
}

export function referenceTo(object: Readonly<KubeObject>, fieldPath?: string): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata
  return {
    kind: object.kind, ...(namespace ? { namespace } : {}), name, uid, apiVersion: object.apiVersion,
    ...(resourceVersion ? { resourceVersion } : {}), ...(fieldPath ? { fieldPath } : {}),
  }
}

const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** `<object>.<nanoseconds in hex>` as client-go names events; never the same twice. */
export function eventNames(clock: Clock, random: Random): (object: Readonly<KubeObject>) => string {
  let last = 0n
  return object => {
    const now = BigInt(clock.now().getTime()) * 1_000_000n + BigInt(random.integer(1_000_000))
    last = now > last ? now : last + 1n
    const name = `${object.metadata.name}.${last.toString(16)}`
    return name.length <= 253 && dnsSubdomain.test(name) ? name : random.uuid()
  }
}

/** Events waiting to be written: one after the other, as many as client-go's broadcasters hold. */
const longestQueue = 10_000, mostTries = 12, pauseBetweenTries = 10_000

/** Writes one thing after the other. What the server refuses is given up; what can't reach it is tried again. */
export class Outbox {
  #clock: Clock
  #random: Random
  #waiting: (() => (() => Promise<void>) | undefined)[] = []
  #busy: Promise<void> | undefined
  #abort = new AbortController()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  put(prepare: () => (() => Promise<void>) | undefined): void {
    if (this.#waiting.length >= longestQueue || this.#abort.signal.aborted) return
    this.#waiting.push(prepare)
    this.#busy ??= this.#drain()
  }

  async flush(): Promise<void> { while (this.#busy) await this.#busy }

  stop(): void {
    this.#waiting = []
    this.#abort.abort()
  }

  async #drain(): Promise<void> {
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      for (const prepare of batch) {
        if (this.#abort.signal.aborted) break
        const write = prepare()
        if (write) await this.#deliver(write)
      }
    }
    this.#busy = undefined
  }

  async #deliver(write: () => Promise<void>): Promise<void> {
    for (let tries = 1; tries <= mostTries; tries++) {
      try {
        return await write()
      } catch (error) {
        if (error instanceof StatusError) return
        const pause = tries === 1 ? pauseBetweenTries * this.#random.next() : pauseBetweenTries
        try { await this.#clock.sleep(pause, this.#abort.signal) } catch { return }
      }
    }
  }
}
