import { httpRequest } from '../network/http-client.ts'
import { NetworkError, type Process } from '../program.ts'
import type { Command } from './commands.ts'

/** wget, curl, nc and nslookup, over the cluster's own network: there is no way out of it. */

interface Fetched { status: number; body: Buffer; headers: NodeJS.Dict<string | string[]> }

async function fetchUrl(process: Process, address: string, options: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Fetched> {
  const url = new URL(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`)
  if (url.protocol !== 'http:') throw new NetworkError('EPROTO', `${url.protocol.slice(0, -1)} is not simulated inside pods: use http`)
  const host = `${url.hostname}:${url.port || 80}`
  const connection = await process.network.dial(host)
  return httpRequest(connection, { host: url.host, path: url.pathname + url.search, signal: process.signal, ...options })
}

/** Options with a value and without, and the rest; undefined for an option that is not known. */
function readOptions(args: readonly string[], withValue: string, known: RegExp): { values: Map<string, string[]>; flags: string; rest: string[] } | string {
  const values = new Map<string, string[]>(), rest: string[] = []
  let flags = ''
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (!arg.startsWith('-') || arg === '-') { rest.push(arg); continue }
    if (arg.startsWith('--')) {
      const [name, inline] = arg.slice(2).split('=', 2)
      if (!known.test(name)) return arg
      if (inline !== undefined) values.set(name, [...(values.get(name) ?? []), inline])
      else if (/^(header|data|request|max-time|connect-timeout|output|write-out|timeout|tries|post-data|output-document)$/.test(name)) {
        values.set(name, [...(values.get(name) ?? []), args[++i] ?? ''])
      } else flags += ` ${name}`
      continue
    }
    for (let j = 1; j < arg.length; j++) {
      if (!withValue.includes(arg[j])) { flags += arg[j]; continue }
      values.set(arg[j], [...(values.get(arg[j]) ?? []), arg.slice(j + 1) || (args[++i] ?? '')])
      break
    }
  }
  return { values, flags, rest }
}

const headersOf = (lines: readonly string[]) => Object.fromEntries(lines.map(line => {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
}))

const wget: Command = async (process, args) => {
  const options = readOptions(args, 'OTUtP', /^(header|post-data|timeout|tries|spider|quiet|output-document|no-check-certificate|no-verbose)$/)
  if (typeof options === 'string') return refuse(process, 'wget', options)
  const { values, flags, rest } = options
  const value = (...names: string[]) => names.flatMap(name => values.get(name) ?? [])[0]
  const quiet = flags.includes('q') || flags.includes('quiet'), [address] = rest
  if (!address) return usage(process, 'wget: missing URL')
  try {
    const body = value('post-data')
    const answer = await fetchUrl(process, address, { headers: headersOf(values.get('header') ?? []), ...(body === undefined ? {} : { method: 'POST', body }) })
    if (answer.status >= 400) {
      process.stderr(`wget: server returned error: HTTP/1.1 ${answer.status}\n`)
      return 1
    }
    if (flags.includes('spider')) return 0
    const output = value('O', 'output-document') ?? 'index.html'
    if (output === '-') process.stdout(answer.body)
    else if (output !== '/dev/null') process.files.write(output.startsWith('/') ? output : `${process.container.workingDir}/${output}`, answer.body)
    if (!quiet && output !== '-') process.stderr(`saving to '${output}'\n'${output}' saved\n`)
    return 0
  } catch (error) {
    process.stderr(`wget: ${reasonOf(error, address)}\n`)
    return 1
  }
}

const curl: Command = async (process, args) => {
  const options = readOptions(args, 'XHdomwAu', /^(header|data|request|max-time|connect-timeout|output|write-out|silent|show-error|fail|head|include|no-keepalive|location|insecure|verbose)$/)
  if (typeof options === 'string') return refuse(process, 'curl', options)
  const { values, flags, rest } = options
  const value = (...names: string[]) => names.flatMap(name => values.get(name) ?? [])[0]
  const has = (short: string, long: string) => new RegExp(`${short}|${long}`).test(flags)
  const [address] = rest
  if (!address) return usage(process, "curl: try 'curl --help' for more information", 2)
  try {
    const body = value('d', 'data'), head = has('I', 'head')
    const answer = await fetchUrl(process, address, {
      method: value('X', 'request') ?? (head ? 'HEAD' : body === undefined ? 'GET' : 'POST'), ...(body === undefined ? {} : { body }),
      headers: { 'User-Agent': 'curl/8.14.1', Accept: '*/*', ...(body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
        ...headersOf([...(values.get('H') ?? []), ...(values.get('header') ?? [])]) },
    })
    if (has('f', 'fail') && answer.status >= 400) {
      process.stderr(`curl: (22) The requested URL returned error: ${answer.status}\n`)
      return 22
    }
    if (head || /i/.test(flags.replace(/ \S+/g, ''))) {
      process.stdout(`HTTP/1.1 ${answer.status}\r\n${Object.entries(answer.headers).map(([name, text]) => `${name}: ${String(text)}\r\n`).join('')}\r\n`)
    }
    const output = value('o', 'output')
    if (output === undefined) process.stdout(answer.body)
    else if (output !== '/dev/null') process.files.write(output.startsWith('/') ? output : `${process.container.workingDir}/${output}`, answer.body)
    const format = value('w', 'write-out')
    if (format !== undefined) process.stdout(format.replaceAll('%{http_code}', String(answer.status)).replaceAll('\\n', '\n'))
    return 0
  } catch (error) {
    const code = error instanceof NetworkError && error.code === 'ENOTFOUND' ? 6 : 7
    process.stderr(`curl: (${code}) ${code === 6 ? 'Could not resolve host' : 'Failed to connect'}: ${reasonOf(error, address)}\n`)
    return code
  }
}

/** `nc -z HOST PORT` and `nc HOST PORT` with standard input; listening is not simulated. */
const nc: Command = async (process, args) => {
  const options = readOptions(args, 'wipe', /^$/)
  if (typeof options === 'string' || options.flags.includes('l')) return refuse(process, 'nc', typeof options === 'string' ? options : '-l')
  const [host, port] = options.rest
  try {
    const connection = await process.network.dial(`${host}:${port}`)
    if (options.flags.includes('z')) {
      if (options.flags.includes('v')) process.stderr(`${host} (${host}:${port}) open\n`)
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
  if (error instanceof NetworkError && error.code === 'ENOTFOUND') return `bad address '${address.replace(/^[a-z]+:\/\//, '').split('/')[0]}'`
  if (error instanceof NetworkError && error.code === 'ECONNREFUSED') return `can't connect to remote host: Connection refused`
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
