import type { Duplex } from 'node:stream'
import type { Clock } from '../../api/clock.ts'

/** Usage is measured once in this time, as metrics-server scrapes. */
export const scrapeEveryMs = 15_000

/** The last scrape up to now: what was measured then is known now. */
export const lastScrape = (now: Date): number => Math.floor(now.getTime() / scrapeEveryMs) * scrapeEveryMs

/** Counts the requests that come to one container. There is no timer behind it: time is looked at when something happens. */
export interface TrafficMeter {
  /** A connection was accepted; it counts as one request until more come over it. */
  accepted(connection: Duplex): void
  /** One more request over a connection that is kept alive. */
  again(): void
  /** How many came each second between the last two scrapes. */
  perSecond(): number
}

/** Connections whose requests are counted: the meter, and how many were seen. */
const metered = new WeakMap<Duplex, { meter: TrafficMeter; requests: number }>()
const uncounted = new WeakSet<Duplex>()

/** What comes over this connection is no work for the pod. */
export const isNoTraffic = (connection: Duplex): void => { uncounted.add(connection) }

/** An HTTP server has read a request. */
export function countRequest(connection: Duplex): void {
  const known = metered.get(connection)
  if (known && known.requests++ > 0) known.meter.again()
}

export function createTrafficMeter(clock: Clock): TrafficMeter {
  let scrape = lastScrape(clock.now()), since = 0, before = 0
  const roll = () => {
    const now = lastScrape(clock.now())
    if (now === scrape) return
    before = now - scrape === scrapeEveryMs ? since : 0
    since = 0
    scrape = now
  }
  const meter: TrafficMeter = {
    accepted(connection) {
      if (uncounted.has(connection)) return
      metered.set(connection, { meter, requests: 0 })
      meter.again()
    },
    again() { roll(); since++ },
    perSecond() { roll(); return before / (scrapeEveryMs / 1000) },
  }
  return meter
}
