import { defineKind } from '../../kind.ts'
import type { Pod } from '../../schema/generated/types.ts'
import { appArmorWarnings } from '../pod/app-armor.ts'
import { defaultPod } from '../pod/defaults.ts'
import { podColumns } from '../pod/pod-columns.ts'
import { preparePodForCreate, preparePodForUpdate } from '../pod/prepare-pod.ts'
import { validatePod } from '../pod/validate-pod.ts'
import { hostnameWarning, podWarnings } from '../pod/warnings.ts'
import { warningsForIP } from '../validation/ip.ts'

export const pods = defineKind<Pod>({
  group: '', version: 'v1', kind: 'Pod', plural: 'pods', singular: 'pod', namespaced: true,
  shortNames: ['po'], categories: ['all'], schema: 'core.v1.Pod',
  hasGeneration: true,
  returnsDeleted: true,
  subresources: { status: true },

  defaults: defaultPod,
  prepareForCreate: preparePodForCreate,
  prepareForUpdate: preparePodForUpdate,
  validate: validatePod,

  warnings(next, old) {
    return old === undefined
      ? [...appArmorWarnings(next), ...hostnameWarning(next, "the Pod's hostname"), ...podWarnings(next)] : []
  },

  statusWarnings: ({ status }) => [
    ...(status?.podIPs ?? []).flatMap(({ ip }, i) => warningsForIP(ip ?? '', `status.podIPs[${i}].ip`)),
    ...(status?.hostIPs ?? []).flatMap(({ ip }, i) => warningsForIP(ip ?? '', `status.hostIPs[${i}].ip`)),
  ],

  columns: podColumns,

  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.host': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    // Known as a label, but in no set of fields: matches the empty value only.
    'status.podIPs': () => '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },

  /** Pods without a node, or done, have nothing to wait for; a negative period means one second (CheckGracefulDelete). */
  gracePeriodSeconds({ spec, status }, asked) {
    if (!spec.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0
    const period = asked ?? spec.terminationGracePeriodSeconds ?? 0
    return period < 0 ? 1 : period
  },
})
