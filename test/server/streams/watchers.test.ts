import { expect, test } from 'vitest'
import { configMaps } from '../../../api/kinds/core/configmaps.ts'
import { createRandom, type Random } from '../../../api/random.ts'
import { apiOf } from '../../support/api.ts'
import { startApiServer, type TestApiServer } from '../../support/api-server.ts'
import { collectGarbage } from '../../support/garbage.ts'

/**
 * Watches lose nothing and repeat nothing. In full, as the project promises it:
 * `WATCHERS=200 WRITES=50000 npx vitest run test/server/streams/watchers.test.ts`
 */
const watchers = Number(process.env.WATCHERS ?? 40), writes = Number(process.env.WRITES ?? 5_000)
const historyLimit = Math.max(500, writes / 10)
const collection = '/api/v1/namespaces/contract/configmaps'
type Side = 'left' | 'right'

/** What was written at each revision; a deletion has neither side nor text. Nobody else writes. */
interface Truth { name: string; side?: Side; n?: string }

/** What one watcher saw: stretches without a gap, a new one after each 410. */
interface Seen { stretches: { from: number; events: string[] }[]; expired: number; reconnects: number }

/** What has been written so far, for watchers that stay away until they are late. */
interface Progress { revision: number }

const turn = () => new Promise<void>(resolve => { setImmediate(resolve) })

test(`${watchers} watchers each see ${writes} changes once and in order, or a 410`, { timeout: 120_000 + watchers * writes / 5 },
  async () => {
  const server = await startApiServer({ historyLimit })
  const first = Number((await server.api('GET', collection)).json.metadata.resourceVersion), last = first + writes + 1
  const progress: Progress = { revision: first }
  const reading = Array.from({ length: watchers }, (_, i) => watch(server, i, first, last, progress, createRandom(i + 1)))
  const truth = await write(server, first, progress, createRandom(3))
  // The end, which everybody sees.
  await server.client.create(configMaps, { metadata: { name: 'end', namespace: 'contract', labels: { side: 'left' } },
    data: { n: 'end' } })
  truth.push({ name: 'end', side: 'left', n: 'end' })
  const seen = await Promise.all(reading)

  for (const [i, { stretches }] of seen.entries()) {
    for (const [j, { from, events }] of stretches.entries()) {
      const expected = replay(truth, first, from, selects(i))
      expect(events, `watcher ${i} from ${from}`).toEqual(j === stretches.length - 1 ? expected
        : expected.slice(0, events.length))
    }
  }
  const sum = (count: (one: Seen) => number) => seen.reduce((total, one) => total + count(one), 0)
  console.log(`${sum(({ stretches }) => stretches.reduce((total, { events }) => total + events.length, 0))} events, ` +
    `${sum(one => one.reconnects)} reconnects, ${sum(one => one.expired)} times 410`)
  expect(seen[0].expired).toBe(0)
  expect(sum(one => one.reconnects)).toBeGreaterThan(0)
  expect(sum(one => one.expired)).toBeGreaterThan(0)
  server.stop()
})

test('a watcher that stops reading costs a bounded amount of memory, and gets a 410 when he reads on', { timeout: 60_000 },
  async () => {
  const server = await startApiServer({ historyLimit: 200 }), api = apiOf(server)
  const { metadata: { resourceVersion } } = (await api('GET', collection)).json
  const responses = await Promise.all(Array.from({ length: 20 }, () =>
    api.open('GET', `${collection}?watch=1&resourceVersion=${resourceVersion}`)))
  for (const response of responses) response.pause()
  const data = { text: 'x'.repeat(20_000) }
  await server.client.create(configMaps, { metadata: { name: 'large', namespace: 'contract' }, data })
  const measure = () => { collectGarbage(); const { heapUsed,
    external } = process.memoryUsage(); return (heapUsed + external) / 1e6 }
  const patch = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      await server.client.patch(configMaps, 'large', 'contract', { data: { n: String(i) } }, { type: 'merge' })
      if (i % 20 === 0) await turn()
    }
  }
  await patch(0, 1_000)
  const before = measure()
  await patch(1_000, 4_000)
  // 3,000 changes of 20 kB to 20 readers would be 1,200 MB.
  expect(measure() - before).toBeLessThan(40)

  let text = ''
  for await (const chunk of responses[0].setEncoding('utf8')) text += chunk
  const events = text.trimEnd().split('\n').map(line => JSON.parse(line))
  expect(events.at(-1)).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
  const versions = events.slice(0, -1).map(({ object }) => Number(object.metadata.resourceVersion))
  expect(versions).toEqual(versions.map((_, i) => Number(resourceVersion) + 1 + i))
  for (const response of responses) response.destroy()
  server.stop()
})

