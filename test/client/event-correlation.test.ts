import { describe, expect, test } from 'vitest'
import type { Event } from '../../api/schema/generated/types.ts'
import { EventCorrelator } from '../../client/event-correlation.ts'
import { ManualClock } from '../../clock.ts'

const event = (message: string, reason = 'Scaled', name = `web.${message}`): Event => ({
  apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'default' } as Event['metadata'],
  involvedObject: { kind: 'Deployment', name: 'web', uid: 'u' }, message, reason, type: 'Normal', count: 1,
  source: { component: 'deployment-controller' }, firstTimestamp: '2024-01-01T00:00:00Z', lastTimestamp: '2024-01-01T00:00:00Z',
})

describe('events of one source about one object', () => {
  const start = () => {
    const clock = new ManualClock(new Date('2024-01-01T00:00:00Z')), correlator = new EventCorrelator(clock)
    const send = (message: string, reason?: string) => correlator.correlate(event(message, reason), () => 'web.combined')
    return { clock, send }
  }

  test('count up when they repeat', () => {
    const { send } = start()
    expect(send('up')!.patch).toBeUndefined()
    expect(send('down')!.patch).toBeUndefined()
    expect(send('up')).toMatchObject({ patch: { count: 2, message: 'up' }, event: { metadata: { name: 'web.up' } } })
    expect(send('up')!.patch!.count).toBe(3)
  })

  test('are combined from the tenth different message on', () => {
    const { send } = start()
    for (let i = 1; i <= 9; i++) expect(send(`message ${i}`)!.event.message).toBe(`message ${i}`)
    expect(send('message 10')!.event).toMatchObject({
      message: '(combined from similar events): message 10', count: 1, metadata: { name: 'web.combined' },
    })
    expect(send('message 11')!.patch).toMatchObject({ count: 2, message: '(combined from similar events): message 11' })
    expect(send('another', 'Paused')!.event.message).toBe('another')
  })

  test('are no longer combined after ten minutes of silence', async () => {
    const { send, clock } = start()
    for (let i = 1; i <= 10; i++) send(`message ${i}`)
    await clock.advance(601_000)
    expect(send('message 11')!.event.message).toBe('message 11')
  })

  test('are dropped after 25 at once, and one more passes every five minutes', async () => {
    const { send, clock } = start()
    for (let i = 1; i <= 25; i++) expect(send('up')).toBeDefined()
    expect(send('up')).toBeUndefined()
    await clock.advance(300_000)
    expect(send('up')!.patch!.count).toBe(27)
    expect(send('up')).toBeUndefined()
  })
})
