import type { Client, WriteOptions } from '../api/client.ts'
import { edit } from '../api/edit.ts'
import type { Kind } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import { isConflict } from '../api/status.ts'

/** Attempts of client-go's retry.DefaultRetry; no pause between them, as each one reads the object anew. */
const attempts = 5

/** Runs `attempt` again when it ends in a 409 Conflict; the last conflict is thrown. */
export async function retryOnConflict<R>(attempt: (isRetry: boolean) => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(tries > 1)
    } catch (error) {
      if (!isConflict(error) || tries >= attempts) throw error
    }
  }
}

/**
 * Edits an object and writes it; after a conflict the recipe runs again on a fresh copy. Nothing is written when the
 * recipe changes nothing.
 */
export function updateFresh<T extends KubeObject>(
  client: Client, kind: Kind<T>, object: Readonly<T>, recipe: (draft: T) => void, options?: WriteOptions,
): Promise<T> {
  return retryOnConflict(async isRetry => {
    const current = isRetry ? await client.get(kind, object.metadata.name, object.metadata.namespace) : (object as T)
    const changed = edit(current, recipe)
    return changed === current ? current : client.update(kind, changed, options)
  })
}
