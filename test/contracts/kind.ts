import { describe, expect, test } from 'vitest'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { decodeProtobuf, encodeProtobuf } from '../../api/schema/protobuf.ts'
import type { Api, ApiAnswer } from '../support/api.ts'
import { eventsOf } from '../support/watch.ts'

/** What stands in for one kind in its suite. */
export interface KindExamples {
  /** A valid object under a name that follows from a word. */
  make(word: string, metadata?: Record<string, unknown>): any
  /** A merge patch of something else than labels. */
  change?: Record<string, any>
}

const protobuf = 'application/vnd.kubernetes.protobuf'
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const patchTypes = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json', strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}
const fromTheStart = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

const documents = new Map<string, Promise<any>>()

/** What a client may do with any kind of objects, and is answered as by a kube-apiserver. */
export function kindContract(kind: Kind<any>, { make, change }: KindExamples, api: () => Api): void {
  const group = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`
  const collection = `${group}${kind.namespaced ? '/namespaces/contract' : ''}/${kind.plural}`
  const at = (object: KubeObject) => `${collection}/${object.metadata.name}`
  const told = ({ status, bytes }: ApiAnswer) => `${status} ${bytes.toString('utf8').slice(0, 600)}`
  const ok = async (answer: Promise<ApiAnswer>, ...codes: number[]) => {
    const got = await answer
    expect(codes.length ? codes : [200, 201], told(got)).toContain(got.status)
    return got.json
  }
  const post = (object: object, query = '') => api()('POST', collection + query, { body: object })
  const created = (word: string, metadata?: Record<string, unknown>): Promise<any> => ok(post(make(word, metadata)), 201)
  const patch = (path: string, type: keyof typeof patchTypes, body: unknown) =>
    api()('PATCH', path, { body: typeof body === 'string' ? body : JSON.stringify(body), type: patchTypes[type] })
  /** The document is large and the same for all kinds of a group. */
  const schemaOf = (path: string): Promise<any> => {
    const known = documents.get(path) ?? ok(api()('GET', `/openapi/v3${path}`), 200)
    documents.set(path, known)
    return known
  }
  /** Deletes an object and takes off whatever finalizers the server itself gave it. */
  const remove = async (object: KubeObject) => {
    await ok(api()('DELETE', at(object)), 200)
    const left = await api()('GET', at(object))
    if (left.status === 404) return
    expect(left.json.metadata.deletionTimestamp).toBeTruthy()
    await patch(at(object), 'merge', { metadata: { finalizers: null } })
    if (kind.kind === 'Namespace') await api()('PUT', `${at(object)}/finalize`,
      { body: { ...left.json, spec: { finalizers: [] } } })
    expect((await api()('GET', at(object))).status).toBe(404)
  }

  describe(`${apiVersionOf(kind)} ${kind.kind}`, () => {
    test('is created, read, updated and deleted', async () => {
      const made = await created('plain')
      expect(made).toMatchObject({ kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: make('plain').metadata })
      expect(await ok(api()('GET', at(made)))).toEqual(made)
      // What was read goes back as it is and changes nothing.
      expect(await ok(api()('PUT', at(made), { body: made }))).toEqual(made)
      const labelled = { ...made, metadata: { ...made.metadata, labels: { ...made.metadata.labels, a: 'b' } } }
      const updated = await ok(api()('PUT', at(made), { body: labelled }))
      expect(updated.metadata).toMatchObject({ uid: made.metadata.uid, labels: { a: 'b' } })
      expect(Number(updated.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion))
      await remove(made)
    })

    test('is listed, by label and by name, in its namespace and in all, and deleted by label', async () => {
      const label = 'only=listed'
      const items = [await created('listed-a', { labels: { only: 'listed' } }),
        await created('listed-b', { labels: { only: 'listed' } })]
      const list = await ok(api()('GET', `${collection}?labelSelector=${label}`))
      expect(list).toMatchObject({ kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind) })
      expect(list.items).toEqual(items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest))
      const all = await ok(api()('GET', `${group}/${kind.plural}?labelSelector=${label}`))
      expect(all.items).toEqual(list.items)
      const named = await ok(api()('GET', `${collection}?fieldSelector=metadata.name=${items[0].metadata.name}`))
      expect(named.items).toHaveLength(1)
      const page = await ok(api()('GET', `${collection}?limit=1`))
      expect(page.items).toHaveLength(1)
      if (kind.verbs && !kind.verbs.includes('deletecollection')) {
        expect((await api()('DELETE', `${collection}?labelSelector=${label}`)).status).toBe(405)
        for (const item of items) await remove(item)
        return
      }
      await ok(api()('DELETE', `${collection}?labelSelector=${label}`), 200)
      for (const left of (await ok(api()('GET', `${collection}?labelSelector=${label}`))).items) {
        expect(left.metadata.deletionTimestamp).toBeTruthy()
        await patch(at(left), 'merge', { metadata: { finalizers: null } })
      }
      expect((await ok(api()('GET', `${collection}?labelSelector=${label}`))).items ?? []).toEqual([])
    })

    test('is watched from its creation to its end', async () => {
      const { metadata: { resourceVersion } } = await ok(api()('GET', collection))
      const label = 'labelSelector=only%3Dwatched'
      const made = await created('watched', { labels: { only: 'watched' } })
      await ok(patch(at(made), 'merge', { metadata: { annotations: { a: 'b' } } }))
      await remove(made)
      const events = await eventsOf(api(), `${collection}?watch=1&resourceVersion=${resourceVersion}&${label}`, ({ type }) =>
        type === 'DELETED')
      expect(events[0]).toEqual({ type: 'ADDED', object: made })
      expect(events[1].object.metadata.annotations).toMatchObject({ a: 'b' })
      expect(events.slice(1, -1).every(({ type }) => type === 'MODIFIED')).toBe(true)
      expect(events.at(-1)).toMatchObject({ type: 'DELETED', object: { metadata: { uid: made.metadata.uid } } })
    })

    test('takes each kind of patch', async () => {
      const made = await created('patched', { annotations: { kept: 'yes' } }), path = at(made)
      const byJson = await ok(patch(path, 'json', [{ op: 'test', path: '/metadata/annotations/kept', value: 'yes' },
        { op: 'add', path: '/metadata/annotations/json', value: '1' }]))
      expect(byJson.metadata.annotations).toMatchObject({ kept: 'yes', json: '1' })
      const byStrategy = await ok(patch(path, 'strategic', { metadata: { annotations: { strategic: '1', json: null } } }))
      expect(byStrategy.metadata.annotations).toEqual({ ...made.metadata.annotations, strategic: '1' })
      const byMerge = await ok(patch(path, 'merge', change ?? { metadata: { labels: { merged: '1' } } }))
      expect(byMerge).toMatchObject(withoutNulls(change ?? { metadata: { labels: { merged: '1' } } }))
      if (kind.hasGeneration && change?.spec) expect(byMerge.metadata.generation).toBe(byStrategy.metadata.generation + 1)
      await remove(made)
    })

    test('is applied: made, left alone, changed, given up, and fought for', async () => {
      const wanted = make('applied', { labels: { mine: '1' } }), path = at(wanted)
      const apply = (manager: string, body: object, more = '') =>
        patch(`${path}?fieldManager=${manager}${more}`, 'apply', body)
      const first = await ok(apply('one', wanted), 201)
      expect(first.metadata.managedFields).toMatchObject([{ manager: 'one', operation: 'Apply', apiVersion: apiVersionOf(kind) }])
      expect((await ok(apply('one', wanted), 200)).metadata.resourceVersion).toBe(first.metadata.resourceVersion)
      const head = { apiVersion: wanted.apiVersion, kind: wanted.kind }
      const conflict = await apply('two', { ...head, metadata: { name: wanted.metadata.name, labels: { mine: '2' } } })
      expect(conflict.status, told(conflict)).toBe(409)
      expect(conflict.json.message).toContain('conflict with "one"')
      const forced = await ok(apply('two', { ...head, metadata: { name: wanted.metadata.name, labels: { mine: '2' } } },
        '&force=true'), 200)
      expect(forced.metadata.labels.mine).toBe('2')
      const { labels: _given, ...metadata } = wanted.metadata
      await ok(apply('one', { ...wanted, metadata }), 200)
      const last = await ok(apply('two', { ...head, metadata: { name: wanted.metadata.name } }), 200)
      expect(last.metadata.labels?.mine).toBeUndefined()
      await remove(first)
    })

    test('is printed as a table, and so is a bookmark', async () => {
      const made = await created('printed', { labels: { only: 'printed' } })
      const select = 'labelSelector=only%3Dprinted'
      const shown = await ok(api()('GET', `${collection}?${select}&includeObject=Object`, { accept: table }))
      const columns = shown.columnDefinitions as { name: string; type: string }[]
      const unnamed = kind.columns?.filter(column => column.unnamed).length ?? 0
      expect(columns.map(({ name }) => name)).toEqual(kind.columns?.flatMap(({ name, unnamed }) => (unnamed ? [] : name)) ?? ['Name', 'Age'])
      expect(shown.rows[0].object).toEqual(made)
      checkCells(columns, shown.rows[0].cells, unnamed)
      const one = await ok(api()('GET', at(made), { accept: table }))
      expect(one.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: made.metadata.name } })
      const events = await eventsOf(api(), `${collection}?watch=1&${select}&${fromTheStart}`, ({ type }) => type === 'BOOKMARK',
        table)
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK'])
      for (const { object } of events) checkCells(columns, object.rows[0].cells, unnamed)
      await remove(made)
    })

    test('shows its metadata alone when no more is asked', async () => {
      const { metadata } = await created('partial', { labels: { only: 'partial' } })
      const as = (what: string) => `application/json;as=${what};v=v1;g=meta.k8s.io`
      const one = await ok(api()('GET', `${collection}/${metadata.name}`, { accept: as('PartialObjectMetadata') }))
      expect(one).toEqual({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata })
      const list = await ok(api()('GET', `${collection}?labelSelector=only=partial`, { accept: as('PartialObjectMetadataList') }))
      expect(list.items).toEqual([one])
      await remove({ metadata } as KubeObject)
    })

    test('is left alone by a dry run', async () => {
      const dry = await ok(post(make('dry'), '?dryRun=All'), 201)
      expect(dry.metadata.uid).toBeTruthy()
      expect((await api()('GET', at(dry))).status).toBe(404)
      const made = await created('dry')
      const tried = await ok(patch(`${at(made)}?dryRun=All`, 'merge', change ?? { metadata: { labels: { a: 'b' } } }))
      expect(tried.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
      await ok(api()('DELETE', `${at(made)}?dryRun=All`), 200)
      expect(await ok(api()('GET', at(made)))).toEqual(made)
      await remove(made)
    })

    test('is neither made twice nor overwritten unseen', async () => {
      const made = await created('contested'), named = { name: made.metadata.name, kind: kind.plural }
      const twice = await post(make('contested'))
      expect([twice.status, twice.json.reason, twice.json.details]).toEqual([409, 'AlreadyExists',
        kind.group ? { ...named, group: kind.group } : named])
      await ok(patch(at(made), 'merge', { metadata: { labels: { a: 'b' } } }))
      const stale = await api()('PUT', at(made), { body: made })
      expect([stale.status, stale.json.reason]).toEqual([409, 'Conflict'])
      expect(stale.json.message).toContain('the object has been modified; please apply your changes to the latest version')
      const gone = await api()('DELETE', at(made), { body: { preconditions: { uid: 'another' } } })
      expect([gone.status, gone.json.reason]).toEqual([409, 'Conflict'])
      await remove(made)
      const none = await api()('GET', at(made))
      expect([none.status, none.json.reason]).toEqual([404, 'NotFound'])
    })

    test('stays while a finalizer holds it', async () => {
      const made = await created('held', { finalizers: ['example.com/hold'] })
      const held = await ok(api()('DELETE', at(made)), 200)
      expect(held.metadata.deletionTimestamp).toBeTruthy()
      const { metadata } = await ok(api()('GET', at(made)))
      expect(metadata.deletionTimestamp).toBe(held.metadata.deletionTimestamp)
      await ok(api()('DELETE', at(made)), 200)
      await ok(patch(at(made), 'merge', { metadata: { finalizers: null } }))
      if (kind.kind === 'Namespace') await remove(made)
      expect((await api()('GET', at(made))).status).toBe(404)
    })

    test('is named by discovery and explained by the schema', async () => {
      const { resources } = await ok(api()('GET', group))
      const entry = resources.find(({ name }: { name: string }) => name === kind.plural)
      expect(entry).toMatchObject({ singularName: kind.singular, namespaced: kind.namespaced, kind: kind.kind })
      expect([...entry.verbs].sort()).toEqual([...kind.verbs ?? allVerbs].sort())
      for (const part of ['status', 'scale'] as const) {
        const served = resources.some(({ name }: { name: string }) => name === `${kind.plural}/${part}`)
        expect(served, part).toBe(kind.subresources?.[part] !== undefined)
      }
      const { components: { schemas }, paths } = await schemaOf(group)
      const schema: any = Object.values(schemas).find((one: any) => one['x-kubernetes-group-version-kind']?.some((each: Kind) =>
        each.group === kind.group && each.version === kind.version && each.kind === kind.kind))
      expect(schema?.description, kind.kind).toBeTruthy()
      expect(Object.keys(make('x')).filter(field => !(field in schema.properties))).toEqual([])
      expect(paths).toHaveProperty([`${group}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`])
    })

    test('travels in protobuf both ways', async () => {
      const sent = make('binary')
      const { kind: _kind, apiVersion: _apiVersion, ...content } = sent
      const posted = await api()('POST', collection, { body: encodeProtobuf(kind, content), type: protobuf, accept: protobuf })
      expect(posted.status, told(posted)).toBe(201)
      expect(posted.headers['content-type']).toBe(protobuf)
      const made = decodeProtobuf(posted.bytes).object
      const stored = await ok(api()('GET', at(made)))
      // A list that is written though it is empty is null in one and absent in the other.
      expect(withoutEmpty(made)).toEqual(withoutEmpty(stored))
      const read = await api()('GET', at(made), { accept: protobuf })
      expect(read.bytes.equals(posted.bytes)).toBe(true)
      const updated = await api()('PUT', at(made), { body: read.bytes, type: protobuf, accept: protobuf })
      expect(updated.status, told(updated)).toBe(200)
      // A client that wrote the same twice has changed no more than what it had not said before: its name as a manager.
      const { metadata: { managedFields: _mine, resourceVersion: _now, ...metadata }, ...rest } = await ok(api()('GET', at(made)))
      const { metadata: { managedFields: _old, resourceVersion: _then, ...before }, ...expected } = stored
      expect({ metadata, ...rest }).toEqual({ metadata: before, ...expected })
      const gone = await api()('DELETE', at(made), { accept: protobuf })
      expect([gone.status, gone.headers['content-type']]).toEqual([200, protobuf])
      if ((await api()('GET', at(made))).status !== 404) await remove(made)
    })
  })
}

function checkCells(columns: readonly { name: string; type: string }[], cells: readonly unknown[], unnamed: number): void {
  expect(cells).toHaveLength(columns.length + unnamed)
  columns.forEach(({ name, type }, i) => {
    const cell = cells[i]
    if (cell === null) return
    expect(String(cell), name).not.toMatch(/undefined|NaN|\[object/)
    if (type === 'integer') expect(cell, name).toBeTypeOf('number')
    else expect(['string', 'number', 'boolean'], name).toContain(typeof cell)
  })
}

/** A merge patch without what it removes. */
function withoutNulls(patch: any): any {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null).map(([key, value]) =>
    [key, withoutNulls(value)]))
}

function withoutEmpty(value: any): any {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutEmpty(one)] as const).filter(([, one]) =>
    one !== null))
}
