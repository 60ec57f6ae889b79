import { httpRequest, type HttpAnswer } from '../network/http-client.ts'
import { NetworkError, type Process } from '../program.ts'
import type { Command } from './command.ts'
import { readOptions, type OptionTable } from './options.ts'

/** wget, curl, nc and nslookup, over the cluster's own network: there is no way out of it. */

interface Fetch { method?: string; headers?: Record<string, string>; body?: string }

async function fetchUrl(process: Process, address: string, options: Fetch): Promise<HttpAnswer> {
  const url = new URL(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`)
  if (url.protocol !== 'http:') {
    throw new NetworkError('EPROTO', `${url.protocol.slice(0, -1)} is not simulated inside pods: use http`)
  }
  const connection = await process.network.dial(`${url.hostname}:${url.port || 80}`)
  return httpRequest(connection, { host: url.host, path: url.pathname + url.search, signal: process.signal, ...options })
}

const headersOf = (lines: readonly string[]) => Object.fromEntries(lines.map(line => {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
}))

/** Puts an answer where an option says: a file, nowhere, or standard output. */
function save(process: Process, output: string, body: Uint8Array): void {
  if (output === '-') process.stdout(body)
  else if (output.startsWith('/')) { if (output !== '/dev/null') process.files.write(output, body) }
  else process.files.write(`${process.container.workingDir}/${output}`, body)
}

const wgetOptions: OptionTable = {
  withValue: {
    O: 'output', 'output-document': 'output', header: 'header', 'post-data': 'body',
    T: 'timeout', timeout: 'timeout', t: 'tries', tries: 'tries', U: 'agent', 'user-agent': 'agent',
  },
  flags: {
    q: 'quiet', quiet: 'quiet', 'no-verbose': 'quiet', S: 'show', c: 'continue', spider: 'spider',
    'no-check-certificate': 'insecure',
  },
}

const wget: Command = async (process, args) => {
  const options = readOptions(args, wgetOptions)
  if (typeof options === 'string') return refuse(process, 'wget', options)
  const [address] = options.rest, body = options.value('body')
  if (!address) return usage(process, 'wget: missing URL')
  try {
    const answer = await fetchUrl(process, address, {
      headers: { 'User-Agent': options.value('agent') ?? 'Wget', ...headersOf(options.all('header')) },
      ...(body === undefined ? {} : { method: 'POST', body }),
    })
    if (answer.status >= 400) {
      process.stderr(`wget: server returned error: HTTP/1.1 ${answer.status}\n`)
      return 1
    }
    if (options.flags.has('spider')) return 0
    const output = options.value('output') ?? 'index.html'
    save(process, output, answer.body)
    if (!options.flags.has('quiet') && output !== '-') process.stderr(`saving to '${output}'\n'${output}' saved\n`)
    return 0
  } catch (error) {
    process.stderr(`wget: ${reasonOf(error, address)}\n`)
    return 1
  }
}

const curlOptions: OptionTable = {
  withValue: {
    X: 'method', request: 'method', H: 'header', header: 'header', d: 'body', data: 'body', o: 'output', output: 'output',
    w: 'format', 'write-out': 'format', A: 'agent', 'user-agent': 'agent',
    m: 'timeout', 'max-time': 'timeout', 'connect-timeout': 'timeout',
  },
  flags: {
    s: 'silent', silent: 'silent', S: 'show-error', 'show-error': 'show-error', f: 'fail', fail: 'fail', I: 'head', head: 'head',
    i: 'include', include: 'include', L: 'location', location: 'location', k: 'insecure', insecure: 'insecure',
    v: 'verbose', verbose: 'verbose', g: 'globoff', 'no-keepalive': 'no-keepalive',
  },
}

const curl: Command = async (process, args) => {
  const options = readOptions(args, curlOptions)
  if (typeof options === 'string') return refuse(process, 'curl', options)
  const [address] = options.rest, { flags } = options, body = options.value('body')
  if (!address) return usage(process, "curl: try 'curl --help' for more information", 2)
  try {
    const answer = await fetchUrl(process, address, {
      method: options.value('method') ?? (flags.has('head') ? 'HEAD' : body === undefined ? 'GET' : 'POST'),
      headers: {
        'User-Agent': options.value('agent') ?? 'curl/8.14.1', Accept: '*/*',
        ...(body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
        ...headersOf(options.all('header')),
      },
      ...(body === undefined ? {} : { body }),
    })
    if (flags.has('fail') && answer.status >= 400) {
      process.stderr(`curl: (22) The requested URL returned error: ${answer.status}\n`)
      return 22
    }
    if (flags.has('head') || flags.has('include')) {
      const lines = Object.entries(answer.headers).map(([name, text]) => `${name}: ${String(text)}\r\n`)
      process.stdout(`HTTP/1.1 ${answer.status}\r\n${lines.join('')}\r\n`)
    }
    save(process, options.value('output') ?? '-', answer.body)
    const format = options.value('format')
    if (format !== undefined) process.stdout(format.replaceAll('%{http_code}', String(answer.status)).replaceAll('\\n', '\n'))
    return 0
  } catch (error) {
    const unknown = error instanceof NetworkError && error.code === 'ENOTFOUND'
    process.stderr(`curl: ${unknown ? '(6) Could not resolve host' : '(7) Failed to connect'}: ${reasonOf(error, address)}\n`)
    return unknown ? 6 : 7
  }
}

const ncOptions: OptionTable = { withValue: { w: 'timeout' }, flags: { z: 'scan', v: 'verbose', n: 'numeric' } }

/** `nc -z HOST PORT` and `nc HOST PORT` with standard input; listening is not simulated. */
const nc: Command = async (process, args) => {
  const options = readOptions(args, ncOptions)
  if (typeof options === 'string') return refuse(process, 'nc', options)
  const [host, port] = options.rest
  try {
    const connection = await process.network.dial(`${host}:${port}`)
    if (options.flags.has('scan')) {
      if (options.flags.has('verbose')) process.stderr(`${host} (${host}:${port}) open\n`)
      connection.destroy()
      return 0
    }
    for await (const part of process.stdin) connection.write(part)
    connection.end()
    for await (const part of connection) process.stdout(part as Uint8Array)
    return 0
  } catch (error) {
    process.stderr(`nc: ${reasonOf(error, `${host}:${port}`)}\n`)
    return 1
  }
}

const nslookup: Command = async (process, args) => {
  const name = args.find(arg => !arg.startsWith('-'))
  if (!name) return usage(process, 'Usage: nslookup HOST')
  process.stdout('Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n')
  const address = process.network.lookUp(name)
  if (!address) {
    process.stdout(`** server can't find ${name}: NXDOMAIN\n\n`)
    return 1
  }
  process.stdout(`Name:\t${name}\nAddress: ${address}\n\n`)
  return 0
}

function reasonOf(error: unknown, address: string): string {
  if (error instanceof NetworkError && error.code === 'ENOTFOUND') {
    return `bad address '${address.replace(/^[a-z]+:\/\//, '').split('/')[0]}'`
  }
  if (error instanceof NetworkError && error.code === 'ECONNREFUSED') return "can't connect to remote host: Connection refused"
  return error instanceof Error ? error.message : String(error)
}

function refuse(process: Process, name: string, option: string): number {
  process.stderr(`${name}: option ${option} is not simulated\n`)
  return 2
}

function usage(process: Process, text: string, code = 1): number {
  process.stderr(`${text}\n`)
  return code
}

export const networkCommands: readonly [string, Command][] = [['wget', wget], ['curl', curl], ['nc', nc], ['nslookup', nslookup]]
