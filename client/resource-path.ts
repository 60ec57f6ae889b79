import type { Kind } from '../api/kind.ts'

/** The REST path of a kind, an object or a subresource. */
export function resourcePath(kind: Kind<any>, namespace?: string, name?: string, subresource?: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  const inNamespace = kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const ofName = name === undefined ? '' : `/${encodeURIComponent(name)}`
  return `${root}${inNamespace}/${kind.plural}${ofName}${subresource ? `/${subresource}` : ''}`
}
