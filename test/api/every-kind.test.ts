import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiVersionOf } from '../../api/kind.ts'
import { builtInKinds } from '../../api/kinds/index.ts'
import { kindContract } from '../contracts/kind.ts'
import { startApiServer, type TestApiServer } from '../support/api-server.ts'
import { exampleOf, kindExamples } from './kind-examples.ts'

/** The contract of kinds, for every kind that is served, over HTTPS against one API server. */
let server: TestApiServer
beforeAll(async () => { server = await startApiServer() })
afterAll(() => server.stop())

for (const kind of builtInKinds) {
  const { change } = kindExamples[`${apiVersionOf(kind)} ${kind.kind}`] ?? {}
  kindContract(kind, { make: (word, metadata) => exampleOf(kind, word, metadata), change }, () => server.api)
}

test('every kind has an example, and every example a kind', () => {
  expect(Object.keys(kindExamples).sort()).toEqual(builtInKinds.map(kind => `${apiVersionOf(kind)} ${kind.kind}`).sort())
})

test('nothing that was asked was an error of the server’s own', () => {
  expect(server.bugs.map(({ stack }) => stack)).toEqual([])
})
