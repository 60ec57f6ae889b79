// Many questions to both servers, and what differs of the answers, put together by cause.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { ask, differences } from '../pair.mjs'
import { normalise } from '../../recorded/play.mjs'

/** A new one each time: one of an earlier run may take long to go. */
export const namespace = `workloads-${process.pid}`
const unnamed = text => text.replaceAll(namespace, 'workloads')

/** Where an object's kind is served: `/apis/apps/v1/namespaces/x/deployments`. */
export function pathOf({ object, resource, cluster }) {
  const root = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`
  return `${root}${cluster ? '' : `/namespaces/${namespace}`}/${resource}`
}

/** Answers of the real one from an earlier run, by request, where WORKLOADS_KEEP names a file: then only ours is asked. */
const keep = process.env.WORKLOADS_KEEP, kept = new Map()
if (keep && existsSync(keep)) {
  for (const line of readFileSync(keep, 'utf8').split('\n').filter(Boolean)) kept.set(...JSON.parse(line))
}

async function askOnceMore(side, request) {
  try { return await ask(side, request) } catch (error) {
    if (error.code !== 'ECONNRESET') throw error   // a kept-alive connection that the server closed at this moment
    return ask(side, request)
  }
}

/** Asks both and gives `{ status, lines }`, the lines being what differs; `make(side)` builds the request for one side. */
export async function compareAnswers({ real, ours }, make, shape = body => body) {
  const read = async side => {
    const { status, headers, text: sent } = await askOnceMore(side, make(side)), text = unnamed(sent)
    let body = normalise(text)
    try { body = shape(steady(JSON.parse(text))) } catch { /* not JSON: compared as text */ }
    return { status, warning: headers.warning && unnamed(normalise(headers.warning)), body }
  }
  const readReal = async () => {
    if (!keep) return read(real)
    const { method, path, body } = make(real)
    const key = createHash('sha1').update(unnamed(`${method} ${path} ${withoutDrawn(JSON.stringify(body ?? ''))}`)).digest('hex')
    if (kept.has(key)) return kept.get(key)
    const answer = await read(real)
    appendFileSync(keep, `${JSON.stringify([key, answer])}\n`)
    return answer
  }
  const [left, right] = await Promise.all([readReal(), read(ours)])
  const lines = left.body?.kind === 'Status' || right.body?.kind === 'Status' ? differentStatus(left, right) : differences(left, right)
  return { status: left.status, lines }
}

/** A body by which it is known again in the next run. */
const withoutDrawn = text => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '').replace(/"(resourceVersion|creationTimestamp)":"[^"]*",?/g, '')
  .replace(/kube-api-access-\w{5}/g, '').replace(/"clusterIPs?":("[^"]*"|\[[^\]]*\])/g, address => address.replace(/10\.(9[6-9]|10\d|11[01])\.\d+\.\d+/g, ''))

/** Without what is drawn: uids, times, versions, allocated addresses and ports. */
function steady(body) {
  const text = normalise(JSON.stringify(body))
    .replace(/"nodePort":3[0-2]\d{3}\b/g, '"nodePort":"<port>"').replace(/"healthCheckNodePort":3[0-2]\d{3}\b/g, '"healthCheckNodePort":"<port>"')
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?=")/g, '-<id>')
  return JSON.parse(text)
}

/** Statuses as lines of one problem each, so that what is missing, what is too much and what is in another order shows. */
function differentStatus(left, right) {
  if (left.body?.kind !== right.body?.kind || left.status !== right.status) {
    const tell = ({ status, body }) => `${status} ${body?.kind === 'Status' ? body.message : 'an object'}`
    return [`answer: - ${tell(left)} + ${tell(right)}`]
  }
  const causes = ({ body }) => (body.details?.causes ?? []).map(({ field, reason, message }) => `${field}: ${reason}: ${message}`)
  const theirs = causes(left), own = causes(right)
  const lines = [...theirs.filter(cause => !own.includes(cause)).map(cause => `- ${cause}`),
    ...own.filter(cause => !theirs.includes(cause)).map(cause => `+ ${cause}`)]
  if (lines.length) return lines
  return differences(left, right)
}

/** A line without what only this request has: indices, prefixes of templates, quoted values, numbers. */
export const maskLine = line => line
  .replace(/\[\d+\]/g, '[]').replace(/\/\d+(?=[/:])/g, '/N')
  .replace(/spec\.jobTemplate\.spec\.template\.spec\.|spec\.template\.spec\.|template\.spec\.|(?<=[ "])spec\.(?=(initC|c|ephemeralC)ontainers|volumes|affinity)/g, '…')
  .replace(/\\?"[^"]{0,400}?\\?"/g, '""').replace(/-?\d+(\.\d+)?/g, 'N').slice(0, 260)

/** Runs `jobs` (functions that give `{ title, lines }`) some at a time; gives how many are the same and the rest grouped by cause. */
export async function runAll(jobs, { width = 8, onAnswer = () => {} } = {}) {
  const groups = new Map()
  let same = 0, different = 0, at = 0
  const work = async () => {
    while (at < jobs.length) {
      const { title, lines, status } = await jobs[at++]()
      onAnswer({ title, lines, status })
      if (lines.length === 0) { same++; continue }
      different++
      const cause = maskLine(lines[0])
      const group = groups.get(cause) ?? { count: 0, examples: [] }
      groups.set(cause, group)
      group.count++
      if (group.examples.length < 3) group.examples.push({ title, lines })
    }
  }
  await Promise.all(Array.from({ length: width }, work))
  return { same, different, groups: [...groups].toSorted(([, a], [, b]) => b.count - a.count) }
}
