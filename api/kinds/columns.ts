import { age } from '../duration.ts'
import type { Column } from '../kind.ts'
import { formatLabelSelector, type LabelSelector } from '../label-selector.ts'
import type { KubeObject } from '../object.ts'

/** Columns that most kinds have, with upstream's descriptions (printers/internalversion, 1.36). */

export const nameColumn: Column<KubeObject> = {
  name: 'Name', type: 'string', format: 'name', value: object => object.metadata.name,
  description: 'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a '
    + 'client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence '
    + 'and configuration definition. Cannot be updated. More info: '
    + 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
}

const creationTimestamp = 'CreationTimestamp is a timestamp representing the server time when this object was created. It is not '
  + 'guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented '
  + 'in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: '
  + 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata'

export const ageColumn: Column<KubeObject> = {
  name: 'Age', type: 'string', description: creationTimestamp,
  value: (object, now) => age(object.metadata.creationTimestamp, now),
}

/** What kinds without a printer of their own show. */
export const createdAtColumn: Column<KubeObject> = {
  name: 'Created At', type: 'date', value: object => object.metadata.creationTimestamp, description: creationTimestamp,
}

/** A column of text; `priority` 1 shows it with `-o wide` only. */
export function textColumn<T extends KubeObject>(
  name: string, value: (object: Readonly<T>, now: Date) => string | number | boolean | null, priority?: number,
): Column<T> {
  return { name, type: 'string', value, ...(priority === undefined ? {} : { priority }) }
}

/** `a,b,c + 2 more...`: the first `max` of a list (upstream: listWithMoreString). */
export function listSome(items: readonly string[], max: number): string {
  return items.length > max ? `${items.slice(0, max).join(',')} + ${items.length - max} more...` : items.join(',')
}

/** A label selector as columns show it: `<none>` when it selects all, `<error>` when it is none (meta/v1 FormatLabelSelector). */
export function formatSelector(selector: LabelSelector | undefined): string {
  try { return formatLabelSelector(selector ?? {}) || '<none>' } catch { return '<error>' }
}

/** A map of labels as `-o wide` shows selectors: sorted `key=value`, `<none>` when empty (labels.FormatLabels). */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`).sort().join(',') || '<none>'
}
