// Asking both sides as somebody, and getting the same world ready on both.
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, both } from '../pair.mjs'

/** Headers that make the administrator somebody else. */
export const as = (user, { groups = [], uid, extra = {} } = {}) => ({
  'impersonate-user': user, ...groups.length ? { 'impersonate-group': groups } : {}, ...uid ? { 'impersonate-uid': uid } : {},
  ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [`impersonate-extra-${encodeURIComponent(key)}`, values])),
})

/** The same sides for somebody without a certificate: what he is goes into headers. */
export function strangers({ real, ours }) {
  const without = ({ host, port }) =>
    ({ host, port, secure: { rejectUnauthorized: false }, agent: new https.Agent({ keepAlive: true, maxSockets: 4 }) })
  return { real: without(real), ours: without(ours) }
}

/** Asks both and reports under a title that is the request itself. */
export async function compareRequest(pair, report, request, options = {}) {
  const { title, ...rest } = options
  const { differences, ...answers } = await both(pair, request, rest)
  report(title ?? `${request.method ?? 'GET'} ${request.path}${request.headers ? ` ${JSON.stringify(request.headers)}` : ''}${request.body ? ` ${JSON.stringify(request.body).slice(0, 300)}` : ''}`, differences)
  return answers
}

/** Sends a request to both and fails unless it succeeds or has been done before: what the comparing rests on. Gives the parsed answers. */
export async function prepare(pair, request) {
  const answers = await Promise.all([pair.real, pair.ours].map(side => ask(side, request)))
  for (const [index, { status, text }] of answers.entries()) {
    if (status >= 300 && status !== 409) throw new Error(`${index ? 'ours' : 'real'}: ${request.method} ${request.path}: ${status} ${text}`)
  }
  const [real, ours] = answers.map(({ text }) => JSON.parse(text))
  return { real, ours }
}

/** The same to both whatever comes of it. */
export const attempt = (pair, request) => Promise.all([pair.real, pair.ours].map(side => ask(side, request)))

/** Where the objects of a kind live. */
export const pathOf = (apiVersion, plural, namespace = '') =>
  `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${namespace ? `namespaces/${namespace}/` : ''}${plural}`

/** Makes namespaces on both and waits for their default account; gives back what deletes them. */
export async function namespaces(pair, ...wanted) {
  for (const name of wanted) {
    const metadata = typeof name === 'string' ? { name } : name
    // One that an earlier run has left may still be ending.
    const make = { method: 'POST', path: '/api/v1/namespaces', body: { metadata } }
    for (const side of [pair.real, pair.ours]) {
      await until(async () => (await ask(side, make)).status === 201 || JSON.parse((await ask(side, { path: `${make.path}/${metadata.name}` })).text).status?.phase === 'Active', 60)
    }
    for (const side of [pair.real, pair.ours]) {
      await until(async () => (await ask(side, { path: `/api/v1/namespaces/${metadata.name}/serviceaccounts/default` })).status === 200)
    }
  }
  return () => Promise.all(wanted.map(name => attempt(pair, { method: 'DELETE', path: `/api/v1/namespaces/${name.name ?? name}` })))
}

export async function until(holds, seconds = 20) {
  for (let left = seconds * 10; left > 0; left--) {
    if (await holds()) return true
    await sleep(100)
  }
  return false
}

export { sleep }

/** Each with each. */
export const combinations = (...lists) => lists.reduce((all, list) => all.flatMap(one => list.map(item => [...one, item])), [[]])
