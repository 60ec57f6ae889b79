import { expect, test } from 'vitest'
import { eventually, isWaiting, onePage, onePageInTime, section, type Terminal } from './page.ts'

const conditionLines = '{range .status.conditions[*]}{.type} {.status} {.reason}: {.message}{"\\n"}{end}'
const conditions = async ($: Terminal) => (await $.read('deployment nginx-deployment', conditionLines))
  .trim().split('\n').toSorted()
const available = 'Available True MinimumReplicasAvailable: Deployment has minimum availability.'
const unavailable = 'Available False MinimumReplicasUnavailable: Deployment does not have minimum availability.'
const deadline = async ($: Terminal, seconds: number) =>
  expect(await $(`kubectl patch deployment.v1.apps/nginx-deployment -p '{"spec":{"progressDeadlineSeconds":${seconds}}}'`))
    // The 600 of the page is the default since long, so that today nothing changes.
    .toBe(`deployment.apps/nginx-deployment patched${seconds === 600 ? ' (no change)' : ''}\n`)

section('The status of a rollout, in time', () => {
  const page = onePageInTime()

  test('progressing, then complete: conditions, rollout status and its exit code', async () => {
    const $ = await page.open()
    await $('kubectl apply -f nginx-deployment.yaml')
    await page.pass(0)
    const [[rs]] = await $.rows('kubectl get rs')
    expect(await conditions($)).toEqual([unavailable, `Progressing True ReplicaSetUpdated: ReplicaSet "${rs}" is progressing.`])
    expect(await $.attempt('kubectl rollout status deployment/nginx-deployment --watch=false')).toMatchObject({
      code: 0, stdout: `${isWaiting('nginx-deployment', '0 of 3 updated replicas are available')}\n` })
    await page.pass(20)
    expect(await conditions($))
      .toEqual([available, `Progressing True NewReplicaSetAvailable: ReplicaSet "${rs}" has successfully progressed.`])
    expect(await $.attempt('kubectl rollout status deployment.v1.apps/nginx-deployment'))
      .toMatchObject({ code: 0, stdout: 'deployment "nginx-deployment" successfully rolled out\n' })
  })

  test('past the deadline it has failed, rollout status ends with 1, and all that one can do with it still works', async () => {
    const $ = await page.open()
    await $('kubectl apply -f nginx-deployment.yaml')
    await deadline($, 600)
    await page.pass(20)
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.161')
    await page.pass(590)
    const newRS = await $.read('rs', '{.items[?(@.spec.template.spec.containers[0].image=="nginx:1.161")].metadata.name}')
    expect(await conditions($)).toEqual([available, `Progressing True ReplicaSetUpdated: ReplicaSet "${newRS}" is progressing.`])
    await page.pass(20)
    expect(await conditions($))
      .toEqual([available, `Progressing False ProgressDeadlineExceeded: ReplicaSet "${newRS}" has timed out progressing.`])
    expect(await $.attempt('kubectl rollout status deployment.v1.apps/nginx-deployment')).toMatchObject({
      // The page's «Waiting for rollout to finish» comes only to whoever watches while it happens.
      code: 1, stdout: '', stderr: 'error: deployment "nginx-deployment" exceeded its progress deadline\n' })

    await $('kubectl scale deployment/nginx-deployment --replicas=4')
    await page.pass(20)
    expect(await $.read('deployment nginx-deployment', '{.status.availableReplicas}')).toMatch(/^[34]$/)
    await $('kubectl rollout pause deployment/nginx-deployment')
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await $('kubectl rollout resume deployment/nginx-deployment')
    await page.pass(60)
    expect(await $('kubectl rollout status deployment/nginx-deployment')).toMatch(/successfully rolled out\n$/)
  })

  test('whoever watches sees the failure come', async () => {
    const $ = await page.open()
    await $('kubectl apply -f nginx-deployment.yaml')
    await deadline($, 30)
    await page.pass(20)
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.161')
    await page.pass(1)
    const following = $.leaveRunning('kubectl rollout status deployment/nginx-deployment')
    expect(await following.seen(/./)).toBe(isWaiting('nginx-deployment', '1 out of 3 new replicas have been updated'))
    await page.pass(40)
    await expect(following.seen(/never/)).rejects.toThrow('error: deployment "nginx-deployment" exceeded its progress deadline')
  })

  test('a crash loop backs off, 10 s, 20 s, 40 s; the rollout waits', async () => {
    const $ = await page.open()
    await $('kubectl create -f crash-loop.yaml')
    await page.pass(4)
    const pod = async () => (await $.rows('kubectl get pods'))[0].slice(1, 4).join(' ')
    expect(await pod()).toMatch(/^0\/1 (CrashLoopBackOff|Error) [01]( \(\d+s ago\))?$/)
    await page.pass(12)
    expect(await pod()).toMatch(/^0\/1 (CrashLoopBackOff|Error) [12] \(\d+s ago\)$/)
    const restarts = () => $.read('pods', '{.items[0].status.containerStatuses[0].restartCount}').then(Number)
    const before = await restarts()
    await page.pass(120)
    expect(await restarts()).toBeLessThanOrEqual(before + 3)
    expect(await restarts()).toBeGreaterThan(before)
    await eventually(() => $('kubectl get events --field-selector reason=BackOff'))
      .toMatch(/Back-off restarting failed container/)
    expect(await $('kubectl rollout status deployment/crash --watch=false'))
      .toBe('Waiting for deployment "crash" rollout to finish: 0 of 1 updated replicas are available...\n')
  })
})

