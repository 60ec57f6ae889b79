import { expect, test } from 'vitest'
import { onePage, section } from './page.ts'

section('Scaling', () => {
  const page = onePage()

  test('scale --replicas gives it ten pods, and takes them away again down to none', async () => {
    const $ = await page.started()
    expect(await $('kubectl scale deployment.v1.apps/nginx-deployment --replicas=10'))
      .toBe('deployment.apps/nginx-deployment scaled\n')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect((await $.rows('kubectl get deployment'))[0].slice(1, 4)).toEqual(['10/10', '10', '10'])
    await $('kubectl scale deployment/nginx-deployment --replicas=0')
    await $("kubectl wait --for=delete pod -l app=nginx --timeout=20s")
    expect((await $.rows('kubectl get deployment'))[0].slice(1, 4)).toEqual(['0/0', '0', '0'])
    expect((await $.rows('kubectl get rs'))[0].slice(1, 4)).toEqual(['0', '0', '0'])
  })

  test('--current-replicas lets it go on only from the number one believes in', async () => {
    const $ = await page.started()
    expect(await $.refusal('kubectl scale deployment/nginx-deployment --current-replicas=2 --replicas=5'))
      .toBe('error: Expected replicas to be 2, was 3\n')
    expect(await $('kubectl scale deployment/nginx-deployment --current-replicas=3 --replicas=5'))
      .toBe('deployment.apps/nginx-deployment scaled\n')
    expect(await $.read('deployment nginx-deployment', '{.spec.replicas}')).toBe('5')
  })

  test('several at once, by their file or label; what is not there, or less than nothing, is refused', async () => {
    const $ = await page.started()
    await $('kubectl create deployment other --image=nginx:1.14.2')
    expect(await $('kubectl scale --replicas=2 deployment/nginx-deployment deployment/other')).toBe(
      'deployment.apps/nginx-deployment scaled\ndeployment.apps/other scaled\n')
    expect(await $('kubectl scale --replicas=1 -f nginx-deployment.yaml')).toBe('deployment.apps/nginx-deployment scaled\n')
    expect(await $('kubectl scale --replicas=4 deployment -l app=other')).toBe('deployment.apps/other scaled\n')
    expect(await $.read('deployments', '{.items[*].spec.replicas}')).toBe('1 4')
    expect(await $.refusal('kubectl scale --replicas=2 deployment/none'))
      .toBe('Error from server (NotFound): deployments.apps "none" not found\n')
    expect(await $.refusal('kubectl scale --replicas=-1 deployment/other'))
      .toBe('error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n')
  })

  test('the scale subresource tells what an autoscaler reads', async () => {
    const $ = await page.started()
    expect(JSON.parse(await $(`kubectl get deployment nginx-deployment --subresource=scale -o json`))).toMatchObject({
      apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 3 }, status: { replicas: 3, selector: 'app=nginx' },
    })
  })
})
