import { isNegativeQuantity, parseQuantity, QuantityError, quantityToNumber } from '../api/quantity.ts'
import type { Pod } from '../api/schema/generated/types.ts'

/** What a person lets a pod use whatever it does: `mimikube.dev/cpu: 250m`, `mimikube.dev/memory: 64Mi`. */
const annotations = { cpu: 'mimikube.dev/cpu', memory: 'mimikube.dev/memory' } as const

/** The load that the annotations say, in cores and bytes; requests come on top of the cores. */
export function fixedLoad({ metadata }: Readonly<Pod>): { cpu?: number; memory?: number } {
  const load: { cpu?: number; memory?: number } = {}
  for (const resource of ['cpu', 'memory'] as const) {
    const text = metadata.annotations?.[annotations[resource]]
    if (text !== undefined && isAmount(text)) load[resource] = quantityToNumber(text)
  }
  return load
}

/** What is wrong with the annotations, in words for an event. */
export const unreadableLoad = ({ metadata }: Readonly<Pod>): string[] => Object.values(annotations).flatMap(name => {
  const text = metadata.annotations?.[name]
  return text === undefined || isAmount(text) ? [] : [`the annotation ${name}: ${JSON.stringify(text)} is no amount`]
})

function isAmount(text: string): boolean {
  try {
    return !isNegativeQuantity(parseQuantity(text))
  } catch (error) {
    if (error instanceof QuantityError) return false
    throw error
  }
}
