// A cluster in a process of its own, with a home of its own.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))

export async function startBenchCluster({ nodes = 3, speed = 'instant', flags = [], nodeFlags = [] } = {}) {
  const home = mkdtempSync(path.join(tmpdir(), 'mimikube-bench-'))
  const kubeconfig = path.join(home, 'config')
  const began = performance.now()
  const child = spawn(process.execPath, [
    ...nodeFlags, cli, 'start', '--foreground', '--port', '0', '--nodes', String(nodes), '--speed', speed, '--kubeconfig', kubeconfig, ...flags,
  ], { env: { ...process.env, HOME: home, XDG_STATE_HOME: path.join(home, 'state') }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => child.once('exit', resolve))
  await new Promise((resolve, reject) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', text => { output += text; if (output.includes(' ✓ Context')) resolve() })
    void ended.then(() => reject(new Error(`the cluster ended: ${output}`)))
  })
  const readyMs = performance.now() - began
  return {
    home, kubeconfig, began, readyMs, pid: child.pid,
    target: targetOf(kubeconfig),
    /** Resident memory in MB, now. */
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) / 1024,
    /** Seconds of CPU it has used, undefined where there is no /proc; unlike rates hardly changed by what else the machine does. */
    cpu() {
      if (!existsSync('/proc/self/stat')) return undefined
      const [user, system] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
      return (Number(user) + Number(system)) / 100
    },
    stop: async () => { child.kill('SIGTERM'); await ended; rmSync(home, { recursive: true, force: true }) },
  }
}

/** Where the first cluster of a kubeconfig is and how its first user proves who he is, by data or by files. */
export function targetOf(kubeconfig) {
  const { clusters: [{ cluster }], users: [{ user }] } = parse(readFileSync(kubeconfig, 'utf8'))
  const { hostname, port } = new URL(cluster.server)
  const read = (of, name) =>
    of[`${name}-data`] ? Buffer.from(of[`${name}-data`], 'base64') : of[name] ? readFileSync(path.resolve(path.dirname(kubeconfig), of[name])) : undefined
  const ca = read(cluster, 'certificate-authority')
  return { host: hostname, port: Number(port), secure: {
    ...ca ? { ca } : { rejectUnauthorized: false }, cert: read(user, 'client-certificate'), key: read(user, 'client-key') } }
}
