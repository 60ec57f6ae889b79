import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoints } from '../../api/kinds/core/endpoints.ts'
import { apiOf, type Api } from '../support/api.ts'
import { isReady, podCluster, until, type PodCluster } from './cluster.ts'

let cluster: PodCluster, api: Api
const at = '/api/v1/namespaces/default'
const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await api('GET', `${at}${path}`, { headers })
  return { status: answer.status, headers: answer.headers, text: answer.bytes.toString() }
}
/** What a pod that echoes says it was asked. */
const line = (text: string, key: string) => new RegExp(`^\\t${key}=(.*)$`, 'm').exec(text)?.[1]

beforeAll(async () => {
  cluster = await podCluster({ tokens: [{ token: 'dev', user: 'dev' }] })
  api = apiOf(cluster)
  await cluster.configMap('site', { 'index.html': '<a href="/more">more</a> <a href=next>next</a> <img src="http://example.com/x"><script>"<a href=\'/y\'>"</script>' })
  await cluster.run('web', {
    containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80 }], volumeMounts: [{ name: 'site', mountPath: '/usr/share/nginx/html' }] }],
    volumes: [{ name: 'site', configMap: { name: 'site' } }],
  })
  await cluster.run('echo', { image: 'registry.k8s.io/echoserver:1.4', ports: [{ name: 'http', containerPort: 8080 }] })
  await cluster.run('waiting', { containers: [{ name: 'c', image: 'nginx' }], nodeSelector: { nowhere: 'yes' } })
  await cluster.expose('echo', { selector: { app: 'echo' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'shut', port: 81, targetPort: 9 }] })
  await cluster.expose('plain', { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 8080 }] })
  await cluster.expose('empty', { selector: { app: 'nobody' }, ports: [{ port: 80 }] })
  await until(async () => isReady(await cluster.pod('web')) && isReady(await cluster.pod('echo')))
  for (const service of ['echo', 'plain', 'empty']) {
    await until(async () => (await cluster.client.list(endpoints, { namespace: 'default' })).items
      .some(({ metadata: { name }, subsets = [] }) => name === service && (service === 'empty' || subsets.length > 0)))
  }
})
afterAll(async () => { api.close(); await cluster.stop() })

