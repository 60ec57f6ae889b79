// A small HTTP/1.1 client for measuring: each connection sends the same bytes again when the answer to the last is complete.
import net from 'node:net'
import { performance } from 'node:perf_hooks'
import tls from 'node:tls'

/** `secure`: { ca, cert, key } for TLS. */
function open({ host, port, secure }) {
  return new Promise((resolve, reject) => {
    const socket = secure ? tls.connect({ host, port, ...secure, servername: 'localhost', checkServerIdentity: () => undefined }) : net.connect({ host, port })
    socket.setNoDelay(true)
    socket.once('error', reject).once(secure ? 'secureConnect' : 'connect', () => resolve(socket))
  })
}

const end = Buffer.from('\r\n\r\n')

/** Calls `onAnswer(status)` for each complete answer on the socket: by content-length or by the last chunk. */
function readAnswers(socket, onAnswer) {
  let parts = [], size = 0, needed = Infinity, status = 0, chunked = false
  socket.on('data', data => {
    parts.push(data)
    size += data.length
    for (;;) {
      if (needed === Infinity && !chunked) {
        const head = parts.length === 1 ? parts[0] : Buffer.concat(parts)
        parts = [head]
        const at = head.indexOf(end)
        if (at < 0) return
        const text = head.toString('latin1', 0, at)
        status = Number(text.slice(9, 12))
        const length = /content-length: *(\d+)/i.exec(text)
        if (length) needed = at + 4 + Number(length[1])
        else chunked = true
      }
      if (chunked) {
        const last = parts.length > 1 && parts.at(-1).length < 7 ? Buffer.concat(parts.slice(-2)) : parts.at(-1)
        if (!last.subarray(-7).equals(Buffer.from('\r\n0\r\n\r\n'))) return
      } else if (size < needed) return
      parts = []
      size = 0
      needed = Infinity
      chunked = false
      onAnswer(status)
      return       // one request at a time: nothing of the next answer can be here
    }
  })
}

/** Requests a second that `connections` clients get answered; `requestOf(n)` gives the n-th request as bytes. */
export const load = async options => (await measure(options)).rate

/** As `load`, with the 99th percentile of the milliseconds to an answer. With `count` it ends after so many requests. */
export async function measure({ target, connections = 16, seconds = 3, count = Infinity, requestOf, expected = 200, onAnswer }) {
  const took = []
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(target)))
  let sent = 0, answered = 0, wrong = 0, stopped = false
  const before = process.hrtime.bigint()
  await new Promise((resolve, reject) => {
    let active = connections
    for (const socket of sockets) {
      let began = 0
      const next = () => { began = performance.now(); socket.write(requestOf(sent++)) }
      socket.on('error', reject)
      socket.on('close', () => { if (!stopped) reject(new Error('the server closed a connection')) })
      readAnswers(socket, status => {
        took.push(performance.now() - began)
        onAnswer?.()
        answered++
        if (status !== expected) wrong++
        if (stopped || sent >= count) { if (--active === 0) resolve() } else next()
      })
      next()
    }
    if (count === Infinity) setTimeout(() => { stopped = true }, seconds * 1000)
  })
  const passed = Number(process.hrtime.bigint() - before) / 1e9
  stopped = true
  for (const socket of sockets) socket.destroy()
  if (wrong) throw new Error(`${wrong} of ${answered} answers were not ${expected}`)
  return { answered, rate: answered / passed, p99: took.sort((a, b) => a - b)[Math.floor(took.length * 0.99)] }
}

/** The bytes of a request. */
export function request(method, path, { headers = {}, body } = {}) {
  const content = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const lines = [`${method} ${path} HTTP/1.1`, 'host: localhost', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
  if (content) lines.push(`content-length: ${Buffer.byteLength(content)}`)
  return Buffer.from(lines.join('\r\n') + '\r\n\r\n' + content)
}

/** Sends one request and resolves with { status, body }. */
export function call(target, bytes) {
  return open(target).then(socket => new Promise((resolve, reject) => {
    const parts = []
    socket.on('error', reject).on('data', part => parts.push(part))
    readAnswers(socket, status => {
      const text = Buffer.concat(parts).toString()
      const chunked = /transfer-encoding: *chunked/i.test(text.slice(0, text.indexOf('\r\n\r\n')))
      const body = text.slice(text.indexOf('\r\n\r\n') + 4)
      socket.destroy()
      resolve({ status, body: chunked ? body.replace(/(^|\r\n)[0-9a-f]+\r\n/g, '') : body })
    })
    socket.write(bytes)
  }))
}

/** Opens `count` watches and counts events, telling `onEvent` the how manieth on its watch each is; `reached(total)` resolves when so many have come over all of them. */
export async function watchers({ target, path, count, headers = {}, onEvent }) {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(target)))
  let events = 0
  let waiting
  const newline = 10, brace = 125
  for (const socket of sockets) {
    let seen = 0, last = 0
    socket.write(request('GET', path, { headers }))
    socket.on('data', data => {
      for (let at = data.indexOf(newline); at >= 0; at = data.indexOf(newline, at + 1)) {
        // A piece of the stream may begin with the end of a line.
        if ((at ? data[at - 1] : last) !== brace) continue
        events++
        onEvent?.(seen++)
      }
      last = data.at(-1)
      if (waiting && events >= waiting.total) waiting.resolve()
    })
  }
  return {
    reached: total => events >= total ? Promise.resolve() : new Promise(resolve => { waiting = { total, resolve } }),
    get events() { return events },
    close: () => sockets.forEach(socket => socket.destroy()),
  }
}
