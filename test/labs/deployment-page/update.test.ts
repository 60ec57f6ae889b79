import { expect, test } from 'vitest'
import { watchExtremes } from '../rollout-watch.ts'
import { eventually, onePage, section, type Terminal } from './page.ts'

const isDone = 'deployment "nginx-deployment" successfully rolled out'
const causes = async ($: Terminal) =>
  (await $.rows('kubectl rollout history deployment/nginx-deployment')).slice(1).map(([number, cause]) => [number, cause])

section('Updating a Deployment', () => {
  const page = onePage()

  test('set image rolls the new image out: rollout status, get deployments, get rs, get pods', async () => {
    const $ = await page.started()
    const [[oldRS]] = await $.rows('kubectl get rs')
    expect(await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1'))
      .toBe('deployment.apps/nginx-deployment image updated\n')
    const status = await $.attempt('kubectl rollout status deployment.v1.apps/nginx-deployment')
    expect(status.code).toBe(0)
    expect(status.stdout.trimEnd().split('\n').at(-1)).toBe(isDone)

    expect((await $.rows('kubectl get deployments'))[0].slice(0, 4)).toEqual(['nginx-deployment', '3/3', '3', '3'])
    const rows = await $.rows('kubectl get rs')
    const sets = Object.fromEntries(rows.map(([name, ...numbers]) => [name, numbers.slice(0, 3).join(' ')]))
    expect(Object.keys(sets)).toHaveLength(2)
    expect(sets[oldRS]).toBe('0 0 0')
    const newRS = Object.keys(sets).find(name => name !== oldRS)!
    expect(sets[newRS]).toBe('3 3 3')
    // get pods shows the new pods only.
    await eventually(async () => (await $.rows('kubectl get pods')).map(([name]) => name.replace(/-[^-]+$/, '')))
      .toEqual([newRS, newRS, newRS])
  })

  test('the page\'s way to write --record first works too: it names the Deployment twice, and makes one revision', async () => {
    const $ = await page.started()
    const name = 'nginx-deployment'
    expect(await $(`kubectl --record deployment.apps/${name} set image deployment.v1.apps/${name} nginx=nginx:1.16.1`))
      .toBe('deployment.apps/nginx-deployment image updated\n'.repeat(2))
    await $('kubectl rollout status deployment/nginx-deployment')
    expect((await causes($)).map(([number]) => number)).toEqual(['1', '2'])
  })

  test('set image --record notes the change cause; an unchanged cause goes on to the next revision', async () => {
    const $ = await page.started()
    expect(await $.attempt('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1 --record')).toMatchObject({
      stdout: 'deployment.apps/nginx-deployment image updated\n',
      stderr: 'Flag --record has been deprecated, --record will be removed in the future\n',
    })
    await $('kubectl rollout status deployment/nginx-deployment')
    await $('kubectl set env deployment/nginx-deployment COLOUR=blue')
    await $('kubectl rollout status deployment/nginx-deployment')
    const cause = 'kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1 --record=true'
    expect(await causes($)).toEqual([['1', '<none>'], ['2', cause], ['3', cause]])
  })

  test('edit does the same with an editor', async () => {
    const $ = await page.started()
    const env = { KUBE_EDITOR: 'sed -i s/nginx:1.14.2/nginx:1.16.1/' }
    expect(await $.attempt('kubectl edit deployment.v1.apps/nginx-deployment', { env }))
      .toMatchObject({ code: 0, stdout: 'deployment.apps/nginx-deployment edited\n' })
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $.read('pods', '{.items[0].spec.containers[0].image}')).toBe('nginx:1.16.1')
    expect(await $.attempt('kubectl edit deployment.v1.apps/nginx-deployment', { env: { KUBE_EDITOR: 'true' } }))
      .toMatchObject({ code: 0, stderr: 'Edit cancelled, no changes made.\n' })
  })

  // The page says that at least 2 are available: 25 % of 3 that may be missing is rounded down to 0 since long, so it is 3.
  test.each([
    { replicas: 3, least: 3, most: 4 }, { replicas: 4, least: 3, most: 5 }, { replicas: 8, least: 6, most: 10 },
  ])('the default 25 % leaves $least of $replicas pods available, and makes $most at most', async ({ replicas, least, most }) => {
    const $ = await page.open()
    await $(`kubectl create deployment web --image=nginx:1.14.2 --replicas=${replicas}`)
    await $('kubectl rollout status deployment/web')
    const seen = watchExtremes(page.cluster.client, $.namespace)
    await $('kubectl set image deployment/web nginx=nginx:1.16.1')
    await $('kubectl rollout status deployment/web')
    seen.stop()
    expect(seen.leastAvailable).toBeGreaterThanOrEqual(least)
    expect(seen.mostPods).toBeGreaterThan(replicas)
    expect(seen.mostPods).toBeLessThanOrEqual(most)
  })

  test('describe deployments tells all of it, section by section', async () => {
    const $ = await page.started()
    const [[oldRS]] = await $.rows('kubectl get rs')
    await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await $('kubectl rollout status deployment/nginx-deployment')
    const newRS = (await $.rows('kubectl get rs')).map(([name]) => name).find(name => name !== oldRS)!
    const step = (way: string, rs: string, from: number, to: number) => `Scaled ${way} replica set ${rs} from ${from} to ${to}`
    await eventually(() => $('kubectl describe deployments')).toContain(step('down', oldRS, 1, 0))
    const text = (await $('kubectl describe deployments')).replace(/[ \t]+$/gm, '')
    // Annotations, ReplicaSets with no pods and «from X to Y» are printed otherwise than on the page.
    expect(text.slice(0, text.indexOf('Events:')).replace(/last-applied-configuration:\n.*\n/, 'last-applied-configuration: …\n'))
      .toMatch(new RegExp(`^${[
        'Name:                   nginx-deployment', `Namespace:              ${$.namespace}`,
        'CreationTimestamp:      [A-Z][a-z]{2}, .* \\+0000',
        'Labels:                 app=nginx', 'Annotations:            deployment.kubernetes.io/revision: 2',
        '(?: +kubectl.kubernetes.io/last-applied-configuration: …\\n)?Selector:               app=nginx',
        'Replicas:               3 desired \\| 3 updated \\| 3 total \\| 3 available \\| 0 unavailable',
        'StrategyType:           RollingUpdate', 'MinReadySeconds:        0',
        'RollingUpdateStrategy:  25% max unavailable, 25% max surge', 'Pod Template:', '  Labels:  app=nginx', '  Containers:',
        '   nginx:', '    Image:         nginx:1.16.1', '    Port:          80/TCP', '    Host Port:     0/TCP',
        '    Environment:   <none>', '    Mounts:        <none>', '  Volumes:         <none>', '  Node-Selectors:  <none>',
        '  Tolerations:     <none>', 'Conditions:', '  Type           Status  Reason', '  ----           ------  ------',
        '  Available      True    MinimumReplicasAvailable', '  Progressing    True    NewReplicaSetAvailable',
        `OldReplicaSets:  ${oldRS} \\(0/0 replicas created\\)`, `NewReplicaSet:   ${newRS} \\(3/3 replicas created\\)`, '',
      ].join('\\n')}$`))
    const events = text.slice(text.indexOf('Events:')).trimEnd().split('\n')
    expect(events.slice(1, 3).map(line => line.trim().split(/ {2,}/))).toEqual(
      [['Type', 'Reason', 'Age', 'From', 'Message'], ['----', '------', '----', '----', '-------']])
    const columns = events.slice(3).map(line => line.trim().split(/ {2,}/))
    expect(columns.map(([type, reason, , from, message]) => [type, reason, from, message]))
      .toEqual([
      step('up', oldRS, 0, 3), step('up', newRS, 0, 1), step('down', oldRS, 3, 2), step('up', newRS, 1, 2),
      step('down', oldRS, 2, 1), step('up', newRS, 2, 3), step('down', oldRS, 1, 0),
    ].map(message => ['Normal', 'ScalingReplicaSet', 'deployment-controller', message]))
  })

  test('a change of the template alone makes a revision: a scale, a label or a strategy does not', async () => {
    const $ = await page.started()
    await $('kubectl scale deployment/nginx-deployment --replicas=2')
    await $('kubectl label deployment/nginx-deployment team=a')
    await $.patch('deployment nginx-deployment', { spec: { strategy: { rollingUpdate: { maxSurge: 1 } }, minReadySeconds: 0 } })
    await $('kubectl rollout status deployment/nginx-deployment')
    expect(await $.rows('kubectl get rs')).toHaveLength(1)
    await $.patch('deployment nginx-deployment', { spec: { template: { metadata: { labels: { team: 'a' } } } } })
    await $('kubectl rollout status deployment/nginx-deployment')
    expect((await causes($)).map(([number]) => number)).toEqual(['1', '2'])
  })

  test('the image that is there already, or a container that is not', async () => {
    const $ = await page.started()
    expect(await $('kubectl set image deployment/nginx-deployment nginx=nginx:1.14.2')).toBe('')
    expect(await $.refusal('kubectl set image deployment/nginx-deployment web=nginx:1.16.1'))
      .toBe('error: unable to find container named "web"\n')
  })
})
