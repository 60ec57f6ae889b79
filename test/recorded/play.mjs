#!/usr/bin/env node
// Plays recorded cases against a cluster and says where it answers differently from a real control plane.
//   play.mjs --kubeconfig FILE [--kubectl PATH] [--jobs 4] [--show 3] [--timeout 60] [--skip 'without metrics'] CASE.txt|FOLDER …
//   play.mjs --record …     writes what the cluster answers into the case files instead (done on a real control plane)
// The format of a case is in README.md beside this file. Last line: `N passed, N failed` (steps).
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import https from 'node:https'
import http from 'node:http'
import { fileURLToPath } from 'node:url'

const self = fileURLToPath(import.meta.url)

/** What differs from run to run, in a form that doesn't. */
export function normalise(text) {
  const id = 'bcdfghjklmnpqrstvwxz2456789'
  return text
    .replace(/\r\n/g, '\n')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)/g, '<time>')
    .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>')
    .replace(/(resourceVersion"?: ?"?)\d+/gi, '$1<rv>')
    .replace(/(resourceVersion=)\d+/gi, '$1<rv>')
    .replace(/(pod-template-hash["']?[:=] ?["']?)[a-z0-9]+/g, '$1<hash>')
    .replace(/(controller-revision-hash["']?[:=] ?["']?)([a-z0-9-]+-)?[a-z0-9]+/g, '$1$2<hash>')
    .replace(new RegExp(`-[${id}]{8,10}\\b(?![.])`, 'g'), '-<hash>')
    .replace(new RegExp(`-[${id}]{5}\\b(?![.])`, 'g'), '-<id>')
    .replace(/\b(\d{1,3}\.){3}\d{1,3}\b/g, ip => (ip === '0.0.0.0' || ip === '127.0.0.1' ? ip : '<ip>'))
    .replace(/(^|[\s(])(\d+y)?(\d+d)?(\d+h)?(\d{1,2}m|\d+m(?=\d+s))?(\d+s)?(?=$|[\s)])/gm, (whole, before, ...parts) =>
      parts.slice(0, 5).some(Boolean) ? before + '<age>' : whole)   // 250m is a quantity, 25m an age
    .replace(/<invalid>/g, '<age>')
    .replace(/\bkubectl\/v1\.36\.\d+/g, 'kubectl/v1.36.2')   // the client's own patch version

    .split('\n').map(line => line.replace(/(\S)[ \t]{2,}/g, '$1  ').replace(/\s+$/, '')).join('\n')
    .replace(/\n+$/, '')
}

// ------------------------------------------------------------------ the case
export function parse(text) {
  const lines = text.split('\n'), items = []
  let at = 0, directives = []
  while (at < lines.length) {
    const line = lines[at]
    if (line.startsWith('== file ')) {
      const body = []
      for (at++; at < lines.length && !/^(== |\$ |@)/.test(lines[at]); at++) body.push(lines[at])
      items.push({ kind: 'file', name: line.slice(8).trim(), body: body.join('\n').replace(/\n*$/, '\n') })
    } else if (line.startsWith('@')) { directives.push(line); at++ }
    else if (line.startsWith('$ ')) {
      const step = { kind: 'step', directives, commands: [line.slice(2)], out: [], err: [], code: 0 }
      directives = []
      for (at++; at < lines.length && lines[at].startsWith('> '); at++) step.commands.push(lines[at].slice(2))
      for (; at < lines.length && !/^(== |\$ |@|#)/.test(lines[at]); at++) {
        const l = lines[at]
        if (l.startsWith('? ')) step.code = Number(l.slice(2))
        else if (l.startsWith('! ') || l === '!') step.err.push(l.slice(2))
        else if (l.startsWith('| ') || l === '|') step.out.push(l.slice(2))
        else if (l.trim()) throw new Error(`line ${at + 1}: neither step, file, directive, comment nor output: ${l}`)
      }
      items.push(step)
    } else { items.push({ kind: 'text', line }); at++ }
  }
  return items
}

function print(items) {
  const lines = []
  for (const item of items) {
    if (item.kind === 'text') { lines.push(item.line); continue }
    if (item.kind === 'file') { lines.push(`== file ${item.name}`, item.body.replace(/\n$/, ''), ''); continue }
    lines.push(...item.directives, ...item.commands.map((c, i) => (i ? '> ' : '$ ') + c))
    lines.push(...item.out.map(l => ('| ' + l).trimEnd()), ...item.err.map(l => ('! ' + l).trimEnd()))
    if (item.code) lines.push(`? ${item.code}`)
    lines.push('')
  }
  return lines.join('\n').replace(/\n{3,}/g, '\n\n').replace(/\n*$/, '\n')
}

// ----------------------------------------------------------------- running it
const running = new Set()
function shell(command, { cwd, env, limit }) {
  return new Promise(resolve => {
    const child = spawn('bash', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    running.add(child)
    let out = '', err = '', late = false
    child.stdout.setEncoding('utf8').on('data', d => { if (out.length < 4e6) out += d })
    child.stderr.setEncoding('utf8').on('data', d => { if (err.length < 4e6) err += d })
    const timer = setTimeout(() => { late = true; try { process.kill(-child.pid, 'SIGKILL') } catch {} }, limit * 1000)
    // something left in the background may hold the pipes open: stop reading when they have been silent for a while
    let quiet
    const hush = () => { clearTimeout(quiet); quiet = setTimeout(() => { child.stdout.destroy(); child.stderr.destroy() }, 500) }
    child.on('exit', () => { hush(); child.stdout.on('data', hush); child.stderr.on('data', hush) })
    child.on('close', code => {
      clearTimeout(timer); clearTimeout(quiet); running.delete(child)
      resolve({ out, err: late ? err + `\n(no end within ${limit} s)` : err, code: code ?? 124 })
    })
  })
}

const shape = (text, directives) => {
  let lines = normalise(text).split('\n')
  if (lines.length === 1 && lines[0] === '') lines = []
  for (const d of directives) {
    const [name, value] = [d.split(' ')[0], d.slice(d.indexOf(' ') + 1)]
    if (name === '@sort') lines.sort()
    if (name === '@unique') lines = [...new Set(lines)]
    if (name === '@only') lines = lines.filter(l => new RegExp(value).test(l))
    if (name === '@without') lines = lines.filter(l => !new RegExp(value).test(l))
    if (name === '@last') lines = lines.slice(-Number(value))
    if (name === '@first') lines = lines.slice(0, Number(value))
    if (name === '@mask') lines = lines.map(l => l.replace(new RegExp(value, 'g'), '<any>'))
    if (name === '@any') lines = []
  }
  return lines
}

/**
 * Plays one case and resolves with its steps: `{ same, item, got }`. `limitOf(name, index)` may shorten the time a step gets;
 * `stopAtFirst` ends the case with the first step that differs.
 */
export async function play(file, options) {
  const items = parse(fs.readFileSync(file, 'utf8'))
  const name = path.basename(file, '.txt')
  const home = fs.mkdtempSync(path.join(os.tmpdir(), `play-${name}-`))
  const kubeconfig = path.join(home, 'kubeconfig')
  fs.writeFileSync(path.join(home, 'http'), `#!/bin/sh\nexec "${process.execPath}" "${self}" http "$@"\n`, { mode: 0o755 })
  fs.symlinkSync(options.kubectl, path.join(home, 'kubectl'))
  fs.copyFileSync(options.kubeconfig, kubeconfig)
  fs.writeFileSync(kubeconfig + '.json', options.connection)
  const work = path.join(home, 'work'); fs.mkdirSync(work)
  const env = { PATH: `${home}:${process.env.PATH}`, HOME: home, KUBECONFIG: kubeconfig, NS: name, LANG: 'C.UTF-8', TERM: 'dumb', KUBE_EDITOR: 'true' }
  const run = (command, limit = options.timeout) => shell(command, { cwd: work, env, limit })
  const bare = items.some(i => i.kind === 'text' && i.line.startsWith('# no namespace'))
  if (!bare) {
    await run(`kubectl delete namespace ${name} --ignore-not-found --timeout=60s`, 70)   // of an earlier run
    await run(`kubectl create namespace ${name} && kubectl config set-context --current --namespace=${name}`)
    await run(`for i in $(seq 50); do kubectl get serviceaccount/default configmap/kube-root-ca.crt && break; sleep 0.2; done`)
  }
  const results = []
  for (const item of items) {
    if (item.kind === 'file') {
      const to = path.join(work, item.name); fs.mkdirSync(path.dirname(to), { recursive: true }); fs.writeFileSync(to, item.body)
    }
    if (item.kind !== 'step') continue
    const retry = item.directives.find(d => d.startsWith('@retry '))?.slice(7)
    const limit = options.limitOf?.(path.basename(file, '.txt'), results.length) ?? options.timeout
    let got
    for (const end = Date.now() + limit * 1000; ;) {
      got = await run(item.commands.join('\n'), limit)
      if (!retry || new RegExp(retry, 'm').test(got.out + got.err) || Date.now() > end) break
      await new Promise(r => setTimeout(r, 200))
    }
    const strip = t => t.split(home).join('<home>').split(options.server).join('<server>')
    const out = shape(strip(got.out), item.directives), err = shape(strip(got.err), item.directives)
    if (options.record) { item.out = out; item.err = err; item.code = got.code }
    else {
      const same = out.join('\n') === item.out.join('\n') && err.join('\n') === item.err.join('\n') && got.code === item.code
      results.push({ same, item, got: { out, err, code: got.code } })
      if (!same && options.stopAtFirst) break
    }
  }
  if (!bare) await run(`kubectl delete namespace ${name} --wait=false`)
  fs.rmSync(home, { recursive: true, force: true })
  if (options.record) fs.writeFileSync(file, print(items))
  return results
}

/** What was recorded (-) and what came (+), line by line. */
export function difference({ item, got }) {
  const want = [...item.out.map(l => '| ' + l), ...item.err.map(l => '! ' + l), ...(item.code ? [`? ${item.code}`] : [])]
  const have = [...got.out.map(l => '| ' + l), ...got.err.map(l => '! ' + l), ...(got.code ? [`? ${got.code}`] : [])]
  // longest common subsequence, small inputs only
  if (want.length * have.length > 4e6) return ['  (too long to compare line by line)']
  const n = want.length, m = have.length, t = Array.from({ length: n + 1 }, () => new Int32Array(m + 1))
  for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) t[i][j] = want[i] === have[j] ? t[i + 1][j + 1] + 1 : Math.max(t[i + 1][j], t[i][j + 1])
  const lines = []
  for (let i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && want[i] === have[j]) { i++; j++ }
    else if (j >= m || (i < n && t[i + 1][j] >= t[i][j + 1])) lines.push('    - ' + want[i++])
    else lines.push('    + ' + have[j++])
  }
  return lines
}

// ------------------------------------------- `http METHOD PATH [-H h] [-d body|@file] [-u token] [--lines n] [--raw]`
async function request(args) {
  const config = JSON.parse(fs.readFileSync(process.env.KUBECONFIG + '.json', 'utf8'))
  const [method, target, ...rest] = args
  const headers = { accept: 'application/json' }
  let body, token, raw = false, anonymous = false, only, seconds = 20
  while (rest.length) {
    const flag = rest.shift()
    if (flag === '-H') { const h = rest.shift(); headers[h.slice(0, h.indexOf(':')).trim().toLowerCase()] = h.slice(h.indexOf(':') + 1).trim() }
    else if (flag === '-d') { body = rest.shift(); if (body.startsWith('@')) body = fs.readFileSync(body.slice(1)) }
    else if (flag === '-u') token = rest.shift()
    else if (flag === '--anonymous') anonymous = true
    else if (flag === '--raw') raw = true
    else if (flag === '--only') only = rest.shift().split(',')       // keys to print, as a.b.c
    else if (flag === '--seconds') seconds = Number(rest.shift())    // then hang up (watches)
  }
  if (body !== undefined) { headers['content-type'] ??= 'application/json'; headers['content-length'] = Buffer.byteLength(body) }
  if (token) headers.authorization = `Bearer ${token}`
  const url = new URL(config.server), secure = url.protocol === 'https:'
  const answer = await new Promise((resolve, reject) => {
    const call = (secure ? https : http).request({
      host: url.hostname, port: url.port, method, path: url.pathname.replace(/\/$/, '') + target, headers, rejectUnauthorized: false,
      ...(token || anonymous ? {} : { cert: config.cert, key: config.key }),
    }, response => {
      const parts = []
      const done = () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) })
      response.on('data', d => parts.push(d)).on('end', done).on('aborted', done)
      setTimeout(() => { done(); call.destroy() }, seconds * 1000).unref()
    })
    if (!token && !anonymous && config.token) call.setHeader('authorization', `Bearer ${config.token}`)
    call.on('error', reject).end(body)
  })
  console.log(`${answer.status}`)
  for (const h of ['content-type', 'warning', 'retry-after', 'location', 'allow', 'etag', 'content-encoding'])
    if (answer.headers[h] && !(h === 'content-type' && answer.headers[h] === 'application/json')) console.log(`${h}: ${answer.headers[h]}`)
  const text = answer.body.toString('utf8')
  const show = value => {
    if (only) value = Object.fromEntries(only.map(k => [k, k.split('.').reduce((v, p) => v?.[p], value)]))
    console.log(raw ? JSON.stringify(value) : JSON.stringify(sorted(value), null, 1))
  }
  const docs = text.trim() === '' ? [] : text.trim().split('\n')
  try { show(JSON.parse(text)) } catch {
    for (const d of docs) { try { show(JSON.parse(d)) } catch { console.log(d) } }
  }
}
const sorted = v => Array.isArray(v) ? v.map(sorted)
  : v && typeof v === 'object' ? Object.fromEntries(Object.keys(v).sort().map(k => [k, sorted(v[k])])) : v

// -------------------------------------------------------------------- the rest
/** Whether a case carries a mark, as `# alone`. */
export const marked = (file, mark) => new RegExp(`^# ${mark}`, 'm').test(fs.readFileSync(file, 'utf8'))

/** What `play` needs to know about the cluster; `disconnect()` removes the copy of the kubeconfig that cases change. */
export async function connect({ kubeconfig, kubectl }) {
  if (!kubectl.includes('/')) kubectl = (await shell(`command -v ${kubectl}`, { env: process.env, limit: 5 })).out.trim()
  kubectl = path.resolve(kubectl)
  const view = await shell(`"${kubectl}" --kubeconfig "${kubeconfig}" config view --raw --flatten --minify -o json`, { env: process.env, limit: 20 })
  const v = JSON.parse(view.out), user = v.users[0].user
  v.users[0].name = v.contexts[0].context.user = 'admin'      // as on the recorded cluster; some messages name it
  const b64 = s => s && Buffer.from(s, 'base64').toString()
  const server = v.clusters[0].cluster.server
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'play-'))
  const flat = path.join(folder, 'kubeconfig')
  fs.writeFileSync(flat, JSON.stringify(v))
  const connection = JSON.stringify({ server, cert: b64(user['client-certificate-data']), key: b64(user['client-key-data']), token: user.token })
  return { kubectl, kubeconfig: flat, server, connection, disconnect: () => fs.rmSync(folder, { recursive: true, force: true }) }
}

