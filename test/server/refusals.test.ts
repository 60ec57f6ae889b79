import { Agent } from 'node:https'
import { parse } from 'yaml'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'

/** What a bad request is answered: code, reason and message of a real API server (1.36), and the cluster lives on. */
let cluster: TestCluster
let api: ReturnType<typeof supertest>
let credentials: { ca: Buffer; cert: Buffer; key: Buffer }

beforeAll(async () => {
  cluster = await startTestCluster({ nodes: 0, historyLimit: 20, tokens: [{ token: 'right', user: 'dev', groups: ['developers'] }] })
  const config = parse(cluster.kubeconfig)
  const base64 = (text: string) => Buffer.from(text, 'base64')
  credentials = {
    ca: base64(config.clusters[0].cluster['certificate-authority-data']),
    cert: base64(config.users[0].user['client-certificate-data']), key: base64(config.users[0].user['client-key-data']),
  }
  api = supertest(cluster.url)
})
afterAll(() => cluster.stop())

const send = (method: 'get' | 'post' | 'put' | 'patch', path: string, body?: string | object, type = 'application/json') => {
  const request = api[method](path).ca(credentials.ca as never).cert(credentials.cert as never).key(credentials.key as never)
  return body === undefined ? request : request.set('content-type', type).send(typeof body === 'string' ? body : JSON.stringify(body))
}
const refused = async (sent: ReturnType<typeof send>) => { const { body } = await sent; return [body.code, body.reason, body.message] }

const configMaps = '/api/v1/namespaces/default/configmaps', deployments = '/apis/apps/v1/namespaces/default/deployments', services = '/api/v1/namespaces/default/services'
const deployment = (change: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: {
    replicas: 1, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } }, ...change,
  },
})
const nodePort = (name: string, port: number) =>
  ({ metadata: { name }, spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: port }] } })

