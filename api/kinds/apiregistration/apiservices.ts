import { timestamp } from '../../clock.ts'
import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { APIService } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { isDns1035Label, isDns1123Subdomain, isPathSegment, isValidPortNumber } from '../validation/names.ts'
import { complain } from '../validation/values.ts'

export const apiServices = defineKind<APIService>({
  group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService',
  plural: 'apiservices', singular: 'apiservice', namespaced: false,
  categories: ['api-extensions'], schema: 'apiregistration.v1.APIService',
  requiresResourceVersion: true,
  subresources: { status: true },
  notSimulated: 'no request is passed on to another API server',
  validateName: name => isPathSegment(name),
  defaults(draft) {
    if (draft.spec?.service) draft.spec.service.port ??= 443
  },
  prepareForCreate(draft, { now }) {
    draft.status = draft.spec?.service ? {} : { conditions: [{
      type: 'Available', status: 'True', lastTransitionTime: timestamp(now), reason: 'Local',
      message: 'Local APIServices are always available',
    }] }
  },
  validate: (next, _old, { subresource }) => (subresource === 'status' ? validateStatus(next) : validate(next)),
  columns: [
    nameColumn,
    textColumn('Service', ({ spec: { service } }) => (service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local')),
    textColumn('Available', available),
    ageColumn,
  ],
})

function available({ status }: Readonly<APIService>): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available')
  if (!condition) return 'Unknown'
  return condition.status !== 'True' && condition.reason ? `${condition.status} (${condition.reason})` : condition.status
}

/** kube-aggregator, apiregistration/validation ValidateAPIService, 1.36. */
function validate({ metadata, spec }: Readonly<APIService>): FieldError[] {
  const { group = '', version = '', groupPriorityMinimum: groupPriority = 0, versionPriority = 0, service, caBundle,
    insecureSkipTLSVerify } = spec
  const errors: FieldError[] = [], wantedName = `${version}.${group}`
  for (const field of ['generateName', 'name'] as const) {
    const name = metadata[field]
    if (name && isPathSegment(name).length === 0 && name !== wantedName) {
      errors.push(invalid(`metadata.${field}`, name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wantedName)}`))
    }
  }
  if (group === '' && version !== 'v1') {
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
  }
  if (group !== '') errors.push(...complain('spec.group', group, isDns1123Subdomain(group)))
  errors.push(...complain('spec.version', version, isDns1035Label(version)))
  if (groupPriority <= 0 || groupPriority > 20000) {
    errors.push(invalid('spec.groupPriorityMinimum', groupPriority, 'must be positive and less than 20000'))
  }
  if (versionPriority <= 0 || versionPriority > 1000) {
    errors.push(invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000'))
  }
  if (!service) {
    if (caBundle) {
      errors.push(invalid('spec.caBundle', `${Buffer.from(caBundle, 'base64').length} bytes`,
        'local APIServices may not have a caBundle'))
    }
    if (insecureSkipTLSVerify) {
      errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'))
    }
    return errors
  }
  if (!service.namespace) errors.push(required('spec.service.namespace'))
  if (!service.name) errors.push(required('spec.service.name'))
  const complaints = isValidPortNumber(service.port ?? 0)
  if (complaints.length > 0) {
    errors.push(invalid('spec.service.port', service.port ?? 0, `port is not valid: ${complaints.join(', ')}`))
  }
  if (insecureSkipTLSVerify && caBundle) {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'))
  }
  return errors
}

function validateStatus({ status }: Readonly<APIService>): FieldError[] {
  const statuses = ['True', 'False', 'Unknown']
  return (status?.conditions ?? []).flatMap((condition, i) => (statuses.includes(condition.status) ? []
    : [notSupported(`status.conditions[${i}].status`, condition.status, statuses)]))
}
