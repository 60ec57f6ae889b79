import { invalid, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { Lease } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'

export const leases = defineKind<Lease>({
  group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', singular: 'lease', namespaced: true,
  schema: 'coordination.v1.Lease',
  createOnUpdate: true,
  requiresResourceVersion: true,
  prepareForCreate: dropStrategy,
  prepareForUpdate: dropStrategy,
  validate: ({ spec }) => validate(spec ?? {}),
  columns: [nameColumn, textColumn('Holder', lease => lease.spec?.holderIdentity ?? ''), ageColumn],
})

/** The fields of the gate CoordinatedLeaderElection, which is off in 1.36. */
function dropStrategy({ spec }: Lease): void {
  delete spec?.strategy
  delete spec?.preferredHolder
}

function validate({ leaseDurationSeconds: duration, leaseTransitions: transitions }: Readonly<Lease['spec']>): FieldError[] {
  const errors: FieldError[] = []
  if (duration !== undefined && duration <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0'))
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'))
  }
  return errors
}
