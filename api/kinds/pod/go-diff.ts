/** Differences as apimachinery's diff package shows them: a unified diff of pretty-printed JSON (1.36). */

const contextLines = 3

/** Lines that both have, as pairs of where they are: the longest common ones after equal beginnings and ends. */
interface Operation { kind: ' ' | '-' | '+'; line: string; a: number; b: number }

export function goDiff(a: unknown, b: unknown): string {
  const left = pretty(a), right = pretty(b)
  const operations = compare(left, right)
  return hunks(operations).map(hunk => {
    const first = hunk[0], removed = hunk.filter(({ kind }) => kind !== '+').length, added = hunk
      .filter(({ kind }) => kind !== '-').length
    return `@@ -${range(first.a, removed)} +${range(first.b, added)} @@\n${hunk
      .map(({ kind, line }) => `${kind}${line}\n`).join('')}`
  }).join('')
}

/** Go's MarshalIndent with one blank; it escapes what HTML could take for markup. */
const pretty = (value: unknown) => JSON.stringify(value, null, 1)
  .replace(/[<>&]/g, character => `\\u00${character.charCodeAt(0).toString(16)}`).split('\n')

const range = (start: number, length: number) => (length === 1 ? `${start + 1}` : `${length === 0 ? start : start + 1},${length}`)

function compare(a: readonly string[], b: readonly string[]): Operation[] {
  let start = 0, end = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const operations: Operation[] = []
  const same = (from: number, count: number, shift: number) => {
    for (let i = from; i < from + count; i++) operations.push({ kind: ' ', line: a[i], a: i, b: i + shift })
  }
  same(0, start, 0)
  operations.push(...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start))
  same(a.length - end, end, b.length - a.length)
  return operations
}

/** Beyond this many comparisons the changed part is shown as replaced as a whole. */
const mostComparisons = 4_000_000

function middle(a: readonly string[], b: readonly string[], offset: number): Operation[] {
  const width = b.length + 1, lengths = a.length * b.length > mostComparisons ? undefined
    : new Uint32Array((a.length + 1) * width)
  if (lengths) {
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
      }
    }
  }
  const operations: Operation[] = []
  let i = 0, j = 0
  while (i < a.length || j < b.length) {
    const at = { a: offset + i, b: offset + j }
    if (lengths && i < a.length && j < b.length && a[i] === b[j]) {
      operations.push({ kind: ' ', line: a[i++], ...at })
      j++
    } else if (i < a.length && (j >= b.length || !lengths || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
      operations.push({ kind: '-', line: a[i++], ...at })
    } else {
      operations.push({ kind: '+', line: b[j++], ...at })
    }
  }
  return operations
}

/** Changes with the lines around them; those that are near stand together. */
function hunks(operations: readonly Operation[]): Operation[][] {
  const found: Operation[][] = []
  let last = -1
  operations.forEach(({ kind }, i) => {
    if (kind === ' ') return
    const from = Math.max(0, i - contextLines), to = Math.min(operations.length, i + contextLines + 1)
    if (last >= 0 && from <= last) found[found.length - 1].push(...operations.slice(last, to))
    else found.push(operations.slice(from, to))
    last = Math.max(last, to)
  })
  return found
}
