import { expect, test } from 'vitest'
import { eventually, isInvalid, isWaiting, onePage, onePageInTime, section } from './page.ts'

section('Creating a Deployment, step by step', () => {
  const page = onePageInTime()

  test('get deployments shows it come up, rollout status follows, get rs and get pods show what it made', async () => {
    const $ = await page.open()
    expect(await $('kubectl apply -f nginx-deployment.yaml')).toBe('deployment.apps/nginx-deployment created\n')
    await page.pass(0)
    // The page shows UP-TO-DATE 0: a moment later, before any pod runs, the pods are there.
    expect(await $('kubectl get deployments')).toBe(`NAME               READY   UP-TO-DATE   AVAILABLE   AGE
nginx-deployment   0/3     3            0           0s
`)
    const following = $.leaveRunning('kubectl rollout status deployment.v1.apps/nginx-deployment')
    // The page's «Waiting for rollout to finish» names the Deployment today.
    await following.seen(/0 of 3/)
    await page.pass(18)
    await following.seen(/success/)
    expect(following.lines[0]).toBe(isWaiting('nginx-deployment', '0 of 3 updated replicas are available'))
    expect(following.lines.at(-1)).toBe('deployment "nginx-deployment" successfully rolled out')

    expect(await $('kubectl get deployments')).toBe(`NAME               READY   UP-TO-DATE   AVAILABLE   AGE
nginx-deployment   3/3     3            3           18s
`)
    expect(await $('kubectl get rs')).toMatch(
      /^NAME +DESIRED   CURRENT   READY   AGE\nnginx-deployment-[bcdf-hj-np-tv-xz24-9]{8,10} {3}3 {9}3 {9}3 {7}18s\n$/)
  })

  test('every pod gets the pod-template-hash that its ReplicaSet is named after and selects by', async () => {
    const $ = await page.open()
    await $('kubectl apply -f nginx-deployment.yaml')
    await page.pass(5)
    const [[rs]] = await $.rows('kubectl get rs'), hash = rs.slice('nginx-deployment-'.length)
    const pods = await $.rows('kubectl get pods --show-labels')
    expect(pods).toHaveLength(3)
    for (const [name, ...columns] of pods) {
      expect(name).toMatch(new RegExp(`^${rs}-[a-z0-9]{5}$`))
      expect(columns.slice(0, 3)).toEqual(['1/1', 'Running', '0'])
      expect(columns.at(-1)).toBe(`app=nginx,pod-template-hash=${hash}`)
    }
    const labels = `{"app":"nginx","pod-template-hash":"${hash}"}`
    expect(await $.read(`rs ${rs}`, '{.metadata.labels} {.spec.selector.matchLabels} {.spec.template.metadata.labels}'))
      .toBe(`${labels} ${labels} ${labels}`)
    // The Deployment's own selector and template stay as they were written.
    expect(await $.read('deployment nginx-deployment', '{.spec.selector.matchLabels} {.spec.template.metadata.labels}'))
      .toBe('{"app":"nginx"} {"app":"nginx"}')
  })
})

section('Creating a Deployment', () => {
  const page = onePage()

  test('--record notes the command as the change cause, and says that it is deprecated today', async () => {
    const $ = await page.open()
    expect(await $.attempt('kubectl apply -f nginx-deployment.yaml --record')).toMatchObject({
      code: 0, stdout: 'deployment.apps/nginx-deployment created\n',
      stderr: 'Flag --record has been deprecated, --record will be removed in the future\n',
    })
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $('kubectl rollout history deployment/nginx-deployment'))
      .toBe(`deployment.apps/nginx-deployment \nREVISION  CHANGE-CAUSE
1         kubectl apply --filename=nginx-deployment.yaml --record=true

`)
  })

  test('the same manifest again changes nothing', async () => {
    const $ = await page.started()
    expect(await $('kubectl apply -f nginx-deployment.yaml')).toBe('deployment.apps/nginx-deployment unchanged\n')
    expect(await $.rows('kubectl get rs')).toHaveLength(1)
  })

  test('matchLabels and matchExpressions both have to hold', async () => {
    const $ = await page.open()
    expect(await $('kubectl create -f two-tiers.yaml')).toBe('deployment.apps/front created\n')
    await $('kubectl rollout status deployment/front')
    // (the selector's values in order, as upstream prints them)
    expect(await $('kubectl get deployment front -o wide')).toMatch(/ app=shop,tier in \(back,front\)\n$/)
    expect(await $.rows("kubectl get pods -l 'app=shop,tier in (front)'")).toHaveLength(2)
    const relabel = { op: 'replace', path: '/spec/template/metadata/labels/tier', value: 'cache' }
    expect(await $.refusedPatch('deployment front', [relabel], 'json')).toBe(isInvalid('front',
      'spec.template.metadata.labels: Invalid value: {"app":"shop","tier":"cache"}: `selector` does not match template `labels`'))
  })

  test('two Deployments with the same selector live side by side: their pods are told apart by their owner', async () => {
    const $ = await page.started()
    await $('kubectl create deployment other --image=nginx:1.14.2 --replicas=2')
    const { apiVersion, kind, spec } = JSON.parse(await $('kubectl get deployment nginx-deployment -o json'))
    await $('kubectl create -f -', JSON.stringify({ apiVersion, kind, metadata: { name: 'twin' }, spec }))
    await $('kubectl rollout status deployment/twin')
    await $('kubectl rollout status deployment/other')
    expect((await $.rows('kubectl get deployments')).map(row => row.slice(0, 2))).toEqual(
      [['nginx-deployment', '3/3'], ['other', '2/2'], ['twin', '3/3']])
    expect(await $.rows('kubectl get pods -l app=nginx')).toHaveLength(6)
    await $('kubectl scale deployment/twin --replicas=1')
    await eventually(async () => (await $.rows('kubectl get pods -l app=nginx')).length).toBe(4)
    expect(await $('kubectl get deployment nginx-deployment')).toMatch(/ 3\/3 /)
  })

  test('a pod that somebody makes with the labels of a ReplicaSet is taken for one of its own, and is one too many', async () => {
    const $ = await page.started()
    // With the Deployment's label alone it is nobody's: the ReplicaSet selects by the hash as well.
    await $('kubectl run stray --image=nginx:1.14.2 --labels=app=nginx')
    expect(await $.read('pod stray', '{.metadata.ownerReferences}')).toBe('')
    const hash = await $.read('rs', '{.items[0].metadata.labels.pod-template-hash}')
    await $(`kubectl label pod stray pod-template-hash=${hash}`)
    await eventually(async () => (await $.rows('kubectl get pods')).length).toBe(3)
    expect(await $('kubectl get deployment nginx-deployment')).toMatch(/ 3\/3 +3 +3 /)
  })

  test('a ReplicaSet of the Deployment that is scaled or deleted by hand is put right', async () => {
    const $ = await page.started()
    const rs = (await $('kubectl get rs -o name')).trim(), uid = () => $.read('rs', '{.items[*].metadata.uid}')
    await $(`kubectl scale ${rs} --replicas=1`)
    await eventually(() => $('kubectl get rs --no-headers')).toMatch(/ 3 +3 +3 /)
    const before = await uid()
    await $(`kubectl delete ${rs}`)
    await eventually(() => $('kubectl get rs --no-headers')).toMatch(/ 3 +3 +3 /)
    expect(await uid()).not.toBe(before)
    expect(await $('kubectl get rs -o name')).toBe(`${rs}\n`)
  })
})
