import { same } from '../../edit.ts'
import { forbidden, invalid, notSupported, raw, required, type FieldError } from '../../field-error.ts'
import type { KindContext } from '../../kind.ts'
import type {
  PodTemplateSpec, RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy, Volume,
} from '../../schema/generated/types.ts'
import { goStruct } from '../pod/go-values.ts'
import { validatePodAnnotations } from '../pod/validate-annotations.ts'
import { validateClaimSpec } from '../pod/validate-claim-template.ts'
import { validateLastingPods, validatePodTemplate, validateTemplateSelected } from '../pod/validate-template.ts'
import { validateNotMoreThan100Percent, validatePositiveIntOrPercent } from '../validation/int-or-percent.ts'
import { printableSelector, validateAnnotations, validateLabels } from '../validation/labels.ts'
import { isDns1123Label } from '../validation/names.ts'
import { complain, validateNonnegative } from '../validation/values.ts'
import { intOrPercentValue } from './validate-rolling-update.ts'
import { isEmptySelector, isUsable, validateWorkloadSelector } from './validate-selector.ts'
import { validateCollisions, validateReplicaCounters } from './validate-status.ts'

/** StatefulSets (apps/validation, 1.36). */

const counters = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration',
  'collisionCount']
const changeable = ['replicas', 'template', 'updateStrategy', 'minReadySeconds', 'ordinals', 'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy'] as const

export function validateStatefulSet(
  next: Readonly<StatefulSet>, old: Readonly<StatefulSet> | undefined, { subresource }: KindContext,
): FieldError[] {
  if (subresource === 'status') {
    return [
      ...validateReplicaCounters(next.status, counters,
        ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
        'cannot be greater than status.readyReplicas'),
      ...validateCollisions(next.status, old?.status),
    ]
  }
  if (!old) return validateSpec(next.spec, true)
  const fixed: Partial<StatefulSetSpec> = { ...next.spec }, before: Partial<StatefulSetSpec> = { ...old.spec }
  for (const field of changeable) { delete fixed[field]; delete before[field] }
  return [
    ...validateSpec(next.spec, false),
    ...(same(fixed, before) ? []
      : [forbidden('spec', "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
      + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")]),
  ]
}

/** What can't change is looked at only in a new one. */
function validateSpec(spec: Readonly<StatefulSetSpec>, isNew: boolean): FieldError[] {
  const { selector, template, serviceName } = spec, retention = spec.persistentVolumeClaimRetentionPolicy,
    policy: string = spec.podManagementPolicy ?? ''
  return [
    ...(policy === '' ? [required('spec.podManagementPolicy')] : policy === 'OrderedReady' || policy === 'Parallel' ? []
      : [invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...validateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'),
    ...(['whenDeleted', 'whenScaled'] as const).flatMap(field => {
      const value: string | undefined = retention?.[field]
      return retention && value !== 'Retain' && value !== 'Delete'
        ? [notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, value ?? '', ['Retain', 'Delete'])] : []
    }),
    ...(isNew ? (spec.volumeClaimTemplates ?? [])
      .flatMap((claim, i) => validateClaimSpec(claim.spec ?? {}, `spec.volumeClaimTemplates[${i}].spec`)) : []),
    ...validateNonnegative(spec.replicas, 'spec.replicas'),
    ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonnegative(spec.ordinals?.start, 'spec.ordinals.start'),
    ...(isNew && serviceName ? complain('spec.serviceName', serviceName, isDns1123Label(serviceName)) : []),
    ...validateWorkloadSelector(selector, 'statefulset', 'spec.selector'),
    ...(!isUsable(selector) ? [invalid('spec.selector', printableSelector(selector), '')] : [
      ...(selector && isEmptySelector(selector) ? [] : validateTemplateSelected(template, selector, 'spec.template')),
      ...validateTemplate(template, spec, 'spec.template'),
    ]),
    ...validateLastingPods(template, 'StatefulSet', 'spec.template'),
  ]
}

/** The template as the controller will use it: with the claims as volumes, and names of its own. */
function validateTemplate(
  template: Readonly<PodTemplateSpec>, { volumeClaimTemplates = [] }: Readonly<StatefulSetSpec>, path: string,
): FieldError[] {
  const claims = new Map(volumeClaimTemplates.map(claim => [claim.metadata?.name ?? '', claim]))
  const volumes: Volume[] = [...claims.keys()].map(name => ({ name, persistentVolumeClaim: { claimName: name } }))
  for (const volume of template.spec?.volumes ?? []) if (!claims.has(volume.name)) volumes.push(volume)
  const completed = { ...template, spec: { ...template.spec!, subdomain: undefined, hostname: undefined, volumes } }
  const { labels, annotations } = template.metadata ?? {}
  return [
    ...validatePodTemplate(completed, path),
    ...validateLabels(labels, `${path}.labels`),
    ...validateAnnotations(annotations, `${path}.annotations`),
    ...validatePodAnnotations(annotations, completed.spec, `${path}.annotations`),
  ]
}

const printed = ({ partition, maxUnavailable }: Readonly<RollingUpdateStatefulSetStrategy>) =>
  ({ Partition: partition ?? 0, MaxUnavailable: maxUnavailable ?? null })

function validateStrategy(strategy: Readonly<StatefulSetUpdateStrategy>, path: string): FieldError[] {
  const type: string = strategy.type ?? '', { rollingUpdate } = strategy
  switch (type) {
    case '':
      return [required(path)]
    case 'OnDelete':
      return rollingUpdate
        ? [invalid(`${path}.rollingUpdate`, raw(goStruct(printed(rollingUpdate))),
          "only allowed for updateStrategy 'RollingUpdate'")] : []
    case 'RollingUpdate': {
      const maxUnavailable = rollingUpdate?.maxUnavailable, at = `${path}.rollingUpdate.maxUnavailable`
      return [
        ...validateNonnegative(rollingUpdate?.partition, `${path}.rollingUpdate.partition`),
        ...(maxUnavailable === undefined ? [] : [
          ...validatePositiveIntOrPercent(maxUnavailable, at),
          ...(intOrPercentValue(maxUnavailable) === 0 ? [invalid(at, maxUnavailable, 'cannot be 0')] : []),
          ...validateNotMoreThan100Percent(maxUnavailable, at),
        ]),
      ]
    }
    default:
      return [invalid(path, raw(goStruct({ Type: type, RollingUpdate: rollingUpdate && printed(rollingUpdate) })),
        "must be 'RollingUpdate' or 'OnDelete'")]
  }
}
