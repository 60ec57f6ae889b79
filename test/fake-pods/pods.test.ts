import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodes } from '../../api/kinds/core/nodes.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { configMaps } from '../../api/kinds/core/configmaps.ts'
import { isReady, podCluster, until, waitingReason, type PodCluster } from './cluster.ts'

let cluster: PodCluster
beforeAll(async () => {
  cluster = await podCluster()
})
afterAll(() => cluster.stop())

const ready = (name: string) =>
  until(async () => {
    const pod = await cluster.pod(name)
    return isReady(pod) && pod
  })
const shows = (name: string, reason: string) => until(async () => waitingReason(await cluster.pod(name)) === reason)
const phase = (name: string, wanted: string) =>
  until(async () => {
    const pod = await cluster.pod(name)
    return pod.status?.phase === wanted && pod
  })
const ended = (name: string) =>
  until(async () =>
    cluster.pod(name).then(
      () => false,
      () => true,
    ),
  )

test('a pod runs, has an address of its own and says so in its status', async () => {
  await cluster.run('plain', { image: 'nginx:1.25', ports: [{ containerPort: 80 }] })
  const { status, metadata } = await ready('plain')
  expect(status).toMatchObject({
    phase: 'Running',
    qosClass: 'BestEffort',
    hostIP: cluster.nodeAddress,
    podIP: expect.stringMatching(/^10\.244\.\d+\.\d+$/),
    observedGeneration: metadata.generation,
    containerStatuses: [
      {
        name: 'c',
        ready: true,
        started: true,
        restartCount: 0,
        image: 'nginx:1.25',
        imageID: expect.stringMatching(/^docker\.io\/library\/nginx@sha256:/),
        containerID: expect.stringMatching(/^mimikube:\/\/[0-9a-f]{64}$/),
        state: { running: { startedAt: expect.any(String) } },
      },
    ],
  })
  const told = await until(async () => {
    const events = await cluster.eventsOf('plain')
    return events.some(event => event.includes('Container started')) && events
  })
  expect(told).toEqual(
    expect.arrayContaining([
      'Normal Pulling Pulling image "nginx:1.25"',
      'Normal Created Container created',
      'Normal Started Container started',
      expect.stringMatching(
        /^Normal Pulled Successfully pulled image "nginx:1\.25" in \d.* \(.* including waiting\)\. Image size: \d+ bytes\.$/,
      ),
    ]),
  )
})

test('two pods never share an address', async () => {
  await Promise.all(['a', 'b', 'c', 'd'].map(name => cluster.run(`many-${name}`, { image: 'registry.k8s.io/pause:3.9' })))
  const ips = await Promise.all(['a', 'b', 'c', 'd'].map(async name => (await ready(`many-${name}`)).status?.podIP))
  expect(new Set(ips).size).toBe(4)
})

test('a tag that does not exist ends in ImagePullBackOff and recovers with a good one', async () => {
  await cluster.run('typo', { image: 'nginx:1.161' })
  await shows('typo', 'ImagePullBackOff')
  const { message } = (await cluster.pod('typo')).status!.containerStatuses![0].state!.waiting!
  expect(message).toBe(
    'Back-off pulling image "nginx:1.161": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image ' +
      '"docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": ' +
      'docker.io/library/nginx:1.161: not found',
  )
  const told = await until(async () => {
    const events = await cluster.eventsOf('typo')
    return events.some(event => event.includes('Error: ImagePullBackOff')) && events
  })
  expect(told).toEqual(
    expect.arrayContaining([
      'Normal Pulling Pulling image "nginx:1.161"',
      'Warning Failed Error: ErrImagePull',
      'Normal BackOff Back-off pulling image "nginx:1.161"',
    ]),
  )
  await cluster.client.patch(
    pods,
    'typo',
    'default',
    { spec: { containers: [{ name: 'c', image: 'nginx:1.16.1' }] } },
    { type: 'strategic' },
  )
  expect((await ready('typo')).status!.containerStatuses![0].image).toBe('nginx:1.16.1')
})

test.each([
  ['Never without the image', { image: 'example.test/never:1', imagePullPolicy: 'Never' as const }, 'ErrImageNeverPull'],
  ['a name that is none', { image: 'Upper/CASE' }, 'InvalidImageName'],
  ['a missing ConfigMap', { image: 'nginx', envFrom: [{ configMapRef: { name: 'not-there' } }] }, 'CreateContainerConfigError'],
  [
    'a missing Secret',
    { image: 'nginx', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'not-there', key: 'k' } } }] },
    'CreateContainerConfigError',
  ],
])('%s shows %s', async (name, spec, reason) => {
  const pod = `waits-${name.replaceAll(' ', '-').toLowerCase()}`
  await cluster.run(pod, spec)
  await shows(pod, reason)
})

