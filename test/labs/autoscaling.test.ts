import { Agent } from 'node:http'
import { expect, test } from 'vitest'
import { fetchOnce } from '../support/http.ts'
import { eventually, onePageInTime, section, type Terminal } from './deployment-page/page.ts'

section('an autoscaler', () => {
  const page = onePageInTime({ speed: 'instant' })

  /** A Deployment of one pod that asks for 100m, and an autoscaler that wants half of it used. */
  async function autoscaled(arguments_ = '--min=1 --max=5 --cpu=50%'): Promise<Terminal> {
    const type = await page.open()
    await type('kubectl create deployment web --image=nginx:1.27 --port=80')
    await type('kubectl set resources deployment web --requests=cpu=100m')
    await page.until(type('kubectl rollout status deployment web'))
    // Metrics have to lie a whole window behind the pod's becoming ready.
    await page.pass(60)
    await type(`kubectl autoscale deployment web ${arguments_}`)
    return type
  }
  const status = async (type: Terminal) =>
    (await type('kubectl get hpa web --no-headers')).trim().split(/ {2,}/).slice(2, 6).join(' | ')
  const replicas = (type: Terminal) => type("kubectl get deployment web -o jsonpath='{.spec.replicas}'")
  const conditions = (type: Terminal) =>
    type(`kubectl get hpa web -o jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason};{end}'`)
  const messages = (type: Terminal) => type('kubectl get events --field-selector involvedObject.kind=HorizontalPodAutoscaler '
    + '--no-headers -o custom-columns=R:.reason,M:.message')

  test('follows the traffic through a node port, up at once and down after five minutes', async () => {
    const type = await autoscaled()
    await type('kubectl expose deployment web --type=NodePort --port=80')
    const port = await type("kubectl get service web -o jsonpath='{.spec.ports[0].nodePort}'")
    const url = `http://${page.cluster.nodeAddress}:${port}/`
    await eventually(() => fetchOnce(url).then(({ status }) => status, () => 0)).toBe(200)
    // The request above is seen by a look up to two scrapes later.
    await page.pass(45)
    expect(await status(type)).toBe('cpu: 1%/50% | 1 | 5 | 1')

    // Requests over one connection count like those over many: 180 in 15 s are 12 each second, 10m each.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await page.pass(secondsToScrape(page.cluster.clock.now()))
    for (let n = 0; n < 90; n++) await fetchOnce(url)
    for (let n = 0; n < 90; n++) await fetchOnce(url, agent)
    agent.destroy()
    await page.pass(15)
    expect(await type('kubectl top pods --no-headers')).toMatch(/^web-\S+ +121m +\d+Mi/)
    await page.pass(15)
    await eventually(() => messages(type))
      .toContain('New size: 3; reason: cpu resource utilization (percentage of request) above target')
    await page.until(type('kubectl rollout status deployment web'))
    expect(await status(type)).toMatch(/ 1 \| 5 \| [13]$/)

    await page.pass(60)
    expect(await status(type)).toBe('cpu: 1%/50% | 1 | 5 | 3')
    expect(await conditions(type)).toBe(
      'AbleToScale=True ScaleDownStabilized;ScalingActive=True ValidMetricFound;ScalingLimited=False DesiredWithinRange;')
    await page.pass(300)
    expect(await status(type)).toBe('cpu: 1%/50% | 1 | 5 | 1')
    expect(await messages(type)).toMatch(/New size: 1; reason: All metrics below target/)
  }, 60_000)

  test('follows the load of an annotation, and is described as upstream describes it', async () => {
    const type = await autoscaled('--min=1 --max=3 --cpu=50%')
    await type('kubectl annotate pods -l app=web mimikube.dev/cpu=400m mimikube.dev/memory=64Mi')
    expect(await type('kubectl top pods --containers --no-headers')).toMatch(/^web-\S+ +nginx +400m +64Mi/)
    await page.pass(10)
    expect(await type('kubectl describe hpa web')).toMatch(new RegExp([
      String.raw`Reference: +Deployment/web`,
      String.raw`Metrics: +\( current / target \)`,
      String.raw`  resource cpu on pods  \(as a percentage of request\):  400% \(400m\) / 50%`,
      String.raw`Min replicas: +1`,
      String.raw`Max replicas: +3`,
      String.raw`Deployment pods: +1 current / 3 desired`,
      String.raw`Conditions:`,
      String.raw`  Type +Status +Reason +Message`,
      String.raw`  -+ +-+ +-+ +-+`,
      String.raw`  AbleToScale +True +SucceededRescale +the HPA controller was able to update the target scale to 3`,
      String.raw`  ScalingActive +True +ValidMetricFound +the HPA was able to successfully calculate a replica count from `
        + String.raw`cpu resource utilization \(percentage of request\)`,
      String.raw`  ScalingLimited +True +TooManyReplicas +the desired replica count is more than the maximum replica count`,
      String.raw`Events:`,
    ].join(String.raw`\n`)))
  }, 60_000)

  test('holds the bounds, whatever is measured, and rests while there is nothing', async () => {
    const type = await autoscaled('--min=2 --max=3 --cpu=50%')
    await page.pass(10)
    expect(await messages(type))
      .toMatch(/^SuccessfulRescale +New size: 2; reason: Current number of replicas below Spec.MinReplicas/m)
    await type('kubectl scale deployment web --replicas=7')
    await page.pass(20)
    expect(await messages(type)).toMatch(/New size: 3; reason: Current number of replicas above Spec.MaxReplicas/)
    await type('kubectl scale deployment web --replicas=0')
    await page.pass(20)
    expect(await conditions(type)).toContain('ScalingActive=False ScalingDisabled;')
    expect(await replicas(type)).toBe('0')
  }, 60_000)

  test('obeys its behavior', async () => {
    const type = await autoscaled()
    const onePodAMinute = { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] }
    const behavior = { scaleUp: onePodAMinute, scaleDown: { stabilizationWindowSeconds: 0 } }
    await type(`kubectl patch hpa web --type=merge -p '${JSON.stringify({ spec: { behavior } })}'`)
    await type('kubectl annotate pods -l app=web mimikube.dev/cpu=400m')
    await page.pass(20)
    expect(await conditions(type)).toContain('ScalingLimited=True ScaleUpLimit;')
    expect(await replicas(type)).toBe('2')
    await type('kubectl annotate pods -l app=web mimikube.dev/cpu-')
    await page.pass(60)
    expect(await replicas(type)).toBe('1')
  }, 60_000)
})