describe('a bad request', () => {
  it('with malformed JSON says where it stops making sense', async () => {
    expect(await refused(send('post', configMaps, '{"metadata":{"name":"a",}}'))).toEqual([400, 'BadRequest',
      'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: ' +
      'invalid character \'}\' looking for beginning of object key string ({"metadata":{"name":"a",}})'])
  })

  it('with malformed YAML names the line', async () => {
    const [code, reason, message] = await refused(send('post', configMaps, 'metadata: {name: a}\ndata:\n\tk: v\n', 'application/yaml'))
    expect([code, reason]).toEqual([400, 'BadRequest'])
    expect(message).toContain('yaml: line 3: found character that cannot start any token')
  })

  it('with a value of the wrong type names Go\'s field and type', async () => {
    expect(await refused(send('post', deployments, deployment({ replicas: 'three' })))).toEqual([400, 'BadRequest',
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'])
  })

  it('with an unknown field is refused when it wants to be strict, warned about else', async () => {
    expect(await refused(send('post', `${deployments}?fieldValidation=Strict`, deployment({ replicaz: 1 })))).toEqual([400, 'BadRequest',
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicaz"'])
    const warned = await send('post', `${deployments}?dryRun=All`, deployment({ replicaz: 1 }))
    expect([warned.status, warned.headers.warning]).toEqual([201, '299 - "unknown field \\"spec.replicaz\\""'])
    expect(warned.body.spec).not.toHaveProperty('replicaz')
  })

  it('with an invalid name is told what a name looks like', async () => {
    const [code, reason, message] = await refused(send('post', configMaps, { metadata: { name: 'Upper_Case' } }))
    expect([code, reason]).toEqual([422, 'Invalid'])
    expect(message).toMatch(/^ConfigMap "Upper_Case" is invalid: metadata\.name: Invalid value: "Upper_Case": a lowercase RFC 1123 subdomain must consist of/)
  })

  it('whose selector does not match its template is refused', async () => {
    const [code, reason, message] = await refused(send('post', deployments, deployment({ selector: { matchLabels: { app: 'other' } } })))
    expect([code, reason]).toEqual([422, 'Invalid'])
    expect(message).toBe('Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`')
  })

  it('for a node port out of the range or taken is refused', async () => {
    expect(await refused(send('post', services, nodePort('far', 40000)))).toEqual([422, 'Invalid',
      'Service "far" is invalid: spec.ports[0].nodePort: Invalid value: 40000: provided port is not in the valid range. The range of valid ports is 30000-32767'])
    expect((await send('post', services, nodePort('first', 32101))).status).toBe(201)
    expect(await refused(send('post', services, nodePort('second', 32101)))).toEqual([422, 'Invalid',
      'Service "second" is invalid: spec.ports[0].nodePort: Invalid value: 32101: provided port is already allocated'])
  })

  it('for an unknown kind finds nothing', async () => {
    expect(await refused(send('post', '/api/v1/namespaces/default/nonsenses', {}))).toEqual([404, 'NotFound', 'the server could not find the requested resource'])
    expect(await refused(send('post', configMaps, { kind: 'Nonsense', apiVersion: 'v1', metadata: { name: 'a' } }))).toEqual([400, 'BadRequest',
      'Nonsense in version "v1" cannot be handled as a ConfigMap: no kind "Nonsense" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"'])
  })

  it('with a body over 3 MiB is too large', async () => {
    const body = JSON.stringify({ metadata: { name: 'a' }, data: { k: 'x'.repeat(3_200_000) } })
    expect(await refused(send('post', configMaps, body))).toEqual([413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728'])
  })

  it('that updates an old version conflicts', async () => {
    const { body: made } = await send('post', configMaps, { metadata: { name: 'contested' }, data: { k: '1' } })
    expect((await send('put', `${configMaps}/contested`, { ...made, data: { k: '2' } })).status).toBe(200)
    expect(await refused(send('put', `${configMaps}/contested`, { ...made, data: { k: '3' } }))).toEqual([409, 'Conflict',
      'Operation cannot be fulfilled on configmaps "contested": the object has been modified; please apply your changes to the latest version and try again'])
  })

  it('without a credential, or with a wrong one, is nobody\'s', async () => {
    const bare = () => api.get(configMaps).ca(credentials.ca as never).agent(new Agent({ ca: credentials.ca }))
    expect(await refused(bare())).toEqual([401, 'Unauthorized', 'Unauthorized'])
    expect(await refused(bare().set('authorization', 'Bearer wrong'))).toEqual([401, 'Unauthorized', 'Unauthorized'])
    expect((await bare().set('authorization', 'Bearer right')).body.reason).not.toBe('Unauthorized')
  })

  it('to watch from a revision that is compacted away ends with an ERROR event of 410', async () => {
    const { body: { metadata } } = await send('get', configMaps)
    for (let i = 0; i < 60; i++) await send('post', configMaps, { metadata: { generateName: 'many-' } })
    const { text, status } = await send('get', `${configMaps}?watch=1&timeoutSeconds=5&resourceVersion=${metadata.resourceVersion}`).buffer(true).parse((response, done) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => { text += chunk }).on('end', () => done(null, text))
    }).then(({ body, status }) => ({ text: body as unknown as string, status }))
    expect(status).toBe(200)
    const { type, object } = JSON.parse(text)
    expect([type, object.code, object.reason]).toEqual(['ERROR', 410, 'Expired'])
    expect(object.message).toMatch(/^too old resource version: \d+ \(\d+\)$/)
  })

  it('of any shape leaves what was there untouched and the server alive', async () => {
    const before = (await send('get', `${configMaps}/kube-root-ca.crt`)).body
    for (const body of ['', 'null', '[]', '"x"', '{"__proto__":{"x":1}}', '{"metadata":{"name":"p","labels":{"__proto__":"x"}}}', '{'.repeat(50_000)]) {
      const { status, body: answer } = await send('post', configMaps, body)
      expect(status, body.slice(0, 60)).toBeGreaterThanOrEqual(201)
      expect(status, body.slice(0, 60)).toBeLessThan(500)
      expect(answer.kind).toMatch(/^(Status|ConfigMap)$/)
    }
    expect((await send('get', `${configMaps}/kube-root-ca.crt`)).body).toEqual(before)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})