test('a missing key is named, and the pod starts when it appears', async () => {
  await cluster.configMap('half', { other: '1' })
  await cluster.run('needs-key', {
    image: 'nginx',
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'half', key: 'PORT' } } }],
  })
  await shows('needs-key', 'CreateContainerConfigError')
  expect((await cluster.pod('needs-key')).status!.containerStatuses![0].state!.waiting!.message).toBe(
    "couldn't find key PORT in ConfigMap default/half",
  )
  await cluster.client.patch(configMaps, 'half', 'default', { data: { PORT: '1' } }, { type: 'merge' })
  await ready('needs-key')
})

test('a volume whose ConfigMap is missing holds the pod in ContainerCreating until it appears', async () => {
  await cluster.run('needs-volume', {
    volumes: [{ name: 'v', configMap: { name: 'site' } }],
    containers: [{ name: 'c', image: 'nginx', volumeMounts: [{ name: 'v', mountPath: '/usr/share/nginx/html' }] }],
  })
  await until(async () =>
    (await cluster.eventsOf('needs-volume')).includes(
      'Warning FailedMount MountVolume.SetUp failed for volume "v" : configmap "site" not found',
    ),
  )
  await shows('needs-volume', 'ContainerCreating')
  await cluster.configMap('site', { 'index.html': 'hello' })
  await ready('needs-volume')
})

test('pods that are not restarted end as their programs do', async () => {
  await cluster.run('done', {
    restartPolicy: 'Never',
    containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'echo fine'] }],
  })
  await cluster.run('wrong', {
    restartPolicy: 'Never',
    containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'echo no > /dev/termination-log; exit 3'] }],
  })
  expect((await phase('done', 'Succeeded')).status!.containerStatuses![0].state!.terminated).toMatchObject({
    exitCode: 0,
    reason: 'Completed',
  })
  expect((await phase('wrong', 'Failed')).status!.containerStatuses![0].state!.terminated).toMatchObject({
    exitCode: 3,
    reason: 'Error',
    message: 'no\n',
  })
})

test('init containers come first and a sidecar stays beside', async () => {
  await cluster.run('steps', {
    volumes: [{ name: 'shared', emptyDir: {} }],
    initContainers: [
      {
        name: 'write',
        image: 'busybox',
        command: ['sh', '-c', 'echo made by init > /site/index.html'],
        volumeMounts: [{ name: 'shared', mountPath: '/site' }],
      },
      { name: 'side', image: 'busybox', restartPolicy: 'Always', command: ['sleep', '3600'] },
    ],
    containers: [
      {
        name: 'c',
        image: 'nginx',
        volumeMounts: [{ name: 'shared', mountPath: '/usr/share/nginx/html' }],
        readinessProbe: { httpGet: { path: '/index.html', port: 80 } },
      },
    ],
  })
  const { status } = await ready('steps')
  expect(status!.initContainerStatuses).toMatchObject([
    { name: 'write', ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    { name: 'side', ready: true, started: true, state: { running: {} } },
  ])
})

test('the environment has values, keys, fields, services and references', async () => {
  await cluster.configMap('settings', { MODE: 'fast' })
  await cluster.expose('back-end', { ports: [{ name: 'http', port: 8080 }] })
  await cluster.run('env', {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'c',
        image: 'busybox',
        terminationMessagePolicy: 'FallbackToLogsOnError',
        resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi', cpu: '1' } },
        command: [
          'sh',
          '-c',
          'echo $MODE $NAME $IP $CPU $MEMORY $WHOLE "$LITERAL" ${MISSING-unset} $BACK_END_SERVICE_PORT_HTTP $PREFIX_MODE; exit 1',
        ],
        envFrom: [
          { configMapRef: { name: 'settings' } },
          { prefix: 'PREFIX_', configMapRef: { name: 'settings' } },
          { secretRef: { name: 'gone', optional: true } },
        ],
        env: [
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } } },
          { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
          { name: 'WHOLE', value: '$(NAME)-$(MODE)' },
          { name: 'LITERAL', value: '$$(NAME) $(NOBODY)' },
          { name: 'MISSING', valueFrom: { configMapKeyRef: { name: 'settings', key: 'none', optional: true } } },
        ],
      },
    ],
  })
  const { status } = await phase('env', 'Failed')
  expect(status!.containerStatuses![0].state!.terminated!.message).toBe(
    `fast env ${status!.podIP} 250 64 env-fast $(NAME) $(NOBODY) unset 8080 fast\n`,
  )
})