section('kubectl top', () => {
  const page = onePageInTime({ speed: 'instant' })

  test('shows nodes at once and pods when they were measured', async () => {
    const type = await page.open()
    expect(await type('kubectl top nodes'))
      .toMatch(/^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) *\nmimikube +\d+m +\d+% +\d+Mi +\d+%/)
    expect((await type('kubectl top nodes --no-headers --sort-by=memory')).split('\n')[0]).toMatch(/^mimikube /)
    await type('kubectl run busy --image=nginx:1.27 --annotations=mimikube.dev/cpu=1500m --labels=app=busy')
    await type('kubectl run idle --image=httpd')
    await page.pass(3)
    await type('kubectl wait --for=condition=Ready pod/busy pod/idle --timeout=5s')
    expect(await type.refusal('kubectl top pods')).toMatch(/^error: metrics not available yet/)
    await page.pass(30)
    const rows = await type.rows('kubectl top pods --sort-by=cpu')
    expect(rows.map(([name, cpu]) => [name, cpu])).toEqual([['busy', '1500m'], ['idle', '1m']])
    expect(await type.rows('kubectl top pods -A -l app=busy'))
      .toEqual([[type.namespace, 'busy', '1500m', expect.stringMatching(/^\dMi$/)]])
    expect(await type.refusal('kubectl top pod nobody'))
      .toBe(`Error from server (NotFound): podmetrics.metrics.k8s.io "${type.namespace}/nobody" not found\n`)
    expect((await type.rows('kubectl get podmetrics')).map(row => [row[0], row[3]])).toEqual([['busy', '15s'], ['idle', '15s']])
  })
})

section('a cluster without metrics', () => {
  const page = onePageInTime({ speed: 'instant', metrics: false })

  test('says so', async () => {
    const type = await page.open()
    expect(await type.refusal('kubectl top nodes')).toBe('error: Metrics API not available\n')
    expect(await type('kubectl api-versions')).not.toContain('metrics.k8s.io')
  })
})

/** Until what happens next falls into a time of its own between two scrapes. */
const secondsToScrape = (now: Date): number => 15 - now.getTime() / 1000 % 15 + 0.001
