import { priorityClasses } from '../../api/kinds/scheduling/priorityclasses.ts'
import type { Pod, PriorityClass } from '../../api/schema/generated/types.ts'
import type { AdmissionPlugin, AdmissionRequest, World } from './admission.ts'
import { isAbout, refuse } from './refuse.ts'

const computed = 'must not be provided in pod spec; priority admission controller computed'
const fromClass = 'from the given PriorityClass name'

/** The number behind a priority class's name, and one default class at most (Priority, 1.36). */
export const priority: AdmissionPlugin = {
  name: 'Priority',

  mutate(request, world) {
    if (!isAbout(request, '', 'pods') || !request.object) return
    const { spec } = request.object as Pod
    if (!spec) return
    if (request.operation === 'UPDATE') {
      const old = (request.old as Pod).spec
      spec.priority ??= old?.priority
      spec.preemptionPolicy ??= old?.preemptionPolicy
      return
    }
    const { name, value, preemptionPolicy } = classOf(request, world, spec.priorityClassName)
    if (name) spec.priorityClassName = name
    if (spec.priority !== undefined && spec.priority !== value) {
      throw refuse(request, `the integer value of priority (${spec.priority}) ${computed} ${value} ${fromClass}`)
    }
    spec.priority = value
    if (!preemptionPolicy) return
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
      throw refuse(request, `the string value of PreemptionPolicy (${spec.preemptionPolicy}) ${computed} ${preemptionPolicy} ${fromClass}`)
    }
    spec.preemptionPolicy = preemptionPolicy
  },

  validate(request, world) {
    if (!isAbout(request, 'scheduling.k8s.io', 'priorityclasses') || request.operation === 'DELETE') return
    const next = request.object as PriorityClass
    const standing = next.globalDefault ? defaultClass(world) : undefined
    if (standing && (request.operation === 'CREATE' || standing.metadata.name !== next.metadata.name)) {
      throw refuse(request, `PriorityClass ${standing.metadata.name} is already marked as default. Only one default can exist`)
    }
  },
}

type Resolved = { name?: string; value: number; preemptionPolicy?: 'Never' | 'PreemptLowerPriority' }

function classOf(request: AdmissionRequest, world: World, name: string | undefined): Resolved {
  const found = name ? world.get(priorityClasses, name) : defaultClass(world)
  if (found) return { name: found.metadata.name, value: found.value ?? 0, preemptionPolicy: found.preemptionPolicy }
  if (name) throw refuse(request, `no PriorityClass with name ${name} was found`)
  return { value: 0, preemptionPolicy: 'PreemptLowerPriority' }
}

/** Should there be several after a race, the one with the lowest value counts. */
function defaultClass(world: World): Readonly<PriorityClass> | undefined {
  return world.list<PriorityClass>(priorityClasses).filter(candidate => candidate.globalDefault)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0]
}
