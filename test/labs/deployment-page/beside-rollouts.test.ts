import { expect, test } from 'vitest'
import { eventually, onePage, section } from './page.ts'

section('Beside the page: restarting, waiting, looking, deleting', () => {
  const page = onePage()

  test('rollout restart makes all pods anew, by an annotation of the template', async () => {
    const $ = await page.started()
    const before = (await $('kubectl get pods -o name')).trim().split('\n')
    expect(await $('kubectl rollout restart deployment/nginx-deployment')).toBe('deployment.apps/nginx-deployment restarted\n')
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $.read('deployment nginx-deployment', '{.spec.template.metadata.annotations}'))
      .toMatch(/^\{"kubectl\.kubernetes\.io\/restartedAt":"\d{4}-\d\d-\d\dT/)
    await eventually(async () => (await $('kubectl get pods -o name')).trim().split('\n').filter(pod => before.includes(pod)))
      .toEqual([])
    expect(await $('kubectl rollout history deployment/nginx-deployment')).toMatch(/\n2 +<none>\n/)
  })

  test('wait --for=condition=available, for a JSON path, for a deletion, and what it says in vain', async () => {
    const $ = await page.open()
    await $('kubectl create deployment web --image=nginx:1.14.2 --replicas=2')
    expect(await $('kubectl wait --for=condition=available deployment/web --timeout=20s'))
      .toBe('deployment.apps/web condition met\n')
    expect(await $("kubectl wait --for=jsonpath='{.status.readyReplicas}'=2 deployment/web --timeout=20s"))
      .toBe('deployment.apps/web condition met\n')
    expect(await $.refusal('kubectl wait --for=condition=Progressing=false deployment/web --timeout=200ms'))
      .toBe('error: timed out waiting for the condition on deployments/web\n')
    const waiting = $('kubectl wait --for=delete deployment/web --timeout=20s')
    await $('kubectl delete deployment web')
    expect(await waiting).toMatch(/^(deployment\.apps\/web condition met\n)?$/)
  })

  test('get shows it in every form', async () => {
    const $ = await page.started()
    expect(await $('kubectl get deploy -o name')).toBe('deployment.apps/nginx-deployment\n')
    expect(await $('kubectl get deploy -o custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[*].image'))
      .toBe('NAME               IMAGE\nnginx-deployment   nginx:1.14.2\n')
    expect(await $.read('deploy', '{.items[*].spec.template.spec.containers[*].image}')).toBe('nginx:1.14.2')
    expect(await $("kubectl get deploy -o go-template='{{range .items}}{{.metadata.name}} {{.spec.replicas}}{{end}}'"))
      .toBe('nginx-deployment 3')
    const yaml = await $('kubectl get deploy nginx-deployment -o yaml')
    for (const line of ['apiVersion: apps/v1', 'kind: Deployment', '  replicas: 3', '      - image: nginx:1.14.2']) expect(yaml)
      .toContain(`${line}\n`)
    expect(yaml).not.toContain('managedFields')
    expect(JSON.parse(await $('kubectl get deploy nginx-deployment -o json --show-managed-fields')).metadata.managedFields
      .map(({ manager, operation, subresource }: Record<string, string>) => [manager, operation, subresource]).toSorted())
        .toEqual([
      ['kube-controller-manager', 'Update', 'status'], ['kubectl-client-side-apply', 'Update', undefined]])
    expect(await $('kubectl get deploy -o wide'))
      .toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nnginx-.* nginx:1\.14\.2 +app=nginx\n$/)
    expect(await $('kubectl get all'))
      .toMatch(/^pod\/[\s\S]*^deployment\.apps\/nginx-deployment [\s\S]*^replicaset\.apps\/nginx-deployment-/m)
  })

  test('delete --cascade: orphan leaves ReplicaSet and pods, foreground goes last itself, background first', async () => {
    const $ = await page.started()
    expect(await $('kubectl delete deployment nginx-deployment --cascade=orphan'))
      .toBe(`deployment.apps "nginx-deployment" deleted from ${$.namespace} namespace\n`)
    expect((await $.rows('kubectl get rs'))[0].slice(1, 4)).toEqual(['3', '3', '3'])
    expect(await $.read('rs', '{.items[0].metadata.ownerReferences}')).toBe('')

    await $('kubectl apply -f nginx-deployment.yaml')
    await $('kubectl rollout status deployment/nginx-deployment')
    await $('kubectl delete deployment nginx-deployment --cascade=foreground')
    expect(await $('kubectl get deploy,rs,pods -o name')).toBe('')

    await $('kubectl apply -f nginx-deployment.yaml')
    await $('kubectl delete deployment nginx-deployment --cascade=background')
    await eventually(() => $('kubectl get deploy,rs,pods -o name')).toBe('')
  })

  test('expose makes a Service of its labels and port', async () => {
    const $ = await page.started()
    expect(await $('kubectl expose deployment nginx-deployment --port=8080 --target-port=80'))
      .toBe('service/nginx-deployment exposed\n')
    expect(await $.read('service nginx-deployment', '{.spec.selector} {.spec.ports[0].port} {.spec.ports[0].targetPort}'))
      .toBe('{"app":"nginx"} 8080 80')
    const slices = 'endpointslices -l kubernetes.io/service-name=nginx-deployment'
    await eventually(() => $.read(slices, '{.items[0].endpoints[*].conditions.ready}'))
      .toBe('true true true')
  })

  test('create deployment: image, replicas, port, several containers, and a dry run', async () => {
    const $ = await page.open()
    expect(await $('kubectl create deployment web --image=nginx:1.14.2 --replicas=2 --port=80'))
      .toBe('deployment.apps/web created\n')
    const facts = '{.spec.replicas} {.spec.selector.matchLabels} {.spec.template.spec.containers[0].ports}'
    expect(await $.read('deployment web', facts))
      .toBe('2 {"app":"web"} [{"containerPort":80,"protocol":"TCP"}]')
    await $('kubectl create deployment pair --image=nginx:1.14.2 --image=busybox:1.36')
    expect(await $.read('deployment pair', '{.spec.template.spec.containers[*].name}')).toBe('nginx busybox')
    expect(await $('kubectl create deployment none --image=nginx --dry-run=server -o name')).toBe('deployment.apps/none\n')
    expect(await $('kubectl create deployment none --image=nginx --dry-run=client -o yaml')).toContain('  replicas: 1\n')
    expect(await $.refusal('kubectl create deployment web --image=nginx'))
      .toBe('error: failed to create deployment: deployments.apps "web" already exists\n')
    expect(await $('kubectl get deployments -o name')).toBe('deployment.apps/pair\ndeployment.apps/web\n')
  })

  test('run starts a pod beside it; events tell what happened to whom', async () => {
    const $ = await page.started()
    expect(await $('kubectl run probe --image=busybox:1.36 --restart=Never -- echo hello')).toBe('pod/probe created\n')
    await $("kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/probe --timeout=20s")
    expect(await $('kubectl logs probe')).toBe('hello\n')
    const lines = (await $('kubectl events --for deployment/nginx-deployment')).trim().split('\n')
    expect(lines[0].split(/ {2,}/)).toEqual(['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'])
    expect(lines.slice(1).map(line => line.split(/ {2,}/).slice(1))).toEqual([
      ['Normal', 'ScalingReplicaSet', 'Deployment/nginx-deployment',
        expect.stringMatching(/^Scaled up replica set nginx-deployment-\w+ from 0 to 3$/)]])
    await eventually(() => $('kubectl events --types=Normal'))
      .toMatch(/SuccessfulCreate +ReplicaSet\/nginx-deployment-\w+ +Created pod: /)
  })
})
