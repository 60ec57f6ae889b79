import { StatusError } from '../../api/status.ts'
import type { Controller, Tools } from './controller.ts'
import { ownTurn } from './turn.ts'
import { WorkQueue } from './work-queue.ts'

export interface Running { stop(): Promise<void> }

/** Runs a controller until stopped: its watches fill a queue, its workers reconcile one key each. */
export function runController(controller: Controller, tools: Tools): Running {
  const queue = new WorkQueue(tools.clock)
  const unsubscribe: (() => void)[] = []
  controller.prepare?.(tools)
  const informers = controller.watches.map(({ kind }) => tools.informers.of(kind))
  let stopped = false

  let working: Promise<unknown> | undefined
  const start = async () => {
    await Promise.all(informers.map(informer => informer.ready))
    if (stopped) return
    controller.watches.forEach((watch, i) => {
      unsubscribe.push(informers[i].onChange((type, object, old) => {
        const later = watch.observe?.(type, object, old, tools)
        for (const key of watch.keysFor(object, tools)) queue.add(key)
        if (old) for (const key of watch.keysFor(old, tools)) queue.add(key)
        if (later) queue.addAfter(...later)
      }))
    })
    const end = controller.start?.(tools, queue)
    if (end) unsubscribe.push(end)
    working = Promise.all(Array.from({ length: controller.workers ?? 5 }, work))
  }
  const work = async () => {
    for (;;) {
      const key = await queue.take()
      if (key === undefined) return
      await ownTurn()
      try {
        const outcome = await controller.reconcile(key, tools)
        queue.forget(key)
        if (outcome) queue.addAfter(key, outcome.againAfterMs)
      } catch (error) {
        if (isNamespaceGone(error)) queue.forget(key)
        else {
          if (!isExpected(error) && !stopped) tools.report(error, `${controller.name}: ${key}`)
          queue.addRateLimited(key)
        }
      } finally {
        queue.done(key)
      }
    }
  }
  void start()
  return {
    async stop() {
      stopped = true
      for (const leave of unsubscribe) leave()
      queue.stop()
      await working
    },
  }
}

/** What refusals a working cluster sees all the time: a stale copy, an object that went, a policy that says no. */
const isExpected = (error: unknown) => error instanceof StatusError && error.code < 500

/** In a namespace that is being deleted nothing can be made any more: trying again would be in vain. */
export function isNamespaceGone(error: unknown): boolean {
  return error instanceof StatusError && !!error.status.details?.causes?.some(cause => cause.reason === 'NamespaceTerminating')
}
