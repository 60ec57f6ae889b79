import { same } from '../../edit.ts'
import type {
  CustomResourceColumnDefinition, CustomResourceDefinitionSpec, CustomResourceDefinitionVersion, CustomResourceSubresources,
  CustomResourceValidation, SelectableField,
} from '../../schema/generated/types.ts'

/**
 * A definition as upstream's rules see it: what all versions have in common stands at the top, and so do the complaints about it
 * (apiextensions/v1 conversion.go, 1.36).
 */
export interface InternalSpec extends Omit<Readonly<CustomResourceDefinitionSpec>, 'versions'> {
  version?: string
  versions: readonly Readonly<CustomResourceDefinitionVersion>[]
  validation?: Readonly<CustomResourceValidation>
  subresources?: Readonly<CustomResourceSubresources>
  additionalPrinterColumns?: readonly Readonly<CustomResourceColumnDefinition>[]
  selectableFields?: readonly Readonly<SelectableField>[]
}

export function internalSpec(spec: Readonly<CustomResourceDefinitionSpec>): InternalSpec {
  const versions: readonly Readonly<CustomResourceDefinitionVersion>[] = spec.versions ?? [], [first] = versions
  if (!first) return { ...spec, versions }
  const shared = (['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const)
    .filter(field => first[field] !== undefined && versions.every(version => same(version[field], first[field])))
  const top: InternalSpec = { ...spec, version: first.name ?? '', versions: versions.map(version => without(version, shared)) }
  if (shared.includes('schema')) top.validation = first.schema
  if (shared.includes('subresources')) top.subresources = first.subresources
  if (shared.includes('additionalPrinterColumns')) top.additionalPrinterColumns = first.additionalPrinterColumns
  if (shared.includes('selectableFields')) top.selectableFields = first.selectableFields
  return top
}

function without(version: Readonly<CustomResourceDefinitionVersion>,
  fields: readonly (keyof CustomResourceDefinitionVersion)[]): CustomResourceDefinitionVersion {
  const rest = { ...version }
  for (const field of fields) delete rest[field]
  return rest
}
