import { expect, test } from 'vitest'
import { builtInKinds } from '../../api/kinds/index.ts'
import type { Kind } from '../../api/kind.ts'
import { exampleOf } from '../api/kind-examples.ts'
import { startApiServer } from '../support/api-server.ts'

/** The warnings of a dry run that creates the example of a kind. */
async function warningsOf(kinds: readonly Kind[], options: { simulationWarnings: boolean }): Promise<Map<string, string>> {
  const server = await startApiServer(options), found = new Map<string, string>()
  for (const kind of kinds) {
    const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
    const { headers } = await server.api('POST', `${root}/${kind.namespaced ? 'namespaces/contract/' : ''}${kind.plural}?dryRun=All`,
      { body: exampleOf(kind, 'warned') })
    if (headers.warning) found.set(kind.plural, String(headers.warning))
  }
  server.stop()
  return found
}

const asked = new Set([
  'daemonsets', 'statefulsets', 'jobs', 'cronjobs', 'deployments', 'replicasets', 'poddisruptionbudgets', 'resourcequotas', 'ingresses',
])
const kinds = builtInKinds.filter(({ plural }) => asked.has(plural))

test('what nothing here acts upon is taken with a warning that says so', async () => {
  const warnings = await warningsOf(kinds, { simulationWarnings: true })
  expect([...warnings.keys()].sort()).toEqual(['cronjobs', 'daemonsets', 'ingresses', 'jobs', 'statefulsets'])
  expect(warnings.get('jobs')).toBe('299 - "Job is stored but not simulated: no Job controller runs: no pods are made of it"')
})

test('whoever knows can silence these warnings', async () => {
  expect(await warningsOf(kinds, { simulationWarnings: false })).toEqual(new Map())
})
