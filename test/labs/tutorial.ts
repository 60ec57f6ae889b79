import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { inBackground } from '../support/background.ts'
import { fetchOnce, type ServiceAnswer } from '../support/http.ts'
import type { Kubectl } from '../support/kubectl.ts'
import { run } from '../support/run.ts'

/** The folder in which the tutorial is followed. */
export const lab = fileURLToPath(new URL('../../fixtures/labs/rolling-update/', import.meta.url))

export interface Place {
  kubectl: Kubectl
  /** Program that `kubectl` runs, for what stays in the background. */
  program: string
  /** Put before each command, as `--context mimikube`. */
  flags?: string[]
  address: string
}

/** One walk through the tutorial; each function is a section of it and asserts what the tutorial shows. */
export function tutorial({ kubectl, program, flags = [], address }: Place) {
  const url = `http://${address}:30000/`
  const type = async (...args: string[]) => {
    const { code, stdout, stderr } = await kubectl.attempt([...flags, ...args], { cwd: lab, env: kubectl.env })
    expect({ command: args.join(' '), code, stderr: code ? stderr : '' }).toEqual({ command: args.join(' '), code: 0, stderr: '' })
    return { stdout, stderr }
  }
  const inApp = (...args: string[]) => type('-n', 'app-dev', ...args)
  const watching = (...args: string[]) => inBackground(program, [...flags, '-n', 'app-dev', ...args], { env: kubectl.env })
  const table = (text: string) => text.trimEnd().split('\n').map(line => line.trimEnd().split(/ {2,}/))

  /** `curl --no-keepalive`, as often as said: the answers. */
  const ask = async (times: number): Promise<ServiceAnswer[]> => {
    const answers: ServiceAnswer[] = []
    for (let n = 0; n < times; n++) {
      const { stdout } = await run('curl', ['--no-keepalive', '-s', url])
      answers.push(JSON.parse(stdout))
    }
    return answers
  }

  return {
    url,
    ask,
    watching,

    async seesTheNodes() {
      const [head, ...nodes] = table((await type('get', 'nodes', '-o', 'wide')).stdout)
      expect(head).toEqual(['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION', 'INTERNAL-IP', 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME'])
      expect(nodes.map(([name, status, roles, , version]) => [name, status, roles, version])).toEqual([
        ['mimikube', 'Ready', 'control-plane', 'v1.36.2'],
        ['mimikube-m02', 'Ready', '<none>', 'v1.36.2'],
        ['mimikube-m03', 'Ready', '<none>', 'v1.36.2'],
      ])
      for (const node of nodes) expect(node[7]).toMatch(/simulated/i)
    },

    async deploysVersion1() {
      expect((await type('create', 'namespace', 'app-dev')).stdout).toBe('namespace/app-dev created\n')
      expect((await inApp('apply', '-f', 'k8s/base/configmap.yaml')).stdout).toBe('configmap/user-service-config created\n')
      expect((await inApp('apply', '-f', 'k8s/base/deployment-v1.yaml')).stdout).toBe('deployment.apps/user-service created\n')
      expect((await inApp('apply', '-f', 'k8s/base/service-nodeport.yaml')).stdout).toBe('service/user-service created\n')
      await inApp('rollout', 'status', 'deployment/user-service')
      const [head, ...pods] = table((await inApp('get', 'pods')).stdout)
      expect(head).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'])
      expect(pods).toHaveLength(3)
      for (const [name, ...state] of pods) {
        expect(name).toMatch(/^user-service-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
        expect(state.slice(0, 3)).toEqual(['1/1', 'Running', '0'])
      }
    },

    /** Criterion 1 (version 1) and 3 (version 2): all requests are answered by one service. */
    async isAnsweredBy(service: string, message: string) {
      await expect.poll(async () => (await fetchOnce(url)).status, { timeout: 10_000 }).toBe(200)
      const answers = await ask(9)
      expect(new Set(answers.map(answer => `${answer.service} v${answer.version}: ${answer.message}`))).toEqual(new Set([`${service} v1.0.0: ${message}`]))
      const pods = (await inApp('get', 'pods', '-o', 'name')).stdout
      for (const { pod } of answers) expect(pods).toContain(`pod/${pod}\n`)
    },

    async appliesVersion2() {
      expect((await inApp('apply', '-f', 'k8s/base/deployment-v2.yaml')).stdout).toBe('deployment.apps/user-service configured\n')
    },

    /** The lines of `rollout status`: upstream's words, the success last. */
    async waitsForTheRollout() {
      const lines = (await inApp('rollout', 'status', 'deployment/user-service', '--timeout=300s')).stdout.trimEnd().split('\n')
      expect(lines.at(-1)).toBe('deployment "user-service" successfully rolled out')
      const kinds = [
        /^Waiting for deployment spec update to be observed\.\.\.$/,
        /^Waiting for deployment "user-service" rollout to finish: \d out of 3 new replicas have been updated\.\.\.$/,
        /^Waiting for deployment "user-service" rollout to finish: \d old replicas are pending termination\.\.\.$/,
        /^Waiting for deployment "user-service" rollout to finish: \d of 3 updated replicas are available\.\.\.$/,
      ]
      for (const line of lines.slice(0, -1)) expect(kinds.some(kind => kind.test(line)), line).toBe(true)
      return lines
    },

    /** Criterion 4: one ReplicaSet is active, the other is kept empty for going back. */
    async hasOneActiveReplicaSet() {
      await expect.poll(async () => {
        const rows = table((await inApp('get', 'rs', '--no-headers')).stdout)
        return rows.map(row => row.slice(1, 4).join(' ')).toSorted()
      }, { timeout: 10_000 }).toEqual(['0 0 0', '3 3 3'])
      // pods on their way out are gone after their grace period
      await expect.poll(async () => (await inApp('get', 'pods', '--no-headers')).stdout.trimEnd().split('\n').length, { timeout: 40_000 }).toBe(3)
      const all = (await inApp('get', 'all')).stdout
      expect(all.match(/^NAME .*$/gm)!.map(head => head.split(/ +/))).toEqual([
        ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
        ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
        ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
        ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE'],
      ])
      expect(all).toMatch(/^deployment\.apps\/user-service +3\/3 +3 +3 +\S+$/m)
      expect(all).toMatch(/^service\/user-service +NodePort +10\.\S+ +<none> +3000:30000\/TCP +\S+$/m)
      expect(all.match(/^pod\/user-service-\S+ +1\/1 +Running +0 +\S+$/gm)).toHaveLength(3)
      expect(all.match(/^replicaset\.apps\/user-service-\S+ +(3 +3 +3|0 +0 +0) +\S+$/gm)).toHaveLength(2)
    },

    async hasHistory(...revisions: number[]) {
      expect((await inApp('rollout', 'history', 'deployment/user-service')).stdout.split('\n').map(line => line.trimEnd())).toEqual([
        'deployment.apps/user-service', 'REVISION  CHANGE-CAUSE', ...revisions.map(revision => `${revision}         <none>`), '', ''])
    },

    /** `logs -f deployment/user-service` shows the start, and each request as it comes. */
    async followsTheLogs() {
      const following = watching('logs', '-f', 'deployment/user-service')
      await following.seen(/^🚀 Payment service is running on http:\/\/0\.0\.0\.0:3000$/)
      const before = following.lines.length
      await ask(12)     // three pods share them; one of those is followed
      await expect.poll(() => following.lines.length, { timeout: 10_000 }).toBeGreaterThan(before)
      await following.interrupt()
    },

    async rollsBack() {
      expect((await inApp('rollout', 'undo', 'deployment/user-service')).stdout).toBe('deployment.apps/user-service rolled back\n')
    },

    /** Criterion 5: nothing is left. */
    async cleansUp() {
      expect((await type('delete', 'namespace', 'app-dev')).stdout).toMatch(/^namespace "app-dev" deleted\n$/)
      expect(await type('get', 'all', '-n', 'app-dev')).toMatchObject({ stdout: '', stderr: 'No resources found in app-dev namespace.\n' })
      expect((await type('get', 'pods,rs,deploy,svc,cm,endpoints,endpointslices,secrets,sa', '-n', 'app-dev', '-o', 'name')).stdout).toBe('')
      expect((await type('get', 'namespaces', '-o', 'name')).stdout).not.toContain('app-dev')
      await expect(fetchOnce(url)).rejects.toThrow('ECONNREFUSED')
    },
  }
}
