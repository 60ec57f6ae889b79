import { KubeConfig } from 'client-node-20'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { configMaps } from '../../../api/kinds/core/configmaps.ts'
import { startApiServer, type TestApiServer } from '../../support/api-server.ts'

/** Watches over WebSockets. Statuses and messages are a real kube-apiserver's, 1.36.2. */
let server: TestApiServer, credentials: { ca: Buffer; cert: Buffer; key: Buffer }

beforeAll(async () => {
  server = await startApiServer()
  const config = new KubeConfig()
  config.loadFromString(server.kubeconfig)
  const user = config.getCurrentUser()!, decode = (text?: string) => Buffer.from(text ?? '', 'base64')
  credentials = { ca: decode(config.getCurrentCluster()?.caData), cert: decode(user.certData), key: decode(user.keyData) }
})
afterAll(() => server.stop())

interface Ended { code: number; body: string; messages: { text: string; binary: boolean }[]; closed?: number; protocol?: string }

interface Way extends WebSocket.ClientOptions { protocols?: string[]; enough?: number }

/** Opens a watch and resolves when it is over: closed after `enough` messages, by the server, or never begun. */
function watch(query: string, { protocols = [], enough = 0, ...options }: Way = {}) {
  return new Promise<Ended>((resolve, reject) => {
    const url = `${server.url.replace('https', 'wss')}/api/v1/namespaces/contract/configmaps${query}`
    const socket = new WebSocket(url, protocols, { ...credentials, origin: 'https://localhost', ...options })
    const messages: Ended['messages'] = []
    socket.on('message', (data: Buffer, binary) => {
      messages.push({ text: data.toString('latin1'), binary })
      if (messages.length === enough) socket.close()
    })
    socket.on('unexpected-response', (_request, answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', part => { body += part })
        .on('end', () => resolve({ code: answer.statusCode!, body, messages }))
    })
    socket.on('error', reject)
    socket.on('close', closed => resolve({ code: 101, body: '', messages, closed, protocol: socket.protocol }))
  })
}
const refused = async (...given: Parameters<typeof watch>) => (({ code, body }) => [code, body])(await watch(...given))

test('every event is a message, until the time is up', async () => {
  const { resourceVersion } = (await server.client.list(configMaps, { namespace: 'contract' })).metadata
  const made = await server.client.create(configMaps, { metadata: { name: 'seen', namespace: 'contract' } })
  const ending = watch(`?watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=1&fieldSelector=metadata.name=seen`)
  await server.client.delete(configMaps, 'seen', 'contract')
  const { messages, closed } = await ending
  expect(messages.map(({ binary }) => binary)).toEqual([false, false])
  expect(messages.map(({ text }) => (JSON.parse(text) as { type: string }).type)).toEqual(['ADDED', 'DELETED'])
  expect(JSON.parse(messages[0].text)).toMatchObject({ object: { kind: 'ConfigMap', metadata: { uid: made.metadata.uid } } })
  expect(closed).toBe(1000)
})

test('protobuf comes as binary messages without the length in front', async () => {
  await server.client.create(configMaps, { metadata: { name: 'bytes', namespace: 'contract' } })
  const headers = { accept: 'application/vnd.kubernetes.protobuf;stream=watch' }
  const { messages } = await watch('?watch=true&fieldSelector=metadata.name=bytes', { headers, enough: 1 })
  // A WatchEvent: its type is field 1, of 5 bytes.
  expect(messages[0].binary).toBe(true)
  expect(messages[0].text.slice(0, 8)).toBe('\n\u0005ADDED\u0012')
  expect(messages[0].text).toContain('k8s\0')
})

test('a subprotocol is agreed on if it is the only one', async () => {
  const protocol = 'base64.binary.k8s.io'
  expect((await watch('?watch=true&timeoutSeconds=1', { protocols: [protocol] })).protocol).toBe(protocol)
  expect(await refused('?watch=true', { protocols: ['a', 'b'] })).toEqual([400, ''])
})

test('who does not say where he comes from is refused', async () => {
  expect(await refused('?watch=true', { origin: undefined })).toEqual([403, ''])
})

test('what is wrong with a watch is told before it is one', async () => {
  const [code, body] = await refused('?watch=true&resourceVersion=x')
  expect([code, (JSON.parse(String(body)) as { message: string }).message]).toEqual([500,
    'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'])
  expect((await refused('?watch=true', { headers: { accept: 'application/yaml' } }))[0]).toBe(406)
})

test('a request that is no watch gets its plain answer', async () => {
  const [code, body] = await refused('?limit=1')
  expect([code, JSON.parse(String(body))]).toEqual([200, expect.objectContaining({ kind: 'ConfigMapList' })])
  expect(server.bugs).toEqual([])
})

test('a token may come as a subprotocol beside another', async () => {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { token } = (await server.api('POST', '/api/v1/namespaces/contract/serviceaccounts/default/token', { body })).json.status
  const named = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`
  const nobody = { cert: undefined, key: undefined }
  const [code, said] = await refused('?watch=true', { ...nobody, protocols: [named, 'base64.binary.k8s.io'] })
  expect([code, (JSON.parse(String(said)) as { message: string }).message]).toEqual([403,
    expect.stringContaining('User "system:serviceaccount:contract:default" cannot watch resource "configmaps"')])
  expect((await refused('?watch=true', { ...nobody, protocols: [named] }))[0]).toBe(401)
  expect((await refused('?watch=true', { ...nobody, protocols: [`${named}x`, 'a'] }))[0]).toBe(401)
})
