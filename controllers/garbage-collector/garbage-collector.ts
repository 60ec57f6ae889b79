import type { Kind } from '../../api/kind.ts'
import type { Controller } from '../runtime/controller.ts'
import { collect, UnknownOwnerKind } from './collect.ts'
import { OwnerGraph } from './graph.ts'

/** How often kinds that came or went are looked for; upstream asks discovery every 30 s. */
const followEvery = 1000

/**
 * Deletes what has lost its owners, and carries out foreground and orphaning deletion (pkg/controller/garbagecollector, 1.36).
 * `kinds` gives all kinds that are served at the moment. Keys are uids.
 */
export function garbageCollector(kinds: () => readonly Kind[]): Controller {
  let graph: OwnerGraph, cancel = () => {}
  return {
    name: 'garbage-collector-controller',
    workers: 20,
    watches: [],
    start({ informers, clock, report }, queue) {
      graph = new OwnerGraph(informers, uid => queue.add(uid))
      const follow = () => {
        graph.follow(kinds()).catch(error => report(error, 'garbage collector'))
        cancel = clock.after(followEvery, follow)
      }
      follow()
      return () => {
        cancel()
        graph.stop()
      }
    },
    async reconcile(uid, tools) {
      try {
        await collect(uid, graph, tools)
      } catch (error) {
        if (error instanceof UnknownOwnerKind) return { againAfterMs: 30_000 }
        throw error
      }
    },
  }
}
