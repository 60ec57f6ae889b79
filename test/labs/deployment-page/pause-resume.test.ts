import { expect, test } from 'vitest'
import { eventually, onePage, onePageInTime, section } from './page.ts'

section('Pausing and resuming a rollout', () => {
  const page = onePage()

  test('what changes while it is paused comes as one revision when it is resumed', async () => {
    const $ = await page.started()
    expect(await $('kubectl rollout pause deployment.v1.apps/nginx-deployment')).toBe('deployment.apps/nginx-deployment paused\n')
    expect(await $('kubectl set image deployment.v1.apps/nginx-deployment nginx=nginx:1.16.1'))
      .toBe('deployment.apps/nginx-deployment image updated\n')
    expect(await $('kubectl rollout history deployment.v1.apps/nginx-deployment')).toBe(`deployment.apps/nginx-deployment 
REVISION  CHANGE-CAUSE
1         <none>

`)
    expect((await $.rows('kubectl get rs')).map(row => row.slice(1, 4))).toEqual([['3', '3', '3']])
    expect(await $('kubectl set resources deployment.v1.apps/nginx-deployment -c=nginx --limits=cpu=200m,memory=512Mi'))
      .toBe('deployment.apps/nginx-deployment resource requirements updated\n')
    expect(await $('kubectl rollout status deployment/nginx-deployment --watch=false'))
      .toMatch(/^Waiting for deployment .*(: 0 out of 3 new replicas have been updated|spec update to be observed)\.\.\.\n$/)
    await eventually(() => $('kubectl describe deployment nginx-deployment')).toMatch(/Progressing +Unknown +DeploymentPaused/)

    const watching = $.leaveRunning('kubectl get rs -w --no-headers')
    await watching.seen(/ 3 +3 +3 /)
    expect(await $('kubectl rollout resume deployment.v1.apps/nginx-deployment'))
      .toBe('deployment.apps/nginx-deployment resumed\n')
    await $('kubectl rollout status deployment/nginx-deployment')
    await watching.seen(/ 0 +0 +0 /)
    await watching.interrupt()
    const rows = watching.lines.map(line => line.split(/ +/)), old = rows[0][0]
    const desired = (isOld: boolean) => rows.filter(row => (row[0] === old) === isOld).map(row => row[1])
      .filter((size, index, all) => size !== all[index - 1])
    // The page's sequence: the old one 3, 2, 1, 0 in turns with the new one 1, 2, 3.
    expect(desired(true)).toEqual(['3', '2', '1', '0'])
    expect(desired(false).filter(size => size !== '0')).toEqual(['1', '2', '3'])
    expect((await $.rows('kubectl get rs')).map(row => row.slice(1, 4).join(' ')).toSorted()).toEqual(['0 0 0', '3 3 3'])
    expect(await $('kubectl rollout history deployment/nginx-deployment')).toMatch(/\n1 .*\n2 .*\n\n$/)
    expect(await $.read('pods', '{.items[0].spec.containers[0].image} {.items[0].spec.containers[0].resources.limits}'))
      .toBe('nginx:1.16.1 {"cpu":"200m","memory":"512Mi"}')
  })

  test('it scales while it is paused', async () => {
    const $ = await page.started()
    await $('kubectl rollout pause deployment/nginx-deployment')
    await $('kubectl scale deployment/nginx-deployment --replicas=5')
    await eventually(async () => (await $.rows('kubectl get rs'))[0].slice(1, 4)).toEqual(['5', '5', '5'])
  })

  test('a rollout can be paused on its way, and stays where it is', async () => {
    const $ = await page.started()
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.161')
    await eventually(async () => (await $.rows('kubectl get rs')).map(row => row[1]).toSorted()).toEqual(['1', '3'])
    await $('kubectl rollout pause deployment/nginx-deployment')
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await eventually(() => $.read('deployment nginx-deployment', '{.status.observedGeneration}')).toBe('4')
    expect(await $.rows('kubectl get rs')).toHaveLength(2)
    await $('kubectl rollout resume deployment/nginx-deployment')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect((await $.rows('kubectl get rs')).map(row => row[3]).toSorted()).toEqual(['0', '0', '3'])
  })

  test('what makes no sense is said: pausing twice, resuming what runs, restarting what is paused', async () => {
    const $ = await page.started()
    expect(await $.refusal('kubectl rollout resume deployment/nginx-deployment'))
      .toBe('error: deployments.apps "nginx-deployment" is not paused\n')
    await $('kubectl rollout pause deployment/nginx-deployment')
    expect(await $.refusal('kubectl rollout pause deployment/nginx-deployment'))
      .toBe('error: deployments.apps "nginx-deployment" is already paused\n')
    expect(await $.refusal('kubectl rollout restart deployment/nginx-deployment'))
      .toBe('error: deployments.apps "nginx-deployment" can\'t restart paused deployment (run rollout resume first)\n')
  })

  test('born paused, it makes nothing until it is resumed', async () => {
    const $ = await page.open()
    await $('kubectl create -f paused.yaml')
    await eventually(() => $.read('deployment web', '{.status.observedGeneration}')).toBe('1')
    expect(await $('kubectl get rs -o name')).toBe('')
    expect((await $.rows('kubectl get deployment web'))[0].slice(1, 4)).toEqual(['0/2', '0', '0'])
    await $('kubectl rollout resume deployment/web')
    expect(await $('kubectl rollout status deployment/web')).toMatch(/successfully rolled out\n$/)
  })
})

section('Pausing, and time', () => {
  const page = onePageInTime()

  test('the progress deadline does not run while a rollout is paused', async () => {
    const $ = await page.open()
    await $('kubectl create deployment web --image=nginx:1.14.2')
    await $.patch('deployment web', { spec: { progressDeadlineSeconds: 60 } })
    await page.pass(10)
    await $('kubectl set image deployment/web nginx=nginx:1.161')
    await page.pass(30)
    await $('kubectl rollout pause deployment/web')
    await page.pass(120)
    const progress = () => $.read('deployment web', '{.status.conditions[?(@.type=="Progressing")].reason}')
    expect(await progress()).toBe('DeploymentPaused')
    await $('kubectl rollout resume deployment/web')
    await page.pass(50)
    expect(await progress()).toBe('DeploymentResumed')
    await page.pass(20)
    expect(await progress()).toBe('ProgressDeadlineExceeded')
  })
})
