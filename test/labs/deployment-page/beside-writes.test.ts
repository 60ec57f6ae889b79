import { expect, test } from 'vitest'
import { eventually, onePage, section, type Terminal } from './page.ts'

const image = ($: Terminal) => $.read('deployment nginx-deployment', '{.spec.template.spec.containers[0].image}')

section('Beside the page: ways to change a Deployment', () => {
  const page = onePage()

  const started = async (how = 'apply') => {
    const $ = await page.open()
    await $(`kubectl ${how} -f nginx-deployment.yaml`)
    await $('kubectl rollout status deployment/nginx-deployment')
    return $
  }

  test('label and annotate', async () => {
    const $ = await started()
    expect(await $('kubectl label deployment nginx-deployment tier=front')).toBe('deployment.apps/nginx-deployment labeled\n')
    expect(await $.refusal('kubectl label deployment nginx-deployment tier=back'))
      .toBe("error: 'tier' already has a value (front), and --overwrite is false\n")
    expect(await $('kubectl label deployment nginx-deployment tier=back --overwrite'))
      .toBe('deployment.apps/nginx-deployment labeled\n')
    expect(await $('kubectl get deployments -l tier=back -o name')).toBe('deployment.apps/nginx-deployment\n')
    expect(await $('kubectl label deployment nginx-deployment tier-')).toBe('deployment.apps/nginx-deployment unlabeled\n')
    expect(await $("kubectl annotate deployment nginx-deployment note='mind the gap'"))
      .toBe('deployment.apps/nginx-deployment annotated\n')
    // Of metadata, annotations alone count as a change that the controller has to see.
    expect(await $.read('deployment nginx-deployment', '{.metadata.annotations.note} {.metadata.generation}'))
      .toBe('mind the gap 2')
  })

  test('patch in its three types', async () => {
    const $ = await started()
    const patch = (type: 'strategic' | 'merge' | 'json', body: unknown) => $.patch('deployment nginx-deployment', body, type)
    const containers = () =>
      $.read('deployment nginx-deployment', '{range .spec.template.spec.containers[*]}{.name}={.image} {end}')
    // strategic: lists are merged by the name of the container
    const side = { name: 'side', image: 'busybox:1.36', command: ['sleep', '1d'] }
    expect(await patch('strategic', { spec: { template: { spec: { containers: [side] } } } }))
      .toBe('deployment.apps/nginx-deployment patched\n')
    expect(await containers()).toBe('side=busybox:1.36 nginx=nginx:1.14.2 ')
    // merge: a list replaces the list
    await patch('merge', { spec: { template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.16.1' }] } } } })
    expect(await containers()).toBe('nginx=nginx:1.16.1 ')
    // json: by place
    const test = (value: number) => ({ op: 'test', path: '/spec/replicas', value })
    await patch('json', [test(3), { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:1.17' }])
    expect(await containers()).toBe('nginx=nginx:1.17 ')
    expect(await patch('merge', { spec: { replicas: 3 } })).toBe('deployment.apps/nginx-deployment patched (no change)\n')
    expect(await $.refusedPatch('deployment nginx-deployment', [test(4), { op: 'remove', path: '/spec/replicas' }], 'json'))
      .toBe('The request is invalid: the server rejected our request due to an error in our request\n')
  })

  test('replace, and replace --force that makes it anew', async () => {
    const $ = await started('create')
    const uid = () => $.read('deployment nginx-deployment', '{.metadata.uid}'), before = await uid()
    expect(await $('kubectl replace -f nginx-1.16.1.yaml')).toBe('deployment.apps/nginx-deployment replaced\n')
    expect(await image($)).toBe('nginx:1.16.1')
    expect(await uid()).toBe(before)
    expect(await $('kubectl replace --force -f nginx-deployment.yaml')).toBe(
      `deployment.apps "nginx-deployment" deleted from ${$.namespace} namespace\ndeployment.apps/nginx-deployment replaced\n`)
    expect(await uid()).not.toBe(before)
    await $('kubectl rollout status deployment/nginx-deployment')
    await eventually(async () => (await $.rows('kubectl get pods')).length).toBe(3)
  })

  test('diff shows what apply would change, with exit status 1, and nothing when there is nothing', async () => {
    const $ = await started()
    const { code, stdout } = await $.attempt('kubectl diff -f nginx-1.16.1.yaml')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^-  generation: 1\n\+  generation: 2$/m)
    expect(stdout).toMatch(/^-      - image: nginx:1\.14\.2\n\+      - image: nginx:1\.16\.1$/m)
    expect(await image($)).toBe('nginx:1.14.2')
    expect(await $.attempt('kubectl diff -f nginx-deployment.yaml')).toMatchObject({ code: 0, stdout: '' })
  })

  test('apply takes away what its last manifest had and the new one has not, and leaves what others set', async () => {
    const $ = await started()
    await $('kubectl scale deployment/nginx-deployment --replicas=2')
    await $('kubectl label deployment nginx-deployment by=hand')
    expect(await $('kubectl apply -f nginx-no-ports.yaml')).toBe('deployment.apps/nginx-deployment configured\n')
    const facts = '{.spec.replicas} {.spec.template.spec.containers[0].ports} {.metadata.labels.by}'
    expect(await $.read('deployment nginx-deployment', facts))
      .toBe('3  hand')
  })

  test('apply --prune removes what was applied and is no longer in the folder', async () => {
    const $ = await page.open()
    await $('kubectl apply -f pruned')
    await $('kubectl create deployment bystander --image=nginx:1.14.2')
    await $('kubectl label deployment bystander set=pruned')
    const { stdout } = await $.attempt('kubectl apply -f pruned/kept.yaml --prune -l set=pruned')
    expect(stdout).toBe('deployment.apps/kept unchanged\ndeployment.apps/gone pruned\n')
    // (what was never applied stays, whatever its labels)
    await eventually(() => $('kubectl get deployments -o name')).toBe('deployment.apps/bystander\ndeployment.apps/kept\n')
  })

  test('apply --server-side: owners of fields, a conflict, and how to win it', async () => {
    const $ = await page.open()
    expect(await $('kubectl apply --server-side -f nginx-deployment.yaml --field-manager=first'))
      .toBe('deployment.apps/nginx-deployment serverside-applied\n')
    const managers = async () => {
      const { metadata } = JSON.parse(await $('kubectl get deployment nginx-deployment -o json --show-managed-fields'))
      return (metadata.managedFields as Record<string, string>[]).filter(entry => !entry.subresource)
        .map(({ manager, operation }) => `${manager} ${operation}`)
    }
    expect(await managers()).toContain('first Apply')
    expect(await $.refusal('kubectl apply --server-side -f nginx-1.16.1.yaml --field-manager=second')).toBe(
      `error: Apply failed with 1 conflict: conflict with "first": .spec.template.spec.containers[name="nginx"].image
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
`)
    expect(await $('kubectl apply --server-side -f nginx-1.16.1.yaml --field-manager=second --force-conflicts'))
      .toBe('deployment.apps/nginx-deployment serverside-applied\n')
    expect(await image($)).toBe('nginx:1.16.1')
    expect((await managers()).toSorted()).toEqual(expect.arrayContaining(['first Apply', 'second Apply']))
    // and an autoscaler's or a person's scale is a conflict too
    await $('kubectl scale deployment/nginx-deployment --replicas=5')
    expect(await $.refusal('kubectl apply --server-side -f nginx-1.16.1.yaml --field-manager=second'))
      .toMatch(/^error: Apply failed with 1 conflict: conflict with "kubectl" .*using apps\/v1: \.spec\.replicas\n/)
  })
})