/** Creates, changes and deletes a handful of objects, one after the other, so that each write's revision is known. */
async function write({ client }: TestApiServer, first: number, progress: Progress, random: Random): Promise<Truth[]> {
  const truth: Truth[] = [], living = new Set<string>()
  for (let i = 0; i < writes; i++) {
    const n = String(i), name = `thing-${random.integer(20)}`, side: Side = random.integer(2) ? 'left' : 'right'
    const labels = { side }, lives = living.has(name)
    if (lives && random.integer(5) === 0) {
      await client.delete(configMaps, name, 'contract')
      living.delete(name)
      truth.push({ name })
    } else {
      const { metadata: { resourceVersion } } = lives
        ? await client.patch(configMaps, name, 'contract', { metadata: { labels }, data: { n } }, { type: 'merge' })
        : await client.create(configMaps, { metadata: { name, namespace: 'contract', labels }, data: { n } })
      expect(Number(resourceVersion)).toBe(first + i + 1)
      living.add(name)
      truth.push({ name, side, n })
    }
    progress.revision = first + i + 1
    if (random.integer(10) === 0) await turn()
  }
  return truth
}

/** Every third watcher sees one side only: what changes sides comes and goes. */
const selects = (watcher: number): Side | undefined => (watcher % 3 === 2 ? 'left' : undefined)

/** What a watcher that starts behind a revision is to be told. */
function replay(truth: readonly Truth[], first: number, from: number, only: Side | undefined): string[] {
  const shown = new Map<string, string>(), events: string[] = []
  truth.forEach(({ name, side, n }, i) => {
    const revision = first + i + 1, before = shown.get(name), visible = side !== undefined && (!only || side === only)
    if (visible) shown.set(name, n!)
    else shown.delete(name)
    if (revision <= from || (!visible && before === undefined)) return
    const type = visible ? (before === undefined ? 'ADDED' : 'MODIFIED') : 'DELETED'
    events.push(`${type} ${name} ${visible ? n : before}@${revision}`)
  })
  return events
}

const texts = new Map<string, string>()
/** All watchers see the same texts: each is kept once. */
function shared(text: string): string {
  const known = texts.get(text)
  if (known === undefined) texts.set(text, text)
  return known ?? text
}

/** Millions of frames are read: what counts is taken out of them without parsing all. */
const frame = /^\{"type":"(\w+)".*?"name":"([^"]+)".*?"resourceVersion":"(\d+)".*"data":\{"n":"([^"]+)"\}/

/** Reads until the last revision: steadily, slowly, or over one connection after the other; after a 410 from a new list on. */
async function watch(server: TestApiServer, number: number, first: number, last: number, progress: Progress,
  random: Random): Promise<Seen> {
  const api = apiOf(server), kind = (['steady', 'slow', 'restless'] as const)[number % 4 === 3 ? 2 : number % 4 === 2 ? 1 : 0]
  const side = selects(number), query = `watch=1&${side ? `&labelSelector=side%3D${side}` : ''}`
  const seen: Seen = { stretches: [{ from: first, events: [] }], expired: 0, reconnects: 0 }
  let at = first
  while (at < last) {
    const response = await api.open('GET', `${collection}?${query}&resourceVersion=${at}`)
    let left = kind === 'restless' ? 1 + random.integer(writes / 10) : Infinity, rest = '', expired = false
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (line.startsWith('{"type":"ERROR"')) { expect(JSON.parse(line).object.code).toBe(410); expired = true; break }
        const [, type, name, version, n] = frame.exec(line)!
        at = Number(version)
        seen.stretches.at(-1)!.events.push(shared(`${type} ${name} ${n}@${at}`))
        if (--left <= 0 || at >= last) break
      }
      if (expired || left <= 0 || at >= last) break
      if (kind === 'slow') for (let pause = random.integer(40); pause > 0; pause--) await turn()
    }
    response.destroy()
    if (expired) {
      seen.expired++
      at = Number((await api('GET', collection)).json.metadata.resourceVersion)
      seen.stretches.push({ from: at, events: [] })
    } else if (at < last) {
      seen.reconnects++
      // Some stay away until what they missed is forgotten.
      const late = at + historyLimit * 1.5
      if (random.integer(4) === 0) while (progress.revision < Math.min(late, last - 1)) await turn()
    }
  }
  api.close()
  return seen
}
