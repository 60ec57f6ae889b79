import { same } from '../../edit.ts'
import { duplicate, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { CSIDriver, StorageV1TokenRequest } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateImmutable } from '../validation/values.ts'

const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType']
const modes = ['Persistent', 'Ephemeral']
const adviseSecrets = 'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent '
  + 'possible logging of tokens in volume attributes'

const flag = (name: string, value: (driver: Readonly<CSIDriver>) => boolean) => ({ name, type: 'boolean' as const, value })

export const csiDrivers = defineKind<CSIDriver>({
  group: 'storage.k8s.io', version: 'v1', kind: 'CSIDriver', plural: 'csidrivers', singular: 'csidriver', namespaced: false,
  schema: 'storage.v1.CSIDriver',
  requiresResourceVersion: true,
  returnsDeleted: true,
  notSimulated: 'no CSI driver is called',
  defaults(draft) {
    const spec = draft.spec ??= {}
    spec.attachRequired ??= true
    spec.podInfoOnMount ??= false
    spec.storageCapacity ??= false
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent']
    spec.requiresRepublish ??= false
    spec.seLinuxMount ??= false
  },
  prepareForCreate({ spec }) {
    // The gate VolumeLimitScaling is off in 1.36.
    delete spec.preventPodSchedulingIfMissing
  },
  prepareForUpdate(draft, old) {
    if (old.spec.preventPodSchedulingIfMissing === undefined) delete draft.spec.preventPodSchedulingIfMissing
    if (!same(draft.spec, old.spec)) draft.metadata.generation = (old.metadata.generation ?? 0) + 1
  },
  validate: (next, old) => [...validate(next), ...old ? validateUpdate(next, old) : []],
  warnings: ({ spec }, old) =>
    (!same(spec.tokenRequests, old?.spec.tokenRequests) && spec.tokenRequests?.length && spec.serviceAccountTokenInSecrets === undefined ? [adviseSecrets] : []),
  columns: [
    nameColumn,
    flag('AttachRequired', ({ spec }) => spec.attachRequired ?? true),
    flag('PodInfoOnMount', ({ spec }) => spec.podInfoOnMount ?? false),
    flag('StorageCapacity', ({ spec }) => spec.storageCapacity ?? false),
    textColumn('TokenRequests', ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>'),
    flag('RequiresRepublish', ({ spec }) => spec.requiresRepublish ?? false),
    textColumn('Modes', ({ spec }) => spec.volumeLifecycleModes?.join(',') || '<none>'),
    ageColumn,
  ],
})

/** storage/validation validateCSIDriverSpec, 1.36; what defaults fill in can't be missing. */
function validate({ spec }: Readonly<CSIDriver>): FieldError[] {
  const { fsGroupPolicy, tokenRequests, nodeAllocatableUpdatePeriodSeconds: period,
    serviceAccountTokenInSecrets: inSecrets } = spec
  return [
    ...fsGroupPolicy !== undefined && !fsGroupPolicies.includes(fsGroupPolicy)
      ? [notSupported('spec.fsGroupPolicy', fsGroupPolicy, fsGroupPolicies)] : [],
    ...validateTokenRequests(tokenRequests ?? []),
    ...(spec.volumeLifecycleModes ?? []).flatMap(mode =>
      (modes.includes(mode) ? [] : [notSupported('spec.volumeLifecycleModes', mode, modes)])),
    ...spec.seLinuxMount === undefined ? [required('spec.seLinuxMount')] : [],
    ...period !== undefined && period < 10
      ? [invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds')] : [],
    ...inSecrets !== undefined && !tokenRequests?.length ? [invalid('spec.serviceAccountTokenInSecrets', inSecrets,
      'serviceAccountTokenInSecrets is set but no tokenRequests are specified')] : [],
  ]
}

function validateTokenRequests(requests: readonly StorageV1TokenRequest[]): FieldError[] {
  const audiences = new Set<string>()
  return requests.flatMap(({ audience = '', expirationSeconds: seconds }, i) => {
    const path = `spec.tokenRequests[${i}]`
    if (audiences.has(audience)) return [duplicate(`${path}.audience`, audience)]
    audiences.add(audience)
    if (seconds === undefined) return []
    if (seconds < 600) return [invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')]
    return seconds > 2 ** 32
      ? [invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')] : []
  })
}

function validateUpdate(next: Readonly<CSIDriver>, old: Readonly<CSIDriver>): FieldError[] {
  return [
    // The misspelt path is upstream's.
    ...validateImmutable(next.spec.attachRequired, old.spec.attachRequired, 'spec.attachedRequired'),
    ...validateImmutable(next.spec.volumeLifecycleModes, old.spec.volumeLifecycleModes, 'spec.volumeLifecycleModes'),
  ]
}
