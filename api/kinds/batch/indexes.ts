import { quote } from '../../field-error.ts'

/** Lists of indexes of a job: `1,3-5,7` (batch/validation, 1.36). */

/** The intervals of a list, both ends included; throws an Error in upstream's words. */
export function parseIndexes(text: string, completions: number): [first: number, last: number][] {
  if (text === '') return []
  let previous = -1
  return text.split(',').map(interval => {
    const [first, last] = parseInterval(interval, completions)
    if (previous >= first) throw new Error(`non-increasing order, previous: ${previous}, current: ${first}`)
    previous = last
    return [first, last]
  })
}

export const countIndexes = (text: string, completions: number): number =>
  parseIndexes(text, completions).reduce((total, [first, last]) => total + last - first + 1, 0)

function parseInterval(interval: string, completions: number): [number, number] {
  const parts = interval.split('-')
  if (parts.length > 2) {
    throw new Error(`the fragment ${quote(interval)} violates the requirement that an index interval can have at most two parts `
      + "separated by '-'")
  }
  const [first, last = first] = parts.map(part => {
    if (!/^[+-]?[0-9]{1,15}$/.test(part)) throw new Error(`cannot convert string to integer for index: ${quote(part)}`)
    if (Number(part) >= completions) throw new Error(`too large index: ${quote(part)}`)
    return Number(part)
  })
  if (parts.length > 1 && first >= last) throw new Error(`non-increasing order, previous: ${first}, current: ${last}`)
  return [first, last]
}
