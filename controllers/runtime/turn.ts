/** How many keys are worked on between two turns of the event loop: some 10 ms of work. */
const atOnce = 4

let left = atOnce
let nextTurn: Promise<void> | undefined

/**
 * Resolves when the event loop has turned often enough. In one process a controller's requests never leave the microtasks, so that
 * without this a large rollout would keep all clients waiting until it is over. It is about this process, hence for all
 * clusters in it.
 */
export async function ownTurn(): Promise<void> {
  while (left <= 0) {
    nextTurn ??= new Promise(resolve => setImmediate(() => {
      left = atOnce
      nextTurn = undefined
      resolve()
    }))
    await nextTurn
  }
  left--
}
