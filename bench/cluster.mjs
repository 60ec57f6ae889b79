// A cluster in a process of its own, with a home of its own.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))

export async function startBenchCluster({ nodes = 3, speed = 'instant' } = {}) {
  const home = mkdtempSync(path.join(tmpdir(), 'mimikube-bench-'))
  const kubeconfig = path.join(home, 'config')
  const began = performance.now()
  const child = spawn(process.execPath, [
    cli, 'start', '--foreground', '--port', '0', '--nodes', String(nodes), '--speed', speed, '--kubeconfig', kubeconfig,
  ], { env: { ...process.env, HOME: home, XDG_STATE_HOME: path.join(home, 'state') }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => child.once('exit', resolve))
  await new Promise((resolve, reject) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', text => { output += text; if (output.includes(' ✓ Context')) resolve() })
    void ended.then(() => reject(new Error(`the cluster ended: ${output}`)))
  })
  const readyMs = performance.now() - began
  const config = parse(readFileSync(kubeconfig, 'utf8'))
  const { port } = new URL(config.clusters[0].cluster.server)
  const decode = data => Buffer.from(data, 'base64')
  const { cluster } = config.clusters[0], { user } = config.users[0]
  return {
    home, kubeconfig, began, readyMs, pid: child.pid,
    target: { host: '127.0.0.1', port: Number(port), secure: {
      ca: decode(cluster['certificate-authority-data']), cert: decode(user['client-certificate-data']), key: decode(user['client-key-data']) } },
    /** Resident memory in MB, now. */
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) / 1024,
    stop: async () => { child.kill('SIGTERM'); await ended; rmSync(home, { recursive: true, force: true }) },
  }
}
