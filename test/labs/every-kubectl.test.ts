import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'
import { allKubectl, kubectlPath, kubectlWith, temporaryFolder, withoutKubectl } from '../support/kubectl.ts'
import { tutorial } from './tutorial.ts'

const versions = ['1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36']
for (const version of versions.filter(version => !allKubectl.some(({ name }) => name === `kubectl.${version}`)))
  console.log(`No kubectl.${version} on this machine: its walk is skipped, unless kubectl on PATH or the npm package is that version.`)

/** The walk in short: all commands, without the long looks at the rollout on its way. */
async function walkAll(walk: ReturnType<typeof tutorial>): Promise<void> {
  await walk.seesTheNodes()
  await walk.deploysVersion1()
  await walk.isAnsweredBy('user-service', 'Hello from User Service!')
  const replicaSets = walk.watching('get', 'rs', '-w', '--no-headers')
  await replicaSets.seen(/ 3 +3 +3 /)
  await walk.appliesVersion2()
  await walk.waitsForTheRollout()
  await walk.hasOneActiveReplicaSet()
  await replicaSets.interrupt()
  expect(new Set(replicaSets.lines.map(line => line.split(' ')[0])).size).toBe(2)
  await walk.isAnsweredBy('payment-service', 'Hello from Payment Service!')
  await walk.hasHistory(1, 2)
  await walk.followsTheLogs()
  await walk.rollsBack()
  await walk.waitsForTheRollout()
  await walk.isAnsweredBy('user-service', 'Hello from User Service!')
  await walk.cleansUp()
}

/** What the walk leaves out, and what versions ask for in different ways: schemas, protobuf bodies, streamed lists, apply. */
async function asksForMore({ kubectl, folder }: TestCluster): Promise<void> {
  const file = path.join(folder, 'web.json'), lost = path.join(folder, 'lost.json'), labels = { app: 'web' }
  const manifest = (size: object) => JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: {
    ...size, selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } } } })
  await writeFile(lost, manifest({ replcas: 2 }))
  expect((await kubectl.attempt(['apply', '-f', lost])).stderr).toContain('unknown field "spec.replcas"')
  await writeFile(file, manifest({ replicas: 1 }))
  await kubectl('apply', '-f', file)
  await writeFile(file, manifest({ replicas: 2 }))
  expect(await kubectl.attempt(['diff', '-f', file])).toMatchObject({ code: 1, stdout: expect.stringContaining('+  replicas: 2') })
  await kubectl('apply', '--server-side', '--force-conflicts', '-f', file)
  await kubectl('wait', '--for=jsonpath={.status.readyReplicas}=2', 'deployment/web', '--timeout=60s')
  expect(await kubectl('explain', 'deployment.spec.strategy')).toContain('rollingUpdate')
  expect(await kubectl('auth', 'can-i', 'create', 'pods')).toBe('yes\n')
  expect(await kubectl('create', 'configmap', 'made', '--from-literal=a=b', '-o', 'jsonpath={.data.a}')).toBe('b')
  expect(await kubectl('autoscale', 'deployment', 'web', '--max=3')).toMatch(/autoscaled\n$/)
  expect((await kubectl('create', 'token', 'default')).split('.')).toHaveLength(3)
  await kubectl('delete', 'deployment', 'web', '--cascade=foreground')
  expect(await kubectl('get', 'replicasets', '-o', 'name')).toBe('')
}

describe('the tutorial, and more, with every kubectl of this machine', () => {
  test.skipIf(allKubectl.length === 0).each(allKubectl)('$name', async ({ path: program }) => {
    const cluster = await startTestCluster({ kubectl: program })
    try {
      await walkAll(tutorial({ kubectl: cluster.kubectl, program, address: cluster.nodeAddress }))
      await asksForMore(cluster)
    } finally {
      await cluster.stop()
    }
  }, 120_000)
})

describe.skipIf(withoutKubectl)('two clusters at once', () => {
  let first: TestCluster, second: TestCluster, folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    first = await startTestCluster({ name: 'mimikube' })
    second = await startTestCluster({ name: 'second' })
    folder = await temporaryFolder('two-files')
  })
  afterAll(async () => {
    await Promise.all([first.stop(), second.stop()])
    await folder.remove()
  })

  test('are told apart by --context with a KUBECONFIG of two files', async () => {
    const files = [path.join(folder.path, 'one'), path.join(folder.path, 'two')]
    await Promise.all([writeFile(files[0], first.kubeconfig), writeFile(files[1], second.kubeconfig)])
    const kubectl = kubectlWith({ kubeconfig: files.join(path.delimiter) })
    expect((await kubectl('config', 'get-contexts', '-o', 'name')).trimEnd().split('\n').toSorted()).toEqual(['mimikube', 'second'])
    await Promise.all([[first, 'mimikube'] as const, [second, 'second'] as const].map(([cluster, context]) =>
      walkAll(tutorial({ kubectl, program: kubectlPath!, flags: ['--context', context], address: cluster.nodeAddress }))))
  }, 120_000)
})
