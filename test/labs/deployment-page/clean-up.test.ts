import { expect, test } from 'vitest'
import { eventually, isInvalid, onePage, section, type Terminal } from './page.ts'

const revisions = async ($: Terminal) =>
  (await $.read('rs', '{range .items[*]}{.metadata.annotations.deployment\\.kubernetes\\.io/revision}{"\\n"}{end}'))
  .trim().split('\n').map(Number).toSorted((a, b) => a - b)

section('The clean-up policy', () => {
  const page = onePage()

  const updated = async ($: Terminal, times: number) => {
    for (let version = 1; version <= times; version++) {
      await $(`kubectl set image deployment/nginx-deployment nginx=nginx:1.16.${version}`)
      await $('kubectl rollout status deployment/nginx-deployment')
    }
  }

  test('ten old ReplicaSets are kept unless it says otherwise', async () => {
    const $ = await page.open()
    await $('kubectl create deployment nginx-deployment --image=nginx:1.14.2')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $.read('deployment nginx-deployment', '{.spec.revisionHistoryLimit}')).toBe('10')
    await updated($, 12)
    await eventually(() => revisions($)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    expect(await $.refusal('kubectl rollout undo deployment/nginx-deployment --to-revision=1'))
      .toBe('error: unable to find specified revision 1 in history\n')
  })

  test('with revisionHistoryLimit 0 none is kept, and undo says that it can\'t', async () => {
    const $ = await page.open()
    await $('kubectl create deployment nginx-deployment --image=nginx:1.14.2')
    await $.patch('deployment nginx-deployment', { spec: { revisionHistoryLimit: 0 } })
    await $('kubectl rollout status deployment/nginx-deployment')
    await updated($, 1)
    await eventually(() => revisions($)).toEqual([2])
    expect(await $.refusal('kubectl rollout undo deployment/nginx-deployment'))
      .toBe('error: no rollout history found for deployment "nginx-deployment"\n')
  })

  test('a limit that is lowered removes what is too much at once, and a negative one is refused', async () => {
    const $ = await page.open()
    await $('kubectl create deployment nginx-deployment --image=nginx:1.14.2')
    await $('kubectl rollout status deployment/nginx-deployment')
    await updated($, 3)
    expect(await revisions($)).toEqual([1, 2, 3, 4])
    await $.patch('deployment nginx-deployment', { spec: { revisionHistoryLimit: 1 } })
    await eventually(() => revisions($)).toEqual([3, 4])
    expect(await $.refusedPatch('deployment nginx-deployment', { spec: { revisionHistoryLimit: -1 } }))
      .toBe(isInvalid('nginx-deployment', 'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0'))
  })

  test('the ReplicaSets go with their Deployment, and the pods with them', async () => {
    const $ = await page.open()
    await $('kubectl apply -f nginx-deployment.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    await updated($, 1)
    expect(await $('kubectl delete deployment nginx-deployment'))
      .toBe(`deployment.apps "nginx-deployment" deleted from ${$.namespace} namespace\n`)
    await eventually(() => $('kubectl get rs,pods -o name')).toBe('')
  })
})
