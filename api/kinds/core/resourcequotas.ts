import { defineKind } from '../../kind.ts'
import { compareQuantities } from '../../quantity.ts'
import type { ResourceQuota } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { roundUpResources } from '../pod/default-resources.ts'
import { validateResourceQuota, validateResourceQuotaStatus } from './resourcequotas-validate.ts'

/** Enforced by admission; the amounts in use are counted by a controller. */
export const resourceQuotas = defineKind<ResourceQuota>({
  group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', singular: 'resourcequota', namespaced: true,
  shortNames: ['quota'], schema: 'core.v1.ResourceQuota',
  returnsDeleted: true,
  subresources: { status: true },
  defaults: draft => roundUpResources({ limits: draft.spec?.hard }),
  prepareForCreate(draft) {
    draft.status = {}
  },
  validate: (next, old, { subresource }) =>
    (subresource === 'status' ? validateResourceQuotaStatus(next) : validateResourceQuota(next, old)),
  warnings: (next, old) => (old ? [] : warnings(next.spec.hard ?? {})),
  columns: [
    nameColumn,
    textColumn('Request', quota => usage(quota, name => !name.startsWith('limits.'))),
    textColumn('Limit', quota => usage(quota, name => name.startsWith('limits.'))),
    ageColumn,
  ],
})

/** `pods: 1/4, services: 0/2` of the resources that `wanted` picks. */
function usage({ status }: Readonly<ResourceQuota>, wanted: (name: string) => boolean): string {
  return Object.keys(status?.hard ?? {}).filter(wanted).sort()
    .map(name => `${name}: ${status?.used?.[name] ?? '0'}/${status?.hard?.[name]}`).join(', ')
}

/** Requests that may exceed the limits (registry/core/resourcequota/strategy.go, 1.36). */
function warnings(hard: Readonly<Record<string, string>>): string[] {
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap(name => {
    const bare = (name === 'cpu' || name === 'memory') && !Object.hasOwn(hard, `requests.${name}`)
    const requests = bare ? name : `requests.${name}`, limits = `limits.${name}`
    if (!Object.hasOwn(hard, requests) || !Object.hasOwn(hard, limits) || compareQuantities(hard[requests], hard[limits]) <= 0) {
      return []
    }
    return [`ResourceQuota ${requests} (${hard[requests]}) should be less than ${limits} (${hard[limits]})`]
  })
}
