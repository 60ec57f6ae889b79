import { expect, test } from 'vitest'
import { isInvalid, onePage, section } from './page.ts'

section('Label selectors', () => {
  const page = onePage()

  const uids = "kubectl get rs -o jsonpath='{.items[*].metadata.uid}'"

  // The page still tells what changes of a selector would do; in apps/v1 there are none.
  test('can\'t be changed: not by adding, not by another value, not by taking away', async () => {
    const $ = await page.started()
    const immutable = (selector: string) =>
      isInvalid('nginx-deployment', `spec.selector: Invalid value: ${selector}: field is immutable`)
    const patch = (labels: object) => $.refusedPatch('deployment nginx-deployment', { spec: {
      selector: { matchLabels: labels }, template: { metadata: { labels: { tier: 'front', app: 'nginx', ...labels } } },
    } }, 'merge')
    expect(await patch({ tier: 'front' })).toBe(immutable('{"matchLabels":{"app":"nginx","tier":"front"}}'))
    expect(await patch({ app: 'other' })).toBe(immutable('{"matchLabels":{"app":"other"}}'))
    expect(await $.refusedPatch('deployment nginx-deployment', [{ op: 'remove', path: '/spec/selector' }], 'json'))
      .toBe(isInvalid('nginx-deployment', 'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"nginx"}: `selector` does not match template `labels`',
        'spec.selector: Invalid value: null: field is immutable'))
  })

  test('that ask for labels which the template lacks are refused', async () => {
    const $ = await page.started()
    expect(await $.refusedPatch('deployment nginx-deployment', { spec: { selector: { matchLabels: { tier: 'front' } } } }))
      .toBe(
      isInvalid('nginx-deployment',
        'spec.template.metadata.labels: Invalid value: {"app":"nginx"}: `selector` does not match template `labels`',
        'spec.selector: Invalid value: {"matchLabels":{"app":"nginx","tier":"front"}}: field is immutable'))
    const relabel = { op: 'replace', path: '/spec/template/metadata/labels', value: { app: 'other' } }
    expect(await $.refusedPatch('deployment nginx-deployment', [relabel], 'json')).toBe(isInvalid('nginx-deployment',
      'spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`'))
  })

  test('made anew with a narrower one, a Deployment leaves its old ReplicaSet an orphan and makes its own', async () => {
    const $ = await page.started()
    const before = await $(uids)
    await $('kubectl delete deployment nginx-deployment --cascade=orphan')
    await $('kubectl create -f narrower.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    const all = (await $(uids)).split(' ')
    expect(all).toHaveLength(2)
    expect(all).toContain(before)
    expect(await $.read('rs -l !tier', '{.items[0].metadata.ownerReferences}')).toBe('')
    expect(await $.rows('kubectl get pods')).toHaveLength(6)
  })

  test('made anew with the same one, a Deployment takes its ReplicaSet and pods over', async () => {
    const $ = await page.started()
    const before = await $(uids), pods = await $('kubectl get pods -o name')
    await $('kubectl delete deployment nginx-deployment --cascade=orphan')
    await $('kubectl apply -f nginx-deployment.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $(uids)).toBe(before)
    expect(await $('kubectl get pods -o name')).toBe(pods)
  })

  test('a label that is in no selector may come and go; pods of before keep theirs', async () => {
    const $ = await page.started()
    await $.patch('deployment nginx-deployment', { spec: { template: { metadata: { labels: { tier: 'front' } } } } })
    await $('kubectl rollout status deployment/nginx-deployment')
    await $.patch('deployment nginx-deployment', { spec: { template: { metadata: { labels: { tier: null } } } } })
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $.rows('kubectl get rs -l tier=front')).toHaveLength(1)
    expect(await $('kubectl rollout history deployment/nginx-deployment')).toMatch(/\n2 .*\n3 /)
  })
})
