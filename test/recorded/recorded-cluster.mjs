// A cluster like the one that the cases were recorded on, in a process of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** The pace of the recorded cluster, whose pods were ready after 0.7 s and gone after 0.6 s: cases look at what is on its way. */
const lifelike = '1'

/** Resolves with `{ kubeconfig, stop() }` when the nodes are Ready. */
export async function startRecordedCluster({ speed = lifelike } = {}) {
  const home = mkdtempSync(path.join(tmpdir(), 'recorded-'))
  const kubeconfig = path.join(home, 'kubeconfig')
  const tokens = path.join(home, 'tokens')
  writeFileSync(tokens, 'admin-token,admin,admin,"system:masters"\ndev-token,dev,dev,"developers"\n', { mode: 0o600 })
  // Linux answers on all of 127.0.0.0/8; an address other than 127.0.0.1 is masked like the recorded cluster's.
  const address = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1'
  const child = spawn(process.execPath, [
    cli, 'start', '--foreground', '--port', '0', '--speed', speed, '--seed', '1', '--node-address', address, '--kubeconfig', kubeconfig,
    '--token-file', tokens, '--simulation-warnings', 'false', '--metrics', 'none', '--anonymous-auth',
  ], { env: { ...process.env, HOME: home, XDG_STATE_HOME: path.join(home, 'state') }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const ended = new Promise(resolve => child.once('exit', resolve))
  await new Promise((resolve, reject) => {
    const read = text => { output += text; if (/^ ✓ Context/m.test(output)) resolve() }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', text => { output = (output + text).slice(-20_000) })
    ended.then(() => reject(new Error(`the cluster ended:\n${output}`)))
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(home, { recursive: true, force: true })
  }
  return { kubeconfig, stop, output: () => output }
}