describe('a request through a pod', () => {
  test('comes with its method, path, query and body, and without who asked', async () => {
    const answer = await api('PUT', `${at}/pods/echo:8080/proxy/a%20b/c!/?x=1&y=%2F`, {
      body: 'hello', type: 'text/plain', headers: { 'x-mine': '1', 'impersonate-user': 'ann', 'impersonate-group': 'system:masters' },
    })
    const text = answer.bytes.toString()
    expect(answer.status).toBe(200)
    expect(line(text, 'method')).toBe('PUT')
    expect(line(text, 'real path')).toBe('/a%20b/c%21/?x=1&y=%2F')
    expect(line(text, 'x-mine')).toBe('1')
    expect(line(text, 'x-forwarded-uri')).toBe('/api/v1/namespaces/default/pods/echo:8080/proxy/a%20b/c%21/')
    expect(line(text, 'impersonate-user')).toBeUndefined()
    expect(text).toContain('Request Body:\nhello')
  })

  test.each(['POST', 'PATCH', 'DELETE', 'OPTIONS'])('may be a %s', async method => {
    expect(line((await api(method, `${at}/pods/echo/proxy/x`)).bytes.toString(), 'method')).toBe(method)
  })

  test('may be larger than an object may be', async () => {
    const answer = await api('POST', `${at}/pods/echo/proxy/`, { body: 'x'.repeat(4 * 1024 * 1024), type: 'text/plain' })
    expect(answer.status).toBe(200)
    expect(answer.bytes.length).toBeGreaterThan(1000)
  })

  test('that names no port goes to the first that the pod declares', async () => {
    expect((await get('/pods/web/proxy/nothing')).status).toBe(404)
    expect((await api('HEAD', `${at}/pods/web/proxy/`)).status).toBe(200)
  })

  test('without a path is sent to the one with a slash', async () => {
    expect(await get('/pods/web/proxy?a=b')).toMatchObject({ status: 301, headers: { location: `${at}/pods/web/proxy/?a=b` } })
  })

  test('gets pages whose links lead through the proxy', async () => {
    const { text, headers } = await get('/pods/web/proxy/')
    expect(text).toBe(`<a href="${at}/pods/web/proxy/more">more</a> <a href="next">next</a> <img src="http://example.com/x"><script>"<a href='/y'>"</script>`)
    expect(headers['content-length']).toBe(String(text.length))
  })

  test.each([
    ['ftp:web:80', 400, 'invalid pod request "ftp:web:80"'], ['a:b:c:d', 400, 'invalid pod request "a:b:c:d"'],
    ['none', 404, 'pods "none" not found'], ['waiting', 400, 'address not allowed'],
    ['https:web:80', 503, 'error trying to reach service: http: server gave HTTP response to HTTPS client'],
  ])('to %s is refused', async (name, code, message) => {
    expect((await api('GET', `${at}/pods/${name}/proxy/`)).json).toMatchObject({ code, message })
  })

  test('to a port where nobody listens is refused as the connection is', async () => {
    const ip = (await cluster.pod('web')).status!.podIP
    expect((await api('GET', `${at}/pods/web:81/proxy/`)).json).toMatchObject({
      code: 503, reason: 'ServiceUnavailable', message: `error trying to reach service: dial tcp ${ip}:81: connect: connection refused` })
  })

  test('that would become another protocol tells what the pod said', async () => {
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x', 'sec-websocket-version': '13' }
    expect((await api('GET', `${at}/pods/echo/proxy/`, { headers: upgrade })).json)
      .toMatchObject({ code: 500, message: 'invalid upgrade response: status code 200' })
    expect((await get('/pods/web/proxy/nothing', upgrade)).status).toBe(404)
  })

  test('is made by whom may use pods/proxy', async () => {
    const answer = await fetchAs('dev', `${at}/pods/web/proxy/`)
    expect(answer).toMatchObject({ code: 403, message: 'pods "web" is forbidden: User "dev" cannot get resource "pods/proxy" in API group "" in the namespace "default"' })
  })
})

describe('a request through a service', () => {
  test.each(['echo:http', 'echo:80', 'plain', 'plain:80', 'http:echo:http'])('reaches a pod by %s', async name => {
    const { status, text } = await get(`/services/${name}/proxy/x?q=1`)
    expect(status).toBe(200)
    expect(text).toContain('Hostname: echo')
    expect(line(text, 'real path')).toBe('/x?q=1')
  })

  test.each([
    ['echo', 503, 'no endpoints available for service "echo"'], ['echo:8080', 503, 'no service port 8080 found for service "echo"'],
    ['echo:nope', 503, 'no endpoints available for service "echo:nope"'], ['empty', 503, 'no endpoints available for service "empty"'],
    ['none', 404, 'services "none" not found'], [':80', 400, 'invalid service request ":80"'],
  ])('to %s is refused', async (name, code, message) => {
    expect((await api('GET', `${at}/services/${name}/proxy/`)).json).toMatchObject({ code, message })
  })

  test('to a port that leads nowhere is refused as the connection is', async () => {
    expect((await api('GET', `${at}/services/echo:shut/proxy/`)).json.message).toMatch(/^error trying to reach service: dial tcp \S+:9: connect: connection refused$/)
  })
})

test('a node says that it is well, and refuses the rest by name', async () => {
  expect((await api('GET', '/api/v1/nodes/mimikube/proxy/healthz')).bytes.toString()).toBe('ok')
  expect((await api('GET', '/api/v1/nodes/none/proxy/healthz')).json.message).toBe('nodes "none" not found')
  expect((await api('GET', '/api/v1/nodes/mimikube/proxy/stats')).json).toMatchObject({ code: 501, message: 'proxy of nodes is not simulated by this cluster, but for healthz' })
})

/** With a token instead of the certificate. */
async function fetchAs(token: string, path: string): Promise<any> {
  const { request } = await import('node:https')
  return new Promise((resolve, reject) => {
    request(`${cluster.url}${path}`, { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', part => { text += part }).on('end', () => resolve(JSON.parse(text)))
    }).on('error', reject).end()
  })
}
