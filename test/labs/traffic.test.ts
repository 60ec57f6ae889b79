import { readFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'
import { kubectlPath, withoutKubectl } from '../support/kubectl.ts'
import { fetchOnce, type ServiceAnswer, streamOf } from '../support/http.ts'
import { lab, tutorial } from './tutorial.ts'

const probe = `          readinessProbe:
            httpGet: {path: /, port: 3000}
            periodSeconds: 1
`

/** A manifest of the lab, with a readiness probe. */
async function withProbe(file: string, minReadySeconds: number): Promise<string> {
  const text = await readFile(path.join(lab, 'k8s/base', file), 'utf8')
  const probed = text.replace(/( +imagePullPolicy: .*\n)/, `$1${probe}`)
  expect(probed).not.toBe(text)
  return probed.replace(/^ {2}replicas: 3\n/m, `  replicas: 3\n  minReadySeconds: ${minReadySeconds}\n`)
}

describe.skipIf(withoutKubectl).each([1, 'instant'] as const)('traffic to the lab at speed %s', speed => {
  let cluster: TestCluster
  afterEach(() => cluster.stop())

  const apply = async (input: string) => {
    const { code, stderr } = await cluster.kubectl.attempt(['-n', 'app-dev', 'apply', '-f', '-'], { input })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  }

  test.each([0, 1])('no new connection fails during a rolling update with readiness probes and minReadySeconds %i', async minReadySeconds => {
    cluster = await startTestCluster({ speed })
    const { kubectl } = cluster
    const walk = tutorial({ kubectl, program: kubectlPath!, address: cluster.nodeAddress })
    await kubectl('create', 'namespace', 'app-dev')
    for (const file of ['configmap.yaml', 'service-nodeport.yaml']) await apply(await readFile(path.join(lab, 'k8s/base', file), 'utf8'))
    await apply(await withProbe('deployment-v1.yaml', minReadySeconds))
    await walk.waitsForTheRollout()
    await walk.isAnsweredBy('user-service', 'Hello from User Service!')

    const requests = streamOf(walk.url, 3)
    await apply(await withProbe('deployment-v2.yaml', minReadySeconds))
    await walk.waitsForTheRollout()
    await walk.hasOneActiveReplicaSet()
    await requests.stop()
    expect(requests.failures).toEqual([])
    const services = requests.answers.map(answer => answer.service)
    expect(services[0]).toBe('user-service')
    expect(services.at(-1)).toBe('payment-service')
    // A new pod that is ready waits that long before it counts: old and new answer side by side, not one after the other.
    if (minReadySeconds) expect(services.indexOf('payment-service')).toBeLessThan(services.lastIndexOf('user-service'))
  }, 120_000)

  test('a kept-alive connection stays on one pod, new connections spread over all', async () => {
    cluster = await startTestCluster({ speed })
    const walk = tutorial({ kubectl: cluster.kubectl, program: kubectlPath!, address: cluster.nodeAddress })
    await walk.deploysVersion1()
    await walk.isAnsweredBy('user-service', 'Hello from User Service!')
    const podOf = (body: string) => (JSON.parse(body) as ServiceAnswer).pod
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const kept = []
    for (let n = 0; n < 20; n++) kept.push(await fetchOnce(walk.url, agent))
    agent.destroy()
    expect(kept.slice(1).every(answer => answer.reused)).toBe(true)
    expect(new Set(kept.map(answer => podOf(answer.body))).size).toBe(1)
    const fresh = []
    for (let n = 0; n < 60; n++) fresh.push(podOf((await fetchOnce(walk.url)).body))
    expect(new Set(fresh).size).toBe(3)
  }, 60_000)
})
