// Two servers asked the same: ours and a real Kubernetes control plane, whose kubeconfig is given with --against. What differs is
// printed path by path (- real, + ours). Not a part of `npm test`: a real control plane is not on every machine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startBenchCluster, targetOf } from '../../bench/cluster.mjs'
import { normalise } from '../recorded/play.mjs'

/** Flags that make our cluster like the one compared with: its pods' pace, tokens and addresses are not what is compared. */
const flags = ['--simulation-warnings', 'false', '--metrics', 'none', '--anonymous-auth']

/** Starts ours beside the real one: `{ real, ours, stop }`, the first two for `ask`, `both` and their `kubeconfig` for kubectl. */
export async function startPair(against, options = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'compare-')), tokens = path.join(folder, 'tokens')
  writeFileSync(tokens, 'admin-token,admin,admin,"system:masters"\ndev-token,dev,dev,"developers"\n', { mode: 0o600 })
  const cluster = await startBenchCluster({ speed: '1', ...options, flags: [...flags, '--token-file', tokens, ...options.flags ?? []] })
  const side = (target, kubeconfig) => ({ ...target, kubeconfig, agent: new https.Agent({ keepAlive: true, maxSockets: 8 }) })
  const real = side(targetOf(against), against), ours = side(cluster.target, cluster.kubeconfig)
  return { real, ours, stop }

  async function stop() {
    real.agent.destroy()
    ours.agent.destroy()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One request: `{ method, path, headers, body }`, a body that is no string or Buffer goes as JSON.
 * Gives `{ status, headers, text }`. A side may have headers of its own. */
export function ask(side, { method = 'GET', path, headers = {}, body }) {
  const content = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  // The length is told: node sends the body of a DELETE without one, and a server then takes it for the next request.
  const named = content === undefined ? headers
    : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content), ...headers }
  return new Promise((resolve, reject) => {
    const { host, port, secure, agent, headers: own } = side
    const sent = https.request({ host, port, method, path, agent, headers: { ...own, ...named }, ...secure, servername: 'localhost', checkServerIdentity: () => undefined })
    sent.on('error', reject).on('response', answer => {
      const parts = []
      answer.on('data', part => parts.push(part)).on('error', reject)
        .on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() }))
    })
    sent.end(content)
  })
}

/** The same request to both; with what differs, as lines. `shape` may take out of the parsed answers what need not be the same. */
export async function both({ real, ours }, request, { shape = answer => answer, headers = ['warning', 'content-type', 'location', 'allow'] } = {}) {
  const [theirs, own] = await Promise.all([ask(real, request), ask(ours, request)])
  const read = ({ status, headers: sent, text }) => {
    const picked = Object.fromEntries(headers.filter(name => sent[name] !== undefined).map(name => [name, sent[name]]))
    let body = normalise(text)
    // A watch has a document in each line.
    const lines = body.split('\n')
    try { body = lines.length > 1 && lines.every(line => line.startsWith('{')) ? lines.map(line => shape(JSON.parse(line))) : shape(JSON.parse(body)) } catch { /* not JSON: compared as text */ }
    return { status, ...picked, body }
  }
  const left = read(theirs), right = read(own)
  return { real: theirs, ours: own, differences: differences(left, right) }
}

/** Lines `path: - real + ours`, for every value that only one has or that is not the same in both. */
export function differences(real, ours, path = '') {
  if (Object.is(real, ours)) return []
  if (isObject(real) && isObject(ours) && Array.isArray(real) === Array.isArray(ours)) {
    return [...new Set([...Object.keys(real), ...Object.keys(ours)])].flatMap(key => differences(real[key], ours[key], `${path}/${key}`))
  }
  return [`${path}: - ${JSON.stringify(real)} + ${JSON.stringify(ours)}`]
}

const isObject = value => typeof value === 'object' && value !== null