section('What can stop a rollout', () => {
  const page = onePage()

  test('a quota: FailedCreate as on the page; when the quota is raised, the rollout finishes', async () => {
    const $ = await page.open()
    await $('kubectl create quota object-counts --hard=pods=2')
    await $("kubectl wait --for=jsonpath='{.status.hard.pods}'=2 quota/object-counts")
    await $('kubectl apply -f nginx-deployment.yaml')
    await $("kubectl wait --for=jsonpath='{.status.availableReplicas}'=2 deployment/nginx-deployment")
    await eventually(async () => (await conditions($)).length).toBe(3)
    const [[rs]] = await $.rows('kubectl get rs')
    const [, , failure] = await conditions($)
    // Today without «Error creating: », which the event of the ReplicaSet still says, and with the name of the pod to be.
    expect(failure)
      .toMatch(new RegExp(`^ReplicaFailure True FailedCreate: pods "${rs}-[a-z0-9]{5}" is forbidden: `
        + 'exceeded quota: object-counts, requested: pods=1, used: pods=2, limited: pods=2$'))
    expect(await $('kubectl get events --field-selector reason=FailedCreate'))
      .toMatch(/ Error creating: pods ".*" is forbidden: exceeded quota: object-counts, /)
    const text = await $('kubectl describe deployment nginx-deployment')
    expect(text).toMatch(/^ +Progressing +True +ReplicaSetUpdated$/m)
    expect(text).toMatch(/^ +ReplicaFailure +True +FailedCreate$/m)
    expect(await $('kubectl describe quota object-counts')).toMatch(/^pods +2 +2$/m)

    await $.patch('quota object-counts', { spec: { hard: { pods: '4' } } })
    // The ReplicaSet tries again with growing pauses; a change makes it look at once.
    await $(`kubectl annotate rs ${rs} look=again`)
    await $('kubectl rollout status deployment/nginx-deployment --timeout=20s')
    await eventually(() => conditions($))
      .toEqual([available, `Progressing True NewReplicaSetAvailable: ReplicaSet "${rs}" has successfully progressed.`])
    await eventually(() => $.read('quota object-counts', '{.status.used.pods}')).toBe('3')
  })

  test('a quota: so does scaling the Deployment down', async () => {
    const $ = await page.open()
    await $('kubectl create quota object-counts --hard=pods=2')
    await $("kubectl wait --for=jsonpath='{.status.hard.pods}'=2 quota/object-counts")
    await $('kubectl apply -f nginx-deployment.yaml')
    await eventually(async () => (await conditions($)).join('\n')).toContain('ReplicaFailure True')
    await $('kubectl scale deployment/nginx-deployment --replicas=2')
    await $('kubectl rollout status deployment/nginx-deployment')
    await eventually(async () => (await conditions($)).join('\n')).not.toContain('ReplicaFailure')
  })

  test('a limit range: what asks for too much is not made, what asks for nothing gets its defaults', async () => {
    const $ = await page.open()
    await $('kubectl create -f limit-range.yaml')
    await $('kubectl apply -f nginx-deployment.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $.read('pods', '{.items[0].spec.containers[0].resources}'))
      .toBe('{"limits":{"cpu":"500m"},"requests":{"cpu":"100m"}}')
    await $('kubectl set resources deployment/nginx-deployment -c=nginx --limits=cpu=2')
    await eventually(async () => (await conditions($)).find(line => line.startsWith('ReplicaFailure')))
      .toMatch(/^ReplicaFailure True FailedCreate: pods ".*" is forbidden: maximum cpu usage per Container is 1, but limit is 2$/)
    expect((await $.rows('kubectl get deployment'))[0].slice(1, 4)).toEqual(['3/3', '0', '3'])
  })

  test('a readiness probe that never passes', async () => {
    const $ = await page.open()
    await $('kubectl apply -f nginx-deployment.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    await $(`kubectl patch deployment nginx-deployment -p '${JSON.stringify({ spec: { template: { spec: { containers: [
      { name: 'nginx', readinessProbe: { httpGet: { path: '/nowhere', port: 80 } } }] } } } })}'`)
    await eventually(async () => (await $.rows('kubectl get pods')).map(row => row.slice(1, 3).join(' ')).toSorted())
      .toEqual(['0/1 Running', '1/1 Running', '1/1 Running', '1/1 Running'])
    await eventually(() => $('kubectl get events --field-selector reason=Unhealthy'))
      .toMatch(/Readiness probe failed: HTTP probe failed with statuscode: 404/)
    expect(await $('kubectl rollout status deployment/nginx-deployment --watch=false'))
      .toBe('Waiting for deployment "nginx-deployment" rollout to finish: 1 out of 3 new replicas have been updated...\n')
  })

  test('a node\'s worth of memory too many, or a ConfigMap that is not there', async () => {
    const $ = await page.open()
    await $('kubectl create deployment large --image=nginx:1.14.2')
    await $('kubectl set resources deployment/large --requests=memory=64Gi')
    await eventually(() => $('kubectl get events --field-selector reason=FailedScheduling'))
      .toMatch(/0\/3 nodes are available: 3 Insufficient memory\./)
    await $('kubectl create deployment lost --image=nginx:1.14.2')
    await $('kubectl set env deployment/lost --from=configmap/none').catch(() => {})
    await $(`kubectl patch deployment lost -p '${JSON.stringify({ spec: { template: { spec: { containers: [
      { name: 'nginx', envFrom: [{ configMapRef: { name: 'none' } }] }] } } } })}'`)
    await eventually(() => $('kubectl get pods -l app=lost')).toMatch(/CreateContainerConfigError/)
  })
})
