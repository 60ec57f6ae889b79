// The list of what does not answer as recorded yet: gaps.tsv, lines of CASE, STEPS, REASON.
// STEPS is `1,4,6-8` (counted from 1), or `*` for a case that as a whole waits for what its reason names: it may differ anywhere,
// and leaves the list when all its steps match.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('./gaps.tsv', import.meta.url)

/** Map of case name → { whole, reasons: Map of step or '*' → reason }. */
export function readGaps() {
  const gaps = new Map()
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (!line || line.startsWith('#')) continue
    const [name, steps, reason] = line.split('\t')
    if (!reason?.trim()) throw new Error(`gaps.tsv line ${index + 1}: no reason`)
    if (!gaps.has(name)) gaps.set(name, { whole: false, reasons: new Map() })
    const gap = gaps.get(name)
    if (steps === '*') gap.whole = true
    for (const step of steps === '*' ? ['*'] : expand(steps)) gap.reasons.set(step, reason)
  }
  return gaps
}

/** How the results of a case differ from what the list says: steps that fail without being listed, and listed ones that match. */
export function compareWithGaps(name, results, gaps = readGaps()) {
  const gap = gaps.get(name)
  const failing = results.flatMap((result, index) => result.same ? [] : [index + 1])
  if (gap?.whole) return { open: [], closed: failing.length ? [] : ['*'] }
  const listed = gap ? [...gap.reasons.keys()] : []
  return { open: failing.filter(step => !listed.includes(step)), closed: listed.filter(step => !failing.includes(step)) }
}

/**
 * Writes the list anew for the cases that were played: closed gaps leave, new ones come with `reason` and stand in the file to be
 * given their own; `whole` enters a new case with `*`. Cases that were not played keep their lines.
 */
export function writeGaps(played, reason, { whole = false } = {}) {
  const old = readGaps()
  const header = readFileSync(file, 'utf8').split('\n').filter(line => line.startsWith('#'))
  const lines = []
  for (const name of [...new Set([...old.keys(), ...played.keys()])].sort()) {
    const gap = old.get(name)
    const results = played.get(name)
    const failing = results?.flatMap((result, index) => result.same ? [] : [index + 1])
    if (failing?.length === 0) continue
    if (gap?.whole || (whole && !gap)) { lines.push([name, '*', gap?.reasons.get('*') ?? reason]); continue }
    const steps = failing ?? [...gap.reasons.keys()]
    for (const [why, of] of groupBy(steps, step => gap?.reasons.get(step) ?? reason)) lines.push([name, collapse(of), why])
  }
  writeFileSync(file, [...header, ...lines.map(cells => cells.join('\t'))].join('\n') + '\n')
}

function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

function expand(steps) {
  return steps.split(',').flatMap(part => {
    const [first, last = first] = part.split('-').map(Number)
    if (!(first >= 1 && last >= first)) throw new Error(`gaps.tsv: ${steps} are no steps`)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

function collapse(steps) {
  const ranges = []
  for (const step of steps.sort((a, b) => a - b)) {
    if (ranges.at(-1)?.[1] === step - 1) ranges.at(-1)[1] = step
    else ranges.push([step, step])
  }
  return ranges.map(([first, last]) => first === last ? first : `${first}-${last}`).join(',')
}