/** The case files of a folder, or the file itself. */
export const casesIn = place => fs.statSync(place).isDirectory()
  ? fs.readdirSync(place, { recursive: true }).filter(f => f.endsWith('.txt')).sort().map(f => path.join(place, f)) : [place]

async function main(argv) {
  const options = { kubectl: 'kubectl', jobs: 4, show: 3, timeout: 60, record: false }, files = []
  for (let i = 0; i < argv.length; i++) {
    const a = argv[i]
    if (a === '--record') options.record = true
    else if (a === '--list') options.list = true
    else if (a.startsWith('--')) options[a.slice(2)] = /^\d+$/.test(argv[++i]) ? Number(argv[i]) : argv[i]
    else files.push(...casesIn(a))
  }
  if (!options.kubeconfig || !files.length) { console.error('give --kubeconfig FILE and cases'); process.exit(2) }
  const connected = await connect(options)
  Object.assign(options, connected)
  const bail = () => { for (const c of running) try { process.kill(-c.pid, 'SIGKILL') } catch {} ; process.exit(130) }
  process.on('SIGINT', bail); process.on('SIGTERM', bail)

  let passed = 0, failed = 0
  const wanted = files.filter(f => !options.skip || !marked(f, options.skip))
  const one = async file => {
    let results
    try { results = await play(file, options) } catch (error) { console.log(`${file}: ${error.message}`); failed++; return }
    if (options.record) { console.log(`recorded ${file}`); return }
    const bad = results.filter(r => !r.same)
    passed += results.length - bad.length; failed += bad.length
    console.log(`${bad.length ? 'no ' : 'ok '} ${results.length - bad.length}/${results.length}  ${file}`)
    for (const r of bad.slice(0, options.show)) console.log(['  $ ' + r.item.commands.join('\n  > '), ...difference(r).slice(0, 40)].join('\n'))
    if (options.show && bad.length > options.show) console.log(`  … and ${bad.length - options.show} more steps`)
  }
  const together = wanted.filter(f => !marked(f, 'alone'))
  await Promise.all(Array.from({ length: options.jobs }, async () => { while (together.length) await one(together.shift()) }))
  for (const file of wanted.filter(f => marked(f, 'alone'))) await one(file)
  connected.disconnect()
  if (!options.record) console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed ? 1 : 0)
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === self) {
  if (process.argv[2] === 'http') await request(process.argv.slice(3)); else await main(process.argv.slice(2))
}
