import type { ObjectMeta } from '../../object.ts'
import type {
  EphemeralContainer, LabelSelector, NodeSelectorTerm, PersistentVolumeSpec, PodSpec, SecurityContext, VolumeAttachmentSpec,
  VolumeNodeAffinity,
} from '../../schema/generated/types.ts'
import { printableMap, printableSelector } from '../validation/labels.ts'
import { goTypes } from './go-types.ts'
import { goVolumeTypes } from './go-volume-types.ts'

/** Pod specs and their parts as Go's JSON of the internal types: all fields, Go's names, `null` for what is not set. */

interface GoField { name: string; json: string; type: string }

let parsed: Map<string, GoField[]> | undefined

/** The table, read when the first message needs it. */
function types(): Map<string, GoField[]> {
  if (parsed) return parsed
  const read = new Map<string, GoField[]>()
  for (const definition of (goTypes.trimEnd() + goVolumeTypes).trim().split(/\n(?! )/)) {
    const [name, fields] = definition.split(/:\s+/, 2)
    read.set(name, fields.split(/,\s+/).flatMap(field => {
      if (field.startsWith('...')) return read.get(field.slice(3))!
      const [names, type] = field.split(/\s+/), [goName, json = goName[0].toLowerCase() + goName.slice(1)] = names.split('=')
      return [{ name: goName, json, type }]
    }))
  }
  return (parsed = read)
}

const zeroValues: Readonly<Record<string,
  unknown>> = { string: '', int: 0, bool: false, Quantity: '0', IntOrString: 0, map: null }

function print(value: unknown, type: string): unknown {
  if (type.startsWith('*')) return value === undefined || value === null ? null : print(value, type.slice(1))
  if (type.startsWith('[]')) {
    return Array.isArray(value) && value.length > 0 ? value.map(item => print(item, type.slice(2))) : null
  }
  if (type === 'map') return printableMap(value as Record<string, string> | undefined)
  if (type === '@LabelSelector') return printableSelector(value as LabelSelector)
  if (type in zeroValues) return value ?? zeroValues[type]
  return printStruct((value ?? {}) as Readonly<Record<string, unknown>>, type)
}

function printStruct(value: Readonly<Record<string, unknown>>, type: string): Record<string, unknown> {
  const printed: Record<string, unknown> = {}
  for (const { name, json, type: fieldType } of types().get(type)!) {
    // Embedded metadata has JSON names of its own and leaves out what is empty.
    if (fieldType === '@ObjectMeta') Object.assign(printed, value.metadata as ObjectMeta | undefined)
    else printed[name] = print(value[json], fieldType)
  }
  return printed
}

/** In the internal type, what the pod shares with its node stands in its security context. */
export function goPodSpec(spec: Readonly<PodSpec>): unknown {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec
  return printStruct({ ...spec,
    securityContext: { ...spec.securityContext, hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } }, 'PodSpec')
}
export const goEphemeralContainer = (container: Readonly<EphemeralContainer>): unknown =>
  printStruct({ ...container }, 'EphemeralContainer')
export const goNodeSelectorTerm = (term: Readonly<NodeSelectorTerm>): unknown => printStruct({ ...term }, 'NodeSelectorTerm')
export const goSecurityContext = (context: Readonly<SecurityContext>): unknown => printStruct({ ...context }, 'SecurityContext')
/** Only the source of a volume's spec. */
export const goVolumeSource = (spec: Readonly<PersistentVolumeSpec>): unknown => printStruct({ ...spec }, 'PersistentVolumeSource')
export const goVolumeNodeAffinity = (affinity: Readonly<VolumeNodeAffinity> | undefined): unknown =>
  (affinity ? printStruct({ ...affinity }, 'VolumeNodeAffinity') : null)
export const goVolumeAttachmentSpec = (spec: Readonly<VolumeAttachmentSpec>): unknown =>
  printStruct({ ...spec }, 'VolumeAttachmentSpec')
