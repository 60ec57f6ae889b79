import type { Column } from '../../kind.ts'
import { formatLabelSelector, type LabelSelector } from '../../label-selector.ts'
import type { KubeObject } from '../../object.ts'
import type { Container, PodTemplateSpec } from '../../schema/generated/types.ts'

/** Columns that pods and the kinds above them share (printers/internalversion, 1.36). */

const list = (containers: readonly Container[] | undefined, field: 'name' | 'image') =>
  (containers ?? []).map(container => container[field] ?? '').join(',')

/** Names and images of a template's containers; shown only in wide tables unless `priority` is 0. */
export function containerColumns<T extends KubeObject>(
  template: (object: Readonly<T>) => PodTemplateSpec | undefined, priority = 1,
): Column<T>[] {
  return [
    { name: 'Containers', type: 'string', priority, description: 'Names of each container in the template.',
      value: object => list(template(object)?.spec?.containers, 'name') },
    { name: 'Images', type: 'string', priority, description: 'Images referenced by each container in the template.',
      value: object => list(template(object)?.spec?.containers, 'image') },
  ]
}

/** A selector as text; `empty` stands for one without conditions. */
export function formatSelector(selector: LabelSelector | undefined, empty = '<none>'): string {
  if (!selector) return empty
  try {
    return formatLabelSelector(selector) || empty
  } catch {
    return '<error>'
  }
}

export const selectorColumn = <T extends KubeObject>(value: (object: Readonly<T>) => string): Column<T> =>
  ({ name: 'Selector', type: 'string', priority: 1, value })
