import type { Column } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { addQuantities, formatQuantity, parseQuantity, type Quantity } from '../../quantity.ts'
import { textColumn } from '../columns.ts'

/** What is used, in quantities by the name of the resource: `cpu` and `memory`. */
export type Usage = Readonly<Record<string, string>>

/** What all objects of metrics.k8s.io say. */
export interface Measured extends KubeObject {
  /** The end of the time that was measured. */
  timestamp: string
  /** Its length, as a Go duration. */
  window: string
}

const total = (usages: readonly Usage[], resource: string): string =>
  formatQuantity(usages.reduce<Quantity>((sum, usage) => addQuantities(sum, usage[resource] ?? '0'), parseQuantity('0')))

/** The columns of metrics-server, whose names are those of the resources. */
export const usageColumns = <T extends Measured>(usagesOf: (object: Readonly<T>) => readonly Usage[]): Column<T>[] => [
  ...['cpu', 'memory'].map(resource => textColumn<T>(resource, object => total(usagesOf(object), resource))),
  textColumn<T>('Window', ({ window }) => window),
]
