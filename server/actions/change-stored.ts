import type { Kind } from '../../api/kind.ts'
import type { KubeObject } from '../../api/object.ts'
import { notFoundError } from '../../api/status.ts'
import type { World } from '../admission/admission.ts'
import { CommitConflict } from '../store/store.ts'

/**
 * Writes what `change` makes of the newest version of a stored object, past admission and validation, as upstream's storage does
 * with GuaranteedUpdate; anew when somebody else wrote meanwhile. A dry run stops before it writes. Throws 404 when the object is
 * not there.
 */
export async function changeStored<T extends KubeObject>(world: World, kind: Kind<T>, name: string, namespace: string | undefined,
  dryRun: boolean, change: (live: Readonly<T>) => T): Promise<void> {
  for (;;) {
    const live = world.get(kind, name, namespace)
    if (!live) throw notFoundError(kind, name)
    try {
      const next = change(live)
      return dryRun ? undefined : await world.update(kind, next)
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error
    }
  }
}
