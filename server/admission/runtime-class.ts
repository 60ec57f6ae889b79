import { same } from '../../api/edit.ts'
import { runtimeClasses } from '../../api/kinds/node/runtimeclasses.ts'
import type { Pod, RuntimeClass, Toleration } from '../../api/schema/generated/types.ts'
import { StatusError } from '../../api/status.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { isAbout, refuse } from './refuse.ts'

/** Overhead and scheduling of the runtime class that a pod names (RuntimeClass, 1.36). */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',

  mutate(request, world) {
    const found = classOf(request, world)
    if (!found) return
    const spec = (request.object as Pod).spec!
    if (found.overhead) {
      if (spec.overhead && Object.keys(spec.overhead).length > 0 && !same(spec.overhead, found.overhead.podFixed)) {
        throw refuse(request, overheadDiffers)
      }
      spec.overhead = found.overhead.podFixed && { ...found.overhead.podFixed }
    }
    const { nodeSelector, tolerations } = found.scheduling ?? {}
    for (const [key, value] of Object.entries(nodeSelector ?? {})) {
      const own = spec.nodeSelector && Object.hasOwn(spec.nodeSelector, key) ? spec.nodeSelector[key] : value
      if (own !== value) {
        const label = `nodeSelector[${key}]`
        throw refuse(request, `conflict: runtimeClass.scheduling.${label} = ${value}; pod.spec.${label} = ${own}`)
      }
    }
    if (nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector }
    if (tolerations) spec.tolerations = mergeTolerations(spec.tolerations ?? [], tolerations)
  },

  validate(request, world) {
    const pod = request.object as Pod | undefined
    if (request.operation !== 'CREATE' || !isAbout(request, '', 'pods') || !pod?.spec) return
    const found = classOf(request, world)
    if (found?.overhead) {
      if (!same(pod.spec.overhead, found.overhead.podFixed)) throw refuse(request, overheadDiffers)
    } else if (pod.spec.overhead) {
      throw refuse(request, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
    }
  },
}

const overheadDiffers = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"

function classOf(request: AdmissionRequest, world: World): Readonly<RuntimeClass> | undefined {
  if (request.operation !== 'CREATE' || !isAbout(request, '', 'pods')) return undefined
  const name = (request.object as Pod).spec?.runtimeClassName
  if (name === undefined) return undefined
  if (name === '') throw new StatusError(500, '', 'resource name may not be empty')
  const found = world.get<RuntimeClass>(runtimeClasses, name)
  if (!found) throw refuse(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
  return found
}

/** Both lists in one; of two tolerations of which one covers the other, the wider stays. */
function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second], merged: Toleration[] = []
  all.forEach((toleration, i) => {
    const covered = merged.some(other => covers(other, toleration))
      || all.slice(i + 1).some(other => !same(other, toleration) && covers(other, toleration))
    if (!covered) merged.push(toleration)
  })
  return merged
}

function covers(wide: Toleration, narrow: Toleration): boolean {
  if (same(wide, narrow)) return true
  if (wide.key !== narrow.key && (wide.key || wide.operator !== 'Exists')) return false
  if (wide.effect && wide.effect !== narrow.effect) return false
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined
    && (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds)) return false
  if (wide.operator === 'Exists') return true
  return narrow.operator === 'Equal' && narrow.value === wide.value
}
