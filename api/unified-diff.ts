/**
 * Differences of two values as messages show them (apimachinery, util/diff, 1.36): a unified diff of their indented JSON.
 * Which of the equal lines it keeps is difflib's choice: the longest run first, then the longest before and after it.
 */

/** `size` equal lines, from `before` in the one text and from `after` in the other. */
interface Run { before: number; after: number; size: number }

type Line = readonly [sign: ' ' | '-' | '+', text: string]

const contextLines = 3

/** In texts of so many lines difflib starts no run at a line that more than one in a hundred are equal to. */
const manyLines = 200

export function unifiedDiff(before: unknown, after: unknown): string {
  const lines = compare(indented(before), indented(after))
  let out = '', at = 0, oldLine = 0, newLine = 0
  for (const [from, to] of hunks(lines)) {
    oldLine += from - at
    newLine += from - at
    at = to
    const hunk = lines.slice(from, to)
    const olds = hunk.filter(([sign]) => sign !== '+').length, news = hunk.filter(([sign]) => sign !== '-').length
    out += `@@ -${range(oldLine, olds)} +${range(newLine, news)} @@\n${hunk.map(([sign, text]) => `${sign}${text}\n`).join('')}`
    oldLine += olds
    newLine += news
  }
  return out
}

/** Go's MarshalIndent with one blank; it escapes what HTML could take for markup. */
const indented = (value: unknown) => JSON.stringify(value, null, 1)
  .replace(/[<>&\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).split('\n')

const range = (start: number, length: number) => (length === 1 ? `${start + 1}` : `${length === 0 ? start : start + 1},${length}`)

function compare(before: readonly string[], after: readonly string[]): Line[] {
  const lines: Line[] = []
  let i = 0, j = 0
  for (const run of [...commonRuns(before, after), { before: before.length, after: after.length, size: 0 }]) {
    for (; i < run.before; i++) lines.push(['-', before[i]])
    for (; j < run.after; j++) lines.push(['+', after[j]])
    for (; i < run.before + run.size; i++, j++) lines.push([' ', before[i]])
  }
  return lines
}

/** The runs that both texts have, in order. */
function commonRuns(before: readonly string[], after: readonly string[]): Run[] {
  const places = linePlaces(after), runs: Run[] = []
  const search = (from: Run, to: Run) => {
    const run = longestRun(before, after, places, from, to)
    if (run.size === 0) return
    search(from, run)
    runs.push(run)
    search({ before: run.before + run.size, after: run.after + run.size, size: 0 }, to)
  }
  search({ before: 0, after: 0, size: 0 }, { before: before.length, after: after.length, size: 0 })
  return runs
}

/** Where each line stands, without those that are too common to tell anything. */
function linePlaces(lines: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  lines.forEach((line, at) => {
    const known = places.get(line)
    if (known) known.push(at)
    else places.set(line, [at])
  })
  if (lines.length >= manyLines) {
    const most = Math.floor(lines.length / 100) + 1
    for (const [line, { length }] of places) if (length > most) places.delete(line)
  }
  return places
}

/** The longest run between two places, the first of those; common lines around it belong to it as well. */
function longestRun(
  before: readonly string[], after: readonly string[], places: ReadonlyMap<string, readonly number[]>, from: Run, to: Run,
): Run {
  const best = { before: from.before, after: from.after, size: 0 }
  let lengths = new Map<number, number>()
  for (let i = from.before; i < to.before; i++) {
    const next = new Map<number, number>()
    for (const j of places.get(before[i]) ?? []) {
      if (j < from.after || j >= to.after) continue
      const size = (lengths.get(j - 1) ?? 0) + 1
      next.set(j, size)
      if (size > best.size) Object.assign(best, { before: i - size + 1, after: j - size + 1, size })
    }
    lengths = next
  }
  while (best.before > from.before && best.after > from.after && before[best.before - 1] === after[best.after - 1]) {
    best.before--
    best.after--
    best.size++
  }
  while (best.before + best.size < to.before && best.after + best.size < to.after
    && before[best.before + best.size] === after[best.after + best.size]) best.size++
  return best
}

/** Where changes are with the lines around them, from and to; those that are near stand together. */
function hunks(lines: readonly Line[]): [from: number, to: number][] {
  const found: [number, number][] = []
  lines.forEach(([sign], at) => {
    if (sign === ' ') return
    const from = Math.max(0, at - contextLines), to = Math.min(lines.length, at + contextLines + 1), last = found.at(-1)
    if (last && from <= last[1]) last[1] = to
    else found.push([from, to])
  })
  return found
}
