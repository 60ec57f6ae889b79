import { isValidPercent } from '../validation/names.ts'

/** Numbers of rolling updates (apps/validation, 1.36). */


/** The number, or the number in front of the percent sign; 0 for anything else. */
export function intOrPercentValue(value: number | string | undefined): number {
  if (typeof value !== 'string') return value ?? 0
  return isValidPercent(value).length === 0 ? Number(value.slice(0, -1)) : /^[+-]?\d+$/.test(value) ? Number(value) : 0
}
