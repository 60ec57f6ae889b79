import { expect, test } from 'vitest'
import { eventually, onePage, section, type Terminal } from './page.ts'

const sizes = async ($: Terminal) => (await $.rows('kubectl get rs')).map(row => row.slice(1, 4).join(' ')).toSorted()

section('Proportional scaling', () => {
  const page = onePage()

  /** The page's example: ten replicas, surge 3, unavailable 2, and an image that can't be pulled. */
  const stuck = async () => {
    const $ = await page.open()
    await $('kubectl apply -f ten-replicas.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    // DESIRED and CURRENT of the page are READY today.
    expect((await $.rows('kubectl get deploy'))[0].slice(0, 4)).toEqual(['nginx-deployment', '10/10', '10', '10'])
    expect(await $('kubectl set image deployment.v1.apps/nginx-deployment nginx=nginx:sometag'))
      .toBe('deployment.apps/nginx-deployment image updated\n')
    await eventually(() => sizes($)).toEqual(['5 5 0', '8 8 8'])
    return $
  }

  test('a stuck rollout stands at 8 and 5; scaled to 15 it becomes 11 and 7', async () => {
    const $ = await stuck()
    await $('kubectl scale deployment/nginx-deployment --replicas=15')
    await eventually(() => sizes($)).toEqual(['11 11 11', '7 7 0'])
    await eventually(async () => (await $.rows('kubectl get deploy'))[0].slice(1, 4)).toEqual(['11/15', '7', '11'])
    // and goes on to the end once the new pods come up
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect((await sizes($)).toSorted()).toEqual(['0 0 0', '0 0 0', '15 15 15'])
  })

  test('down it goes in proportion as well', async () => {
    const $ = await stuck()
    await $('kubectl scale deployment/nginx-deployment --replicas=5')
    // 8 of 5+3: 13 become 8, and of the old ones those go that need not be available.
    const wanted = async () => (await sizes($)).map(row => Number(row.split(' ')[0])).reduce((a, b) => a + b)
    await eventually(wanted).toBeLessThanOrEqual(8)
    await eventually(() => $.read('deployment nginx-deployment', '{.status.availableReplicas}'))
      .toMatch(/^[3-5]$/)
  })

  test('a ReplicaSet without pods gets none', async () => {
    const $ = await page.open()
    await $('kubectl apply -f ten-replicas.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await $('kubectl rollout status deployment/nginx-deployment')
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:sometag')
    await eventually(() => sizes($)).toEqual(['0 0 0', '5 5 0', '8 8 8'])
    await $('kubectl scale deployment/nginx-deployment --replicas=15')
    await eventually(() => sizes($)).toEqual(['0 0 0', '11 11 11', '7 7 0'])
  })

  test('a paused rollout is scaled in proportion too', async () => {
    const $ = await stuck()
    await $('kubectl rollout pause deployment/nginx-deployment')
    await $('kubectl scale deployment/nginx-deployment --replicas=15')
    await eventually(() => sizes($)).toEqual(['11 11 11', '7 7 0'])
  })
})
