import { duplexPair } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { countRequest, createTrafficMeter, isNoTraffic } from '../../fake-pods/network/traffic.ts'

describe('the traffic of a container', () => {
  const bench = () => {
    const clock = new ManualClock(new Date('2026-01-01T00:00:00Z')), meter = createTrafficMeter(clock)
    return { clock, meter, connection: () => duplexPair()[0] }
  }

  test('is what came between the last two scrapes', async () => {
    const { clock, meter, connection } = bench()
    for (let n = 0; n < 30; n++) meter.accepted(connection())
    expect(meter.perSecond()).toBe(0)
    await clock.advance(15_000)
    expect(meter.perSecond()).toBe(2)
    await clock.advance(15_000)
    expect(meter.perSecond()).toBe(0)
  })

  test('counts requests over a connection that is kept alive, and the first of each only once', async () => {
    const { clock, meter, connection } = bench()
    const kept = connection()
    meter.accepted(kept)
    for (let n = 0; n < 15; n++) countRequest(kept)
    await clock.advance(15_000)
    expect(meter.perSecond()).toBe(1)
  })

  test('has no part in it for probes', async () => {
    const { clock, meter, connection } = bench()
    const probe = connection()
    isNoTraffic(probe)
    meter.accepted(probe)
    countRequest(probe)
    await clock.advance(15_000)
    expect(meter.perSecond()).toBe(0)
  })
})
