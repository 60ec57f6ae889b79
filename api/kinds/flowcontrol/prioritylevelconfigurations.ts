import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type {
  LimitedPriorityLevelConfiguration, PriorityLevelConfiguration, QueuingConfiguration,
} from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateMandatoryLevel } from './mandatory.ts'

export const notLimited = 'requests are not queued or limited'

/** Of v1beta3 only. */
const zeroShares = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'

const queuing = (level: Readonly<PriorityLevelConfiguration>) => level.spec?.limited?.limitResponse?.queuing

export const priorityLevelConfigurations = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations', singular: 'prioritylevelconfiguration', namespaced: false,
  schema: 'flowcontrol.v1.PriorityLevelConfiguration',
  hasGeneration: true,
  subresources: { status: true },
  notSimulated: notLimited,
  defaults,
  prepareForCreate(draft) {
    draft.status = {}
  },
  validate: (next, _old, { subresource }) => [...subresource === 'status' ? [] : validate(next), ...validateStatus(next)],
  columns: [
    nameColumn,
    textColumn('Type', ({ spec }) => spec.type ?? ''),
    textColumn('NominalConcurrencyShares', ({ spec }) => spec.limited?.nominalConcurrencyShares ?? '<none>'),
    textColumn('Queues', level => queuing(level)?.queues ?? '<none>'),
    textColumn('HandSize', level => queuing(level)?.handSize ?? '<none>'),
    textColumn('QueueLengthLimit', level => queuing(level)?.queueLengthLimit ?? '<none>'),
    ageColumn,
  ],
})

function defaults(draft: PriorityLevelConfiguration): void {
  const { exempt, limited } = draft.spec ?? {}
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0
    exempt.lendablePercent ??= 0
  }
  if (!limited) return
  limited.nominalConcurrencyShares ??= 30
  limited.lendablePercent ??= 0
  const queues = limited.limitResponse?.queuing
  if (!queues) return
  queues.handSize ||= 8
  queues.queues ||= 64
  queues.queueLengthLimit ||= 50
}

/** flowcontrol/validation ValidatePriorityLevelConfigurationSpec, 1.36. */
function validate({ metadata, spec }: Readonly<PriorityLevelConfiguration>): FieldError[] {
  const { type = '', limited, exempt } = spec ?? {}, errors: FieldError[] = []
  if (metadata.annotations?.[zeroShares] !== undefined) {
    errors.push(forbidden('metadata.annotations', `annotation '${zeroShares}' is forbidden`))
  }
  if ((metadata.name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"))
  }
  if (type === 'Exempt') {
    if (limited) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'))
    if ((exempt?.nominalConcurrencyShares ?? 0) < 0) {
      errors.push(invalid('spec.exempt.nominalConcurrencyShares', exempt?.nominalConcurrencyShares,
        'must be a non-negative integer'))
    }
    errors.push(...validateLendable(exempt?.lendablePercent, 'spec.exempt.lendablePercent'))
  } else if (type === 'Limited') {
    if (exempt) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'))
    errors.push(...limited ? validateLimited(limited, 'spec.limited')
      : [required('spec.limited', 'must not be empty when type is Limited')])
  } else {
    errors.push(notSupported('spec.type', type, ['Exempt', 'Limited']))
  }
  return [...errors, ...validateMandatoryLevel(metadata.name, spec ?? {})]
}

const validateLendable = (percent: number | undefined, path: string): FieldError[] =>
  (percent !== undefined && (percent < 0 || percent > 100)
  ? [invalid(path, percent, 'must be between 0 and 100, inclusive')] : [])

function validateLimited(limited: Readonly<LimitedPriorityLevelConfiguration>, path: string): FieldError[] {
  const { nominalConcurrencyShares: shares = 0, limitResponse, borrowingLimitPercent: borrowing } = limited,
    errors: FieldError[] = []
  if (shares < 0) errors.push(invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'))
  const { type = '', queuing: queues } = limitResponse ?? {}, at = `${path}.limitResponse`
  if (type === 'Reject') {
    if (queues) errors.push(forbidden(`${at}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'))
  } else if (type === 'Queue') {
    errors.push(...queues ? validateQueuing(queues, `${at}.queuing`)
      : [required(`${at}.queuing`, 'must not be empty if limited.limitResponse.type is Limited')])
  } else {
    errors.push(notSupported(`${at}.type`, type, ['Queue', 'Reject']))
  }
  errors.push(...validateLendable(limited.lendablePercent, `${path}.lendablePercent`))
  if (borrowing !== undefined && borrowing < 0) {
    errors.push(invalid(`${path}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer'))
  }
  return errors
}

function validateQueuing(
  { queues = 0, handSize = 0, queueLengthLimit = 0 }: Readonly<QueuingConfiguration>, path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (queueLengthLimit <= 0) errors.push(invalid(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive'))
  if (queues <= 0) errors.push(invalid(`${path}.queues`, queues, 'must be positive'))
  else if (queues > 10_000_000) errors.push(invalid(`${path}.queues`, queues, 'must not be greater than 10000000'))
  if (handSize <= 0) errors.push(invalid(`${path}.handSize`, handSize, 'must be positive'))
  else if (handSize > queues) errors.push(invalid(`${path}.handSize`, handSize, `should not be greater than queues (${queues})`))
  else {
    const bits = Math.ceil(Math.log2(queues) * handSize)
    if (bits > 60) {
      errors.push(invalid(`${path}.handSize`, handSize,
        `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than 60`))
    }
  }
  return errors
}

function validateStatus({ status }: Readonly<PriorityLevelConfiguration>): FieldError[] {
  return validateFlowConditions(status?.conditions)
}

/** Conditions of both kinds of this group. */
export function validateFlowConditions(conditions: readonly { type?: string }[] | undefined): FieldError[] {
  const types = (conditions ?? []).map(({ type = '' }) => type), path = 'status.conditions'
  return types.flatMap((type, i) => [
    ...types.indexOf(type) < i ? [duplicate(`${path}[${i}].type`, type)] : [],
    ...type === '' ? [required(`${path}[${i}].type`)] : [],
  ])
}
