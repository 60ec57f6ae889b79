import { expect, test } from 'vitest'
import { eventually, isWaiting, onePage, section, type Terminal } from './page.ts'

/** The rows of a history as «number cause». */
const history = async ($: Terminal) => (await $.rows('kubectl rollout history deployment.v1.apps/nginx-deployment')).slice(1)
  .filter(row => row[0] !== '').map(row => row.join(' '))
const rollOut = async ($: Terminal, image: string) => {
  await $(`kubectl set image deployment.v1.apps/nginx-deployment nginx=${image} --record=true`)
  await $('kubectl rollout status deployment/nginx-deployment')
}
const cause = (image: string) => `kubectl set image deployment.v1.apps/nginx-deployment nginx=${image} --record=true`
/** `apply` has noted the manifest, which a rollback leaves as it is: kubectl of today says so (1.36). */
const warning = "Warning: resource deployments/nginx-deployment was previously managed with 'kubectl apply'. "
  + 'Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, '
  + "which may cause unexpected behavior on future 'kubectl apply' operations. "
  + "Consider using 'kubectl apply' with your previous configuration file instead.\n"
const first = '1 kubectl apply --filename=nginx-deployment.yaml --record=true'

section('Rolling back', () => {
  const page = onePage()

  const started = async () => {
    const $ = await page.open()
    await $('kubectl apply -f nginx-deployment.yaml --record=true')
    await $('kubectl rollout status deployment/nginx-deployment')
    return $
  }

  test('an image that does not exist stops the rollout at the surge limit; undo brings it back', async () => {
    const $ = await started()
    await rollOut($, 'nginx:1.16.1')
    expect(await $('kubectl set image deployment.v1.apps/nginx-deployment nginx=nginx:1.161 --record=true'))
      .toBe('deployment.apps/nginx-deployment image updated\n')
    await eventually(() => $('kubectl get pods --no-headers')).toMatch(/ImagePullBackOff/)
    const status = await $.attempt('kubectl rollout status deployment.v1.apps/nginx-deployment --timeout=1s')
    expect(status).toMatchObject({
      code: 1, stdout: `${isWaiting('nginx-deployment', '1 out of 3 new replicas have been updated')}\n`,
      stderr: 'error: timed out waiting for the condition\n',
    })
    // get rs: 3 3 3 of the good one, 0 0 0 of the first, 1 1 0 of the bad one
    expect((await $.rows('kubectl get rs')).map(row => row.slice(1, 4).join(' ')).toSorted()).toEqual(['0 0 0', '1 1 0', '3 3 3'])
    await eventually(async () => (await $.rows('kubectl get pods')).map(row => row.slice(1, 4).join(' ')).toSorted()).toEqual(
      ['0/1 ImagePullBackOff 0', '1/1 Running 0', '1/1 Running 0', '1/1 Running 0'])

    const text = await $('kubectl describe deployment')
    expect(text).toMatch(/^Replicas: +3 desired \| 1 updated \| 4 total \| 3 available \| 1 unavailable$/m)
    expect(text).toMatch(/^ +Image: +nginx:1\.161$/m)
    expect(text).toMatch(/^ +Available +True +MinimumReplicasAvailable$/m)
    expect(text).toMatch(/^ +Progressing +True +ReplicaSetUpdated$/m)
    // The first ReplicaSet has no pods and is told of today (kubectl 1.27 on).
    expect(text)
      .toMatch(/^OldReplicaSets: +nginx-\S+ \((3\/3|0\/0) replicas created\), nginx-\S+ \((3\/3|0\/0) replicas created\)$/m)
    expect(text).toMatch(/^NewReplicaSet: +nginx-deployment-\w+ \(1\/1 replicas created\)$/m)

    expect(await history($)).toEqual(
      [first, `2 ${cause('nginx:1.16.1')}`, `3 ${cause('nginx:1.161')}`])

    expect(await $.attempt('kubectl rollout undo deployment.v1.apps/nginx-deployment')).toMatchObject(
      { code: 0, stdout: 'deployment.apps/nginx-deployment rolled back\n', stderr: warning })
    expect(await $('kubectl rollout status deployment/nginx-deployment')).toMatch(/successfully rolled out\n$/)
    expect((await $.rows('kubectl get deployment nginx-deployment'))[0].slice(1, 4)).toEqual(['3/3', '3', '3'])
    // Revision 2 is revision 4 now.
    expect(await history($))
      .toEqual([first, `3 ${cause('nginx:1.161')}`, `4 ${cause('nginx:1.16.1')}`])
    const after = await $('kubectl describe deployment nginx-deployment')
    expect(after).toMatch(/^Annotations: +deployment\.kubernetes\.io\/revision: 4$/m)
    expect(after).toMatch(new RegExp(`^ +kubernetes\\.io/change-cause: ${cause('nginx:1.16.1')}$`, 'm'))
    expect(after).toMatch(/^ +Progressing +True +NewReplicaSetAvailable$/m)
    // The page's DeploymentRollback event is no more.
    expect(after).not.toContain('DeploymentRollback')
    expect(after).toMatch(/Scaled down replica set nginx-deployment-\w+ from 1 to 0\n$/)
  })

  test('history --revision shows one revision; --to-revision goes to it, and takes its number away', async () => {
    const $ = await started()
    await rollOut($, 'nginx:1.16.1')
    await rollOut($, 'nginx:1.17')
    const ofImage = '?(@.spec.template.spec.containers[0].image=="nginx:1.16.1")'
    const hash = await $.read('rs', `{.items[${ofImage}].metadata.labels.pod-template-hash}`)
    // The page's «QoS Tier» and «No volumes.» are of long ago.
    expect(await $('kubectl rollout history deployment.v1.apps/nginx-deployment --revision=2'))
      .toBe(`deployment.apps/nginx-deployment with revision #2
Pod Template:
  Labels:	app=nginx
	pod-template-hash=${hash}
  Annotations:	kubernetes.io/change-cause: ${cause('nginx:1.16.1')}
  Containers:
   nginx:
    Image:	nginx:1.16.1
    Port:	80/TCP
    Host Port:	0/TCP
    Environment:	<none>
    Mounts:	<none>
  Volumes:	<none>
  Node-Selectors:	<none>
  Tolerations:	<none>

`)
    expect(await $('kubectl rollout undo deployment.v1.apps/nginx-deployment --to-revision=2'))
      .toBe('deployment.apps/nginx-deployment rolled back\n')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect((await history($)).map(row => row.split(' ')[0])).toEqual(['1', '3', '4'])
    expect(await $.refusal('kubectl rollout undo deployment/nginx-deployment --to-revision=2'))
      .toBe(`${warning}error: unable to find specified revision 2 in history\n`)
    expect(await $.refusal('kubectl rollout history deployment/nginx-deployment --revision=2'))
      .toBe('error: unable to find the specified revision\n')
    expect(await $('kubectl rollout undo deployment/nginx-deployment --to-revision=4'))
      .toBe('deployment.apps/nginx-deployment skipped rollback (current template already matches revision 4)\n')
  })

  test('the change cause can be written by hand', async () => {
    const $ = await started()
    await rollOut($, 'nginx:1.16.1')
    const annotation = "kubernetes.io/change-cause='image updated to 1.16.1'"
    await $(`kubectl annotate deployment.v1.apps/nginx-deployment ${annotation} --overwrite`)
    await eventually(() => history($)).toContain('2 image updated to 1.16.1')
  })

  test('a rollback brings the template back and nothing else: the scale of today stays', async () => {
    const $ = await started()
    await rollOut($, 'nginx:1.16.1')
    await $('kubectl scale deployment/nginx-deployment --replicas=5')
    await $('kubectl rollout undo deployment/nginx-deployment')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $.read('deployment nginx-deployment', '{.spec.replicas} {.spec.template.spec.containers[0].image}'))
      .toBe('5 nginx:1.14.2')
  })

  test('a paused Deployment can\'t be rolled back until it is resumed', async () => {
    const $ = await started()
    await rollOut($, 'nginx:1.16.1')
    await $('kubectl rollout pause deployment/nginx-deployment')
    expect(await $.refusal('kubectl rollout undo deployment/nginx-deployment'))
      .toBe(`${warning}error: you cannot rollback a paused deployment; `
        + "resume it first with 'kubectl rollout resume' and try again\n")
    await $('kubectl rollout resume deployment/nginx-deployment')
    expect(await $('kubectl rollout undo deployment/nginx-deployment')).toBe('deployment.apps/nginx-deployment rolled back\n')
  })

  test('with one revision, or no Deployment, there is nothing to go back to', async () => {
    const $ = await started()
    expect(await $.refusal('kubectl rollout undo deployment/nginx-deployment'))
      .toBe(`${warning}error: no rollout history found for deployment "nginx-deployment"\n`)
    expect(await $.refusal('kubectl rollout undo deployment/other'))
      .toBe('Error from server (NotFound): deployments.apps "other" not found\n')
  })
})
