import { expect, test } from 'vitest'
import { fetchOnce } from '../../support/http.ts'
import { onePage, section } from './page.ts'

section('A canary', () => {
  const page = onePage()

  test('two Deployments behind one Service share the connections in the ratio of their pods', async () => {
    const $ = await page.open()
    await $('kubectl apply -f canary.yaml')
    await $('kubectl rollout status deployment/stable')
    await $('kubectl rollout status deployment/canary')
    const port = await $.read('service web', '{.spec.ports[0].nodePort}')
    const url = `http://${page.cluster.nodeAddress}:${port}/`
    await expect.poll(() => fetchOnce(url).then(answer => answer.status, () => 0), { timeout: 10_000 }).toBe(200)
    const share = async (connections: number) => {
      let canary = 0
      for (let n = 0; n < connections; n++) if ((await fetchOnce(url)).body.trim() === 'canary') canary++
      return canary / connections
    }
    await $("kubectl wait --for=jsonpath='{.endpoints[3].conditions.ready}'=true endpointslice -l kubernetes.io/service-name=web")
    // 1 of 4: of 400 connections 100, give or take four standard deviations.
    const first = await share(400)
    expect(first).toBeGreaterThan(0.25 - 4 * 0.0217)
    expect(first).toBeLessThan(0.25 + 4 * 0.0217)

    await $('kubectl scale deployment/canary --replicas=3')
    await $('kubectl rollout status deployment/canary')
    await $("kubectl wait --for=jsonpath='{.endpoints[5].conditions.ready}'=true endpointslice -l kubernetes.io/service-name=web")
    const half = await share(400)
    expect(half).toBeGreaterThan(0.5 - 4 * 0.025)
    expect(half).toBeLessThan(0.5 + 4 * 0.025)

    // Each is rolled out and back by itself.
    await $('kubectl set env deployment/canary NOTE=1')
    await $('kubectl rollout status deployment/canary')
    expect(await $('kubectl rollout history deployment/stable')).not.toMatch(/^2 /m)
  }, 60_000)
})
