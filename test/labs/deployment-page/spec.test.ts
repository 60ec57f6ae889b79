import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { watchExtremes } from '../rollout-watch.ts'
import { eventually, isInvalid, onePage, onePageInTime, section, type Terminal } from './page.ts'

const file = new URL('../../../fixtures/labs/deployment-page/nginx-deployment.yaml', import.meta.url)
const manifest = parse(await readFile(file, 'utf8'))

/** The page's manifest with other fields in its spec; undefined takes one away. */
const specWith = (fields: object, name = 'nginx-deployment', template: object = {}) => JSON.stringify({
  ...manifest, metadata: { name },
  spec: {
    ...manifest.spec, ...fields, template: { ...manifest.spec.template, spec: { ...manifest.spec.template.spec, ...template } },
  },
})

section('Writing a Deployment\'s spec', () => {
  const page = onePage()

  test('what is left out gets its default', async () => {
    const $ = await page.open()
    await $('kubectl create -f -', specWith({ replicas: undefined }))
    const { spec } = JSON.parse(await $('kubectl get deployment nginx-deployment -o json'))
    expect(spec).toMatchObject({
      replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { spec: {
        restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler',
      } },
    })
    expect(spec).not.toHaveProperty('minReadySeconds')
    expect(spec).not.toHaveProperty('paused')
  })

  const strategy = (maxSurge: unknown, maxUnavailable: unknown) => ({ strategy: { rollingUpdate: { maxSurge, maxUnavailable } } })
  test.each<[string, object, string]>([
    ['negative replicas', { replicas: -1 }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ['no surge and none unavailable', strategy(0, 0),
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ['0 % of both', strategy('0%', '0%'),
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ['more than 100 % unavailable', strategy(1, '101%'),
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ['a negative surge', strategy(-1, 1),
      'spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0'],
    ['a surge that is no percentage', strategy('some', 1),
      'spec.strategy.rollingUpdate.maxSurge: Invalid value: "some": a valid percent string must be a numeric string followed by '
        + "an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"],
    ['a strategy that does not exist', { strategy: { type: 'Slow' } },
      'spec.strategy: Unsupported value: {"Type":"Slow","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"'],
    ['Recreate with the bounds of a rolling update', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ['a deadline that is not above minReadySeconds', { minReadySeconds: 60, progressDeadlineSeconds: 60 },
      'spec.progressDeadlineSeconds: Invalid value: 60: must be greater than minReadySeconds'],
    ['negative minReadySeconds', { minReadySeconds: -1 },
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0'],
    ['a negative history', { revisionHistoryLimit: -1 },
      'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0'],
    ['a selector for other labels', { selector: { matchLabels: { app: 'other' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"nginx"}: `selector` does not match template `labels`'],
    ['an empty selector', { selector: {} }, 'spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ['a selector of no operator', { selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['nginx'] }] } },
      'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
  ])('refuses %s', async (_what, fields, message) => {
    const $ = await page.open()
    const refusal = await $.refusal('kubectl create -f -', specWith(fields))
    expect(refusal.replace(/^The Deployment .* is invalid: /, '').trim().split(/\n?\* /)).toContain(message)
    expect(await $('kubectl get deployments -o name')).toBe('')
  })

  test.each(['OnFailure', 'Never'])('refuses restartPolicy %s in its template', async policy => {
    const $ = await page.open()
    expect(await $.refusal('kubectl create -f -', specWith({}, 'web', { restartPolicy: policy })))
      .toBe(isInvalid('web', `spec.template.spec.restartPolicy: Unsupported value: "${policy}": supported values: "Always"`))
  })

  test('its name has to be a DNS subdomain', async () => {
    const $ = await page.open()
    expect(await $.refusal('kubectl create -f -', specWith({}, 'Nginx_1'))).toBe(isInvalid('Nginx_1',
      'metadata.name: Invalid value: "Nginx_1": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric '
      + "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
      + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"))
    expect(await $('kubectl create -f -', specWith({ replicas: 0 }, 'nginx.example.com')))
      .toBe('deployment.apps/nginx.example.com created\n')
  })

  test('apiVersion, kind and metadata are needed, and unknown fields are refused', async () => {
    const $ = await page.open()
    const without = (field: string) => JSON.stringify({ ...JSON.parse(specWith({})), [field]: undefined })
    expect(await $.refusal('kubectl create -f -', without('apiVersion'))).toMatch(/apiVersion not set/)
    expect(await $.refusal('kubectl create -f -', without('kind'))).toMatch(/kind not set/)
    expect(await $.refusal('kubectl create -f -', without('metadata')))
      .toMatch(/resource name may not be empty|name or generateName is required/)
    expect(await $.refusal('kubectl create -f -', specWith({ replias: 3 }))).toBe(
      'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as '
      + 'a Deployment: strict decoding error: unknown field "spec.replias"\n')
  })

  test('Recreate: every old pod is gone before the first new one comes', async () => {
    const $ = await page.open()
    await $('kubectl create -f -', specWith({ strategy: { type: 'Recreate' } }))
    await $('kubectl rollout status deployment/nginx-deployment')
    const pods = $.leaveRunning('kubectl get pods -w --no-headers --output-watch-events '
      + '-o custom-columns=EVENT:.type,IMAGE:.object.spec.containers[0].image,NAME:.object.metadata.name')
    await eventually(async () => pods.lines.length).toBe(3)
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await $('kubectl rollout status deployment/nginx-deployment')
    const newPods = () => pods.lines.filter(line => line.includes('1.16.1')).map(line => line.trim().split(/ +/).at(-1))
    await eventually(async () => new Set(newPods()).size)
      .toBe(3)
    await pods.interrupt()
    const kinds = pods.lines.map(line => line.trim().split(/ +/))
    const lastOld = kinds.findLastIndex(([type, image]) => type === 'DELETED' && image === 'nginx:1.14.2')
    expect(kinds.filter(([type, image]) => type === 'DELETED' && image === 'nginx:1.14.2')).toHaveLength(3)
    expect(kinds.findIndex(([, image]) => image === 'nginx:1.16.1')).toBeGreaterThan(lastOld)
  })

  // The page's 30 %: the old ReplicaSet goes to 70 % at once, and both together never beyond 130 %.
  test.each([
    ['maxUnavailable 30 %', { maxSurge: 0, maxUnavailable: '30%' }, 7, 10],
    ['maxSurge 30 %', { maxSurge: '30%', maxUnavailable: 0 }, 10, 13],
    ['numbers of pods', { maxSurge: 2, maxUnavailable: 1 }, 9, 12],
  ])('%s of ten pods', async (_what, rollingUpdate, least, most) => {
    const $ = await page.open()
    await $('kubectl create -f -', specWith({ replicas: 10, strategy: { type: 'RollingUpdate', rollingUpdate } }))
    await $('kubectl rollout status deployment/nginx-deployment')
    const seen = watchExtremes(page.cluster.client, $.namespace)
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await $('kubectl rollout status deployment/nginx-deployment')
    seen.stop()
    expect(seen.leastAvailable).toBeGreaterThanOrEqual(least)
    expect(seen.mostPods).toBeLessThanOrEqual(most)
  })
})

section('minReadySeconds', () => {
  const page = onePageInTime()

  const numbers = ($: Terminal) =>
    $.read('deployment nginx-deployment', '{.status.readyReplicas} {.status.availableReplicas} {.status.unavailableReplicas}')

  test('holds availability back for so long after pods are ready, and the rollout with it', async () => {
    const $ = await page.open()
    await $('kubectl create -f -', specWith({ minReadySeconds: 30 }))
    await page.pass(10)
    expect(await numbers($)).toBe('3  3')
    expect((await $.rows('kubectl get deployment'))[0].slice(1, 4)).toEqual(['3/3', '3', '0'])
    expect(await $('kubectl rollout status deployment/nginx-deployment --watch=false'))
      .toBe('Waiting for deployment "nginx-deployment" rollout to finish: 0 of 3 updated replicas are available...\n')
    await page.pass(30)
    expect(await numbers($)).toBe('3 3 ')
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    const sizes = async () => (await $.rows('kubectl get rs')).map(row => row[1]).toSorted().join(' ')
    await page.pass(20)
    // The first new pod is ready and does not count yet: no old one may go.
    expect(await sizes()).toBe('1 3')
    await page.pass(20)
    expect(await sizes()).toBe('2 2')
    await page.pass(80)
    expect(await sizes()).toBe('0 3')
    expect(await $('kubectl rollout status deployment/nginx-deployment'))
      .toBe('deployment "nginx-deployment" successfully rolled out\n')
  })
})
