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

describe('the tutorial with every kubectl of this machine', () => {
  test.skipIf(allKubectl.length === 0).each(allKubectl)('$name', async ({ path: program }) => {
    const cluster = await startTestCluster({ kubectl: program })
    try {
      await walkAll(tutorial({ kubectl: cluster.kubectl, program, address: cluster.nodeAddress }))
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
