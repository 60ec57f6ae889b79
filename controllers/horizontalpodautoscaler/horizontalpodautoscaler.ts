import { same } from '../../api/edit.ts'
import type { Kind } from '../../api/kind.ts'
import { horizontalPodAutoscalers } from '../../api/kinds/autoscaling/horizontalpodautoscalers.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { keyOf } from '../../api/object.ts'
import { StatusError } from '../../api/status.ts'
import { watching, type Controller } from '../runtime/controller.ts'
import { Look, type Memory } from './look.ts'
import { createSelectors } from './selectors.ts'

/** `--horizontal-pod-autoscaler-sync-period`. */
const everyMs = 15_000
/** A new or changed autoscaler is looked at after about half of that; upstream's waits for the whole. */
const soonMs = 8000

/** Keeps the replicas of whatever has a scale where the metrics of its pods want them (podautoscaler, 1.36). */
export function horizontalPodAutoscalerController(kinds: () => readonly Kind[]): Controller {
  const memory: Memory = { histories: new Map(), selectors: createSelectors() }
  const forget = (key: string) => {
    memory.histories.delete(key)
    memory.selectors.forget(key)
  }
  return {
    name: 'horizontal-pod-autoscaler-controller',
    component: 'horizontal-pod-autoscaler',
    watches: [
      watching(horizontalPodAutoscalers, () => [], (type, autoscaler, old) => {
        if (type === 'deleted') forget(keyOf(autoscaler))
        else if (!old || !same(old.spec, autoscaler.spec)) return [keyOf(autoscaler), soonMs]
      }),
      watching(pods, () => []),
    ],
    async reconcile(key, tools) {
      const autoscaler = tools.informers.of(horizontalPodAutoscalers).get(key)
      if (!autoscaler) return forget(key)
      try {
        await new Look(autoscaler, tools, memory).run(kinds())
      } catch (error) {
        // The next look comes anyway, and no sooner for a failure.
        if (!(error instanceof StatusError)) tools.report(error, `horizontal-pod-autoscaler-controller: ${key}`)
      }
      return { againAfterMs: everyMs }
    },
  }
}
