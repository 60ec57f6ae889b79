/** Differences of two values as messages show them (apimachinery, util/diff, 1.36): a unified diff of their indented JSON. */

type Line = readonly [sign: ' ' | '-' | '+', text: string]

/** Longest texts that are compared line by line; longer ones are shown as replaced. */
const maxLines = 2000

/** The lines of both, in order, by their longest common subsequence. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const all = (sign: '-' | '+', lines: readonly string[]): Line[] => lines.map(text => [sign, text])
  if (before.length > maxLines || after.length > maxLines) return [...all('-', before), ...all('+', after)]
  const width = after.length + 1, common = new Uint16Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j] ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1])
    }
  }
  const lines: Line[] = []
  let i = 0, j = 0
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) { lines.push([' ', before[i]]); i++; j++ }
    else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) lines.push(['-', before[i++]])
    else lines.push(['+', after[j++]])
  }
  return [...lines, ...all('-', before.slice(i)), ...all('+', after.slice(j))]
}

const range = (start: number, count: number) => (count === 1 ? `${start + 1}` : `${count === 0 ? start : start + 1},${count}`)

/** The groups of changed lines with three lines around each. */
export function unifiedDiff(before: unknown, after: unknown): string {
  const text = (value: unknown) => JSON.stringify(value, null, 1).split('\n')
  const lines = compare(text(before), text(after)), near = new Set<number>()
  lines.forEach(([sign], at) => {
    if (sign !== ' ') for (let i = Math.max(0, at - 3); i <= Math.min(lines.length - 1, at + 3); i++) near.add(i)
  })
  let out = '', oldLine = 0, newLine = 0
  for (let at = 0; at < lines.length; at++) {
    if (!near.has(at)) { oldLine++; newLine++; continue }
    let end = at
    while (end < lines.length && near.has(end)) end++
    const group = lines.slice(at, end)
    const olds = group.filter(([sign]) => sign !== '+').length, news = group.filter(([sign]) => sign !== '-').length
    out += `@@ -${range(oldLine, olds)} +${range(newLine, news)} @@\n${group.map(([sign, line]) => `${sign}${line}\n`).join('')}`
    oldLine += olds
    newLine += news
    at = end - 1
  }
  return out
}
