import { labelsMatch, parseLabelSelector, type Requirement } from '../../api/selectors.ts'
import { splitKey } from '../../api/object.ts'
import type { Pod } from '../../api/schema/generated/types.ts'

/** What is wrong with a target's selector: for the event, for the condition, and as the error of the look. */
export interface SelectorProblem { event: string; reason: string; message: string; error: string }

/** The selectors of all autoscalers, to notice two that would pull at the same pods. */
export interface Selectors {
  /** The pods that the selector of an autoscaler's target selects, or what is wrong (validateAndParseSelector, 1.36). */
  check(key: string, selector: string, pods: readonly Readonly<Pod>[]): { pods: Readonly<Pod>[] } | SelectorProblem
  forget(key: string): void
}

export function createSelectors(): Selectors {
  const known = new Map<string, readonly Requirement[]>()
  return {
    check(key, selector, pods) {
      if (selector === '') {
        const message = "the HPA target's scale is missing a selector"
        return { event: 'SelectorRequired', reason: 'InvalidSelector', message, error: 'selector is required' }
      }
      let requirements: readonly Requirement[]
      try {
        requirements = parseLabelSelector(selector)
      } catch (error) {
        const message = `couldn't convert selector into a corresponding internal selector object: ${(error as Error).message}`
        return { event: 'InvalidSelector', reason: 'InvalidSelector', message, error: message }
      }
      known.set(key, requirements)
      const selected = pods.filter(pod => labelsMatch(requirements, pod.metadata.labels)), { namespace } = splitKey(key)
      const selecting = [...known].filter(([other, theirs]) =>
        splitKey(other).namespace === namespace && selected.some(pod => labelsMatch(theirs, pod.metadata.labels)))
      if (selecting.length <= 1) return { pods: selected }
      const keys = selecting.map(([other]) => other).join(' ')
      const message = `pods by selector ${selector} are controlled by multiple HPAs: [${keys}]`
      return { event: 'AmbiguousSelector', reason: 'AmbiguousSelector', message, error: message }
    },
    forget(key) { known.delete(key) },
  }
}
