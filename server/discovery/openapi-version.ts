import type { Json } from './openapi-schemas.ts'

/** What `/version` answers, as OpenAPI describes it: no kind, so not in the table of fields (apimachinery, pkg/version, 1.36). */
export const versionInfoName = 'io.k8s.apimachinery.pkg.version.Info'

const optional: Record<string, string> = {
  emulationMajor: 'EmulationMajor is the major version of the emulation version',
  emulationMinor: 'EmulationMinor is the minor version of the emulation version',
  minCompatibilityMajor: 'MinCompatibilityMajor is the major version of the minimum compatibility version',
  minCompatibilityMinor: 'MinCompatibilityMinor is the minor version of the minimum compatibility version',
}
const described: Record<string, string> = {
  ...optional,
  major: 'Major is the major version of the binary version', minor: 'Minor is the minor version of the binary version',
}
const required = ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform']

export const versionInfo: Json = {
  description: "Info contains versioning information. how we'll want to distribute that information.",
  type: 'object', required,
  properties: Object.fromEntries([...required, ...Object.keys(optional)].sort().map(name => [name, {
    ...described[name] ? { description: described[name] } : {}, type: 'string', ...name in optional ? {} : { default: '' },
  }])),
}