test('a deleted pod runs its preStop hook, ends its programs and is gone', async () => {
  await cluster.run('leaves', { image: 'nginx', lifecycle: { preStop: { exec: { command: ['sh', '-c', 'touch /tmp/asked'] } } } })
  await ready('leaves')
  await cluster.remove('leaves')
  await ended('leaves')
  expect(await until(async () => (await cluster.eventsOf('leaves')).find(event => event.includes('Killing')))).toBe(
    'Normal Killing Stopping container c',
  )
})

test('a preStop hook that fails is told of and holds nothing up', async () => {
  await cluster.run('bad-hook', { image: 'nginx', lifecycle: { preStop: { exec: { command: ['false'] } } } })
  await ready('bad-hook')
  await cluster.remove('bad-hook')
  await ended('bad-hook')
  await until(async () => (await cluster.eventsOf('bad-hook')).includes('Warning FailedPreStopHook PreStopHook failed'))
})

test('a liveness probe that fails restarts the container', async () => {
  await cluster.run('sick', {
    image: 'nginx',
    livenessProbe: { httpGet: { path: '/no', port: 80 }, periodSeconds: 1, failureThreshold: 1 },
  })
  const { status } = await until(async () => {
    const pod = await cluster.pod('sick')
    return (pod.status?.containerStatuses?.[0].restartCount ?? 0) > 0 && pod
  })
  expect(status!.containerStatuses![0].lastState!.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
  const told = await until(async () => {
    const events = await cluster.eventsOf('sick')
    return events.some(event => event.includes('Killing')) && events
  })
  expect(told).toEqual(
    expect.arrayContaining([
      'Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 404',
      'Normal Killing Container c failed liveness probe, will be restarted',
    ]),
  )
})

test('ConfigMap volumes follow their object, and deep folders are where items put them', async () => {
  await cluster.configMap('live', { 'index.html': 'first' })
  await cluster.run('follows', {
    volumes: [{ name: 'v', configMap: { name: 'live', items: [{ key: 'index.html', path: 'deep/page.html' }] } }],
    containers: [
      {
        name: 'c',
        image: 'nginx',
        volumeMounts: [{ name: 'v', mountPath: '/usr/share/nginx/html' }],
        readinessProbe: { httpGet: { path: '/deep/page.html', port: 80 } },
      },
    ],
  })
  await ready('follows')
})

test('a pod past its deadline fails', async () => {
  await cluster.run('late', { activeDeadlineSeconds: 1, containers: [{ name: 'c', image: 'nginx' }] })
  expect((await phase('late', 'Failed')).status).toMatchObject({
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  })
})

test('a node made by hand comes to life and runs pods', async () => {
  await cluster.client.create(nodes, { metadata: { name: 'by-hand', labels: { 'kubernetes.io/hostname': 'by-hand' } }, spec: {} })
  await until(async () =>
    (await cluster.client.get(nodes, 'by-hand')).status?.conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    ),
  )
  await cluster.run('guest', { nodeName: 'by-hand', containers: [{ name: 'c', image: 'nginx' }] })
  await ready('guest')
  await cluster.client.delete(nodes, 'by-hand')
  expect((await cluster.pod('guest')).status?.phase).toBe('Running')
})

test('a pod says what of it is not simulated', async () => {
  await cluster.run('asks-much', {
    hostNetwork: true,
    volumes: [{ name: 'disk', hostPath: { path: '/etc' } }],
    containers: [{ name: 'c', image: 'nginx', volumeMounts: [{ name: 'disk', mountPath: '/disk' }] }],
  })
  await until(async () =>
    (await cluster.eventsOf('asks-much')).includes(
      'Warning NotSimulated Not simulated: hostNetwork (the pod has an address of its own); ' +
        'storage behind the volumes disk (each is an empty folder of the pod)',
    ),
  )
})

test('pods that are deleted while they start leave nothing behind', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `short-${i}`)
  await Promise.all(
    names.map(async (name, i) => {
      await cluster.run(name, { image: 'nginx:1.25', ports: [{ containerPort: 80 }] })
      for (let turn = 0; turn < i; turn++) await new Promise(resolve => setImmediate(resolve))
      await cluster.remove(name)
    }),
  )
  await Promise.all(names.map(ended))
})
