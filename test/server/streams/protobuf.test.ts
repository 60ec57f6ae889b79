import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeProtobuf } from '../../../api/schema/protobuf.ts'
import { schemaOf } from '../../../api/schema/table.ts'
import { apiOf, type Api } from '../../support/api.ts'
import { startTestCluster, type TestCluster } from '../../support/cluster.ts'

/** What Go's clients ask for by default (client-go, rest.Config ContentType). */
const protobuf = 'application/vnd.kubernetes.protobuf'
const configMaps = '/api/v1/namespaces/default/configmaps'
let cluster: TestCluster, api: Api

beforeAll(async () => {
  cluster = await startTestCluster({ nodes: 0, historyLimit: 20 })
  api = apiOf(cluster)
  for (const name of ['a', 'b']) await api('POST', configMaps,
    { body: { metadata: { name, labels: { own: 'yes' } }, data: { name } } })
})
afterAll(async () => { api.close(); await cluster.stop() })

/** One field of a message: its number and what is in it; all fields of these messages are length-delimited. */
function fieldsOf(bytes: Buffer): [number, Buffer][] {
  const fields: [number, Buffer][] = []
  for (let at = 0; at < bytes.length;) {
    const number = bytes[at++] >> 3
    let length = 0
    for (let shift = 0; ; shift += 7) { const byte = bytes[at++]; length += (byte & 0x7f) << shift; if (byte < 0x80) break }
    fields.push([number, bytes.subarray(at, at += length)])
  }
  return fields
}

/** The first `count` events of a watch. */
async function watched(path: string, accept: string, count: number): Promise<{ contentType?: string; events: [string, any][] }> {
  const response = await api.open('GET', path, { accept })
  const events: [string, any][] = []
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of response as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0)
      const [[, type], [, extension]] = fieldsOf(rest.subarray(4, end))
      const [[, raw]] = fieldsOf(extension)
      const { apiVersion, kind, object } = decodeProtobuf(raw,
        accept.includes('as=') ? schemaOf('meta.v1.PartialObjectMetadata') : undefined)
      events.push([type.toString(), { apiVersion, kind, ...object }])
      rest = rest.subarray(end)
    }
    if (events.length >= count) break
  }
  response.destroy()
  return { contentType: response.headers['content-type'], events }
}

describe('protobuf', () => {
  it('carries a list whose items are the stored objects', async () => {
    const { headers, bytes } = await api('GET', `${configMaps}?labelSelector=own`, { accept: `${protobuf},application/json` })
    expect(headers['content-type']).toBe(protobuf)
    const { kind, object } = decodeProtobuf(bytes)
    expect([kind, object.items.map((item: any) => item.data)]).toEqual(['ConfigMapList', [{ name: 'a' }, { name: 'b' }]])
    const { json } = await api('GET', `${configMaps}?labelSelector=own`)
    expect(object.items).toEqual(json.items)
    expect(object.metadata).toEqual(json.metadata)
  })

  it('carries a watch as frames with their length in front, bookmarks too', async () => {
    const query = 'watch=1&labelSelector=own&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const { contentType, events } = await watched(`${configMaps}?${query}`, `${protobuf},application/json`, 3)
    expect(contentType).toBe(`${protobuf};stream=watch`)
    expect(events.map(([type, { kind, metadata }]) => [type, kind, metadata.name])).toEqual(
      [['ADDED', 'ConfigMap', 'a'], ['ADDED', 'ConfigMap', 'b'], ['BOOKMARK', 'ConfigMap', undefined]])
    expect(events[2][1].metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
  })

  it('carries the metadata alone for those who ask for no more', async () => {
    const accept = `${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`
    const { events } = await watched(`${configMaps}?watch=1&labelSelector=own`, accept, 2)
    expect(events.map(([type, { kind, apiVersion, metadata, data }]) => [type, kind, apiVersion, metadata.name, data])).toEqual(
      ['a', 'b'].map(name => ['ADDED', 'PartialObjectMetadata', 'meta.k8s.io/v1', name, undefined]))
    const list = await api('GET', `${configMaps}?labelSelector=own`, { accept: accept.replace('Metadata;', 'MetadataList;') })
    const { kind, object } = decodeProtobuf(list.bytes, schemaOf('meta.v1.PartialObjectMetadataList'))
    expect([kind, object.items.length]).toEqual(['PartialObjectMetadataList', 2])
  })

  it('carries the error of a watch from too long ago', async () => {
    for (let i = 0; i < 60; i++) await api('PATCH', `${configMaps}/a`,
      { body: { data: { i: String(i) } }, type: 'application/merge-patch+json' })
    const { events: [[type, status]] } = await watched(`${configMaps}?watch=1&resourceVersion=1`, protobuf, 1)
    expect([type, status.kind, status.code, status.reason]).toEqual(['ERROR', 'Status', 410, 'Expired'])
  })

  it('has no tables: the next thing the client takes is sent', async () => {
    const table = 'as=Table;g=meta.k8s.io;v=v1'
    const { headers, json } = await api('GET', configMaps, { accept: `${protobuf};${table},application/json;${table}` })
    expect([headers['content-type'], json.kind]).toEqual(['application/json', 'Table'])
    expect((await api('GET', configMaps, { accept: `${protobuf};${table}` })).status).toBe(406)
  })
})
