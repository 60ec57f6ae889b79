import { union } from './field-set.ts'
import { identityOf, secondsOf, type Manager, type Managers } from './managers.ts'

/** How many updaters an object remembers by name (apimachinery, managedfields, capmanagers.go). */
const maxUpdaters = 10
const bucketName = 'ancient-changes'

/** Merges the oldest updaters of a version into one `ancient-changes` until few enough are left. */
export function capManagers(managers: Managers): Managers {
  const updaters = [...managers].filter(([, manager]) => manager.operation === 'Update')
  if (updaters.length <= maxUpdaters) return managers
  updaters.sort(([a, left], [b, right]) => secondsOf(left) - secondsOf(right) || (a < b ? -1 : 1))

  const capped = new Map(managers)
  const firstOfVersion = new Map<string, string>()
  let left = updaters.length
  for (const [identity, updater] of updaters) {
    if (left <= maxUpdaters) break
    const first = firstOfVersion.get(updater.apiVersion)
    if (first === undefined) {
      firstOfVersion.set(updater.apiVersion, identity)
      continue
    }
    const bucket: Omit<Manager, 'time' | 'set'> =
      { manager: bucketName, operation: 'Update', apiVersion: updater.apiVersion, subresource: '' }
    const bucketIdentity = identityOf(bucket)
    if (!capped.has(bucketIdentity)) {
      const oldest = capped.get(first)!
      capped.delete(first)
      capped.set(bucketIdentity, { ...bucket, time: oldest.time, set: oldest.set })
    }
    const set = union(updater.set, capped.get(bucketIdentity)!.set)
    capped.delete(identity)
    left--
    // The newer of the two times: the one of the update that goes in.
    capped.set(bucketIdentity, { ...bucket, time: updater.time, set })
  }
  return capped
}
