import { descriptionOf } from '../../api/schema/descriptions.ts'
import type { Json, OpenApiVersion } from './openapi-schemas.ts'

/** What `/version` answers, as OpenAPI describes it: no kind, so not in the table of fields (apimachinery, pkg/version, 1.36). */
export const versionInfoName = 'io.k8s.apimachinery.pkg.version.Info'

const required = ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform']
const optional = ['emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor']

export const describeVersionInfo = (version: OpenApiVersion): Json => ({
  description: descriptionOf('version.Info'), type: 'object', required,
  properties: Object.fromEntries([...required, ...optional].sort().map(name => [name, {
    description: descriptionOf('version.Info', name), type: 'string', ...version === 'v3' && required.includes(name) ? { default: '' } : {},
  }])),
})
