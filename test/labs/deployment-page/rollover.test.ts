import { expect, test } from 'vitest'
import { eventually, onePage, onePageInTime, section } from './page.ts'

section('Rollover: an update in the middle of a rollout', () => {
  const page = onePageInTime()

  test('each update makes a ReplicaSet, and the one that was growing becomes an old one and shrinks', async () => {
    const $ = await page.open()
    await $('kubectl create deployment web --image=nginx:1.14.2 --replicas=3')
    await page.pass(30)
    await $('kubectl set image deployment/web nginx=nginx:1.16.1')
    await page.pass(0)
    const sizes = '{range .items[*]}{.spec.template.spec.containers[0].image} {.spec.replicas}{"\\n"}{end}'
    const wanted = async () => Object.fromEntries((await $.read('rs', sizes)).trim().split('\n').map(line => line.split(' ')))
    expect(await wanted()).toEqual({ 'nginx:1.14.2': '3', 'nginx:1.16.1': '1' })
    // Its one pod is not ready yet when the next update comes: it goes first, and makes room for the newest.
    await $('kubectl set image deployment/web nginx=nginx:1.17')
    await page.pass(0.1)
    expect(await wanted()).toEqual({ 'nginx:1.14.2': '3', 'nginx:1.16.1': '0', 'nginx:1.17': '1' })
    await page.pass(60)
    expect(await wanted()).toEqual({ 'nginx:1.14.2': '0', 'nginx:1.16.1': '0', 'nginx:1.17': '3' })
    expect(await $('kubectl rollout status deployment/web')).toBe('deployment "web" successfully rolled out\n')
  })
})

section('Rollover of a Deployment that is only half there', () => {
  const page = onePage()

  test('of 5 replicas 3 are made; an update kills those 3 at once and does not wait for the 5', async () => {
    const $ = await page.open()
    // The quota holds the first ReplicaSet at the three pods of the page's example; none of them is ready.
    await $('kubectl create quota three --hard=pods=3')
    await $("kubectl wait --for=jsonpath='{.status.hard.pods}'=3 quota/three")
    await $('kubectl create -f five-unready.yaml')
    await $("kubectl wait --for=jsonpath='{.status.replicas}'=3 deployment/web")
    const [[oldRS]] = await $.rows('kubectl get rs')
    await $('kubectl patch quota three -p {"spec":{"hard":{"pods":"20"}}}'.replace(/(\{.*)$/, "'$1'"))
    await $('kubectl set image deployment/web nginx=nginx:1.16.1')
    await eventually(() => $(`kubectl get rs ${oldRS} --no-headers`)).toMatch(/ 0 +0 +0 /)
    await eventually(async () => (await $.rows('kubectl get rs')).map(row => row.slice(1, 3).join(' ')).toSorted())
      .toEqual(['0 0', '5 5'])
    const events = await $('kubectl get events --field-selector involvedObject.kind=Deployment')
    // One step: not pod by pod, as healthy ones would go.
    expect(events).toContain(`Scaled down replica set ${oldRS} from 5 to 0`)
  })
})
