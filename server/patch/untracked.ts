import { setOf } from './field-set.ts'
import { fieldElement } from './path-element.ts'

/** Metadata that no manager ever owns (apimachinery, managedfields, stripmeta.go, 1.36). */
export const untrackedMetadata: ReadonlySet<string> = new Set([
  'name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion',
])

/** All that no manager ever owns; of `metadata` only itself and those fields. */
export const untrackedFields = setOf(
  ...['apiVersion', 'kind', 'metadata'].map(name => [fieldElement(name)]),
  ...[...untrackedMetadata].map(name => [fieldElement('metadata'), fieldElement(name)]),
)
