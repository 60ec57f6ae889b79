import { expect, test } from 'vitest'
import { findImage } from '../../fake-pods/image.ts'
import { parseImageReference } from '../../fake-pods/image-reference.ts'
import { builtInImages } from '../../fake-pods/images/index.ts'
import { logOf, runImage } from './support.ts'

const exists = (name: string) => findImage(builtInImages, parseImageReference(name)!) !== undefined

test.each([
  'nginx',
  'nginx:1.14.2',
  'nginx:1.16.1',
  'nginx:1.7.9',
  'nginx:1.25',
  'nginx:1',
  'nginx:1.27-alpine',
  'nginx:latest',
  'nginx:stable-alpine',
  'nginx:alpine3.21',
  'nginx:1.29.1-bookworm',
  'docker.io/library/nginx:1.21',
  'busybox:1.28',
  'busybox:1.36-musl',
  'alpine:3.19',
  'httpd:2.4',
  'httpd:2.4-alpine',
  'registry.k8s.io/pause:3.9',
  'redis:7',
  'example.test/anything:at-all',
  'mogumogusityau/user-service:1.0.0',
  'mogumogusityau/payment-service:1.0.0',
])('%s can be pulled', name => {
  expect(exists(name)).toBe(true)
})

test.each([
  'nginx:1.161',
  'nginx:sometag',
  'nginx:no-such-tag',
  'nginx:nope',
  'nginx:does-not-exist',
  'nginx:99',
  'nginx:1.14.2-nope',
  'nginx:1.27-',
  'busybox:nope',
  'busybox:2',
  'alpine:9.1',
  'httpd:3',
  'mogumogusityau/user-service:9.9.9',
])('%s can not', name => {
  expect(exists(name)).toBe(false)
})

test.each([
  ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
  ['me/app:v1', 'docker.io/me/app:v1', 'me/app:v1'],
  ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app:latest'],
  ['registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9'],
])('%s is %s in full', (name, full, familiar) => {
  expect(parseImageReference(name)).toMatchObject({ full, familiar })
})

test.each(['', 'Nginx', 'nginx:', 'nginx:a:b', 'a b', '/nginx', 'nginx@sha256:12', '-x'])('%j is no image name', name => {
  expect(parseImageReference(name)).toBeUndefined()
})

test('user-service answers JSON that names its service, version and pod, and logs', async () => {
  const running = runImage('mogumogusityau/user-service:1.0.0', {
    env: { PORT: '3000', VERSION: '7.7.7' },
    pod: 'user-service-abc-xyz',
  })
  const answer = await running.get('/', 3000)
  expect(JSON.parse(answer.body.toString())).toMatchObject({
    service: 'user-service',
    version: '1.0.0',
    message: 'Hello from User Service!',
    pod: 'user-service-abc-xyz',
  })
  const log = await logOf(running)
  expect(log.split('\n')[0]).toBe('🚀 User service is running on http://0.0.0.0:3000')
  expect(log).toContain('GET / 200')
  running.terminate()
  expect((await running.exited).code).toBe(0)
})

test('payment-service takes its message from the environment and keeps its own version', async () => {
  const running = runImage('mogumogusityau/payment-service:1.0.0', {
    env: { VERSION: '2.0.0', MESSAGE: 'Hello from Payment Service!' },
  })
  expect(JSON.parse((await running.get('/', 3000)).body.toString())).toMatchObject({
    service: 'payment-service',
    version: '1.0.0',
    message: 'Hello from Payment Service!',
  })
  expect(await logOf(running)).toContain('🚀 Payment service is running on http://0.0.0.0:3000\n')
  running.kill()
})

test("nginx has its tag's version, a welcome page, an error page and its access log", async () => {
  const running = runImage('nginx:1.16.1')
  const welcome = await running.get('/')
  expect(welcome.headers.server).toBe('nginx/1.16.1')
  expect(welcome.body.toString()).toContain('<h1>Welcome to nginx!</h1>')
  const missing = await running.get('/nope')
  expect(missing.status).toBe(404)
  expect(missing.body.toString()).toContain('<center>nginx/1.16.1</center>')
  expect(await logOf(running)).toMatch(/^10\.244\.0\.99 - - \[.* \+0000\] "GET \/nope HTTP\/1\.1" 404 \d+ "-" "-" "-"$/m)
  running.kill()
})

test('nginx and httpd serve what is mounted', async () => {
  const tree = { read: (path: string) => (path === '/index.html' ? Buffer.from('mine') : undefined), list: () => ['index.html'] }
  const nginx = runImage('nginx', { mounts: [{ path: '/usr/share/nginx/html', tree, readOnly: true }] })
  expect((await nginx.get('/')).body.toString()).toBe('mine')
  expect((await nginx.get('/50x.html')).status).toBe(404)
  const httpd = runImage('httpd:2.4')
  expect((await httpd.get('/')).body.toString()).toBe('<html><body><h1>It works!</h1></body></html>\n')
  nginx.kill()
  httpd.kill()
})

test('an unknown image answers on its ports with its name and pod', async () => {
  const running = runImage('example.test/shop:3', { ports: [8080, 9090] })
  expect((await running.get('/x', 9090)).body.toString()).toBe('example.test/shop:3\npod web-1 in default, 10.244.0.2\nGET /x\n')
  await expect(running.get('/', 80)).rejects.toThrow('connection refused')
  running.kill()
})

test('an unknown image of a job does its task and ends', async () => {
  expect((await runImage('example.test/task', { labels: { 'batch.kubernetes.io/job-name': 'j' } }).exited).code).toBe(0)
})
