import { defineKind } from '../../kind.ts'
import type { LimitRange, LimitRangeItem } from '../../schema/generated/types.ts'
import { createdAtColumn, nameColumn } from '../columns.ts'
import { roundUpResources } from '../pod/default-resources.ts'
import { validateLimitRange } from './limitranges-validate.ts'

/** Enforced by admission. */
export const limitRanges = defineKind<LimitRange>({
  group: '', version: 'v1', kind: 'LimitRange', plural: 'limitranges', singular: 'limitrange', namespaced: true,
  shortNames: ['limits'], schema: 'core.v1.LimitRange',
  createOnUpdate: true,
  defaults(draft) {
    for (const limit of draft.spec?.limits ?? []) defaultItem(limit)
  },
  /** Alone among the kinds it needs no name: upstream gives it a UUID for one. */
  prepareForCreate({ metadata }) {
    metadata.name ||= metadata.uid
  },
  validate: validateLimitRange,
  columns: [nameColumn, createdAtColumn],
})

/** A container's default limit is its maximum, its default request its default limit or its minimum
 * (core/v1 defaults.go, 1.36). */
function defaultItem(limit: LimitRangeItem): void {
  const { max, min, maxLimitRequestRatio } = limit
  for (const list of [max, min, limit.default, limit.defaultRequest, maxLimitRequestRatio]) roundUpResources({ limits: list })
  if (limit.type !== 'Container') return
  const limits = { ...max, ...limit.default }
  const requests = { ...min, ...limits, ...limit.defaultRequest }
  if (Object.keys(limits).length > 0) limit.default = limits
  if (Object.keys(requests).length > 0) limit.defaultRequest = requests
}
