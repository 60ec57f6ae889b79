/** A command's options, by one name each. */
export interface OptionTable {
  /** Options that take a value: `O` for `-O`, by the name it is read by. */
  withValue: Readonly<Record<string, string>>
  /** Options without one. */
  flags: Readonly<Record<string, string>>
}

export interface Options {
  flags: ReadonlySet<string>
  rest: string[]
  value(name: string): string | undefined
  all(name: string): string[]
}

/** Reads a command line; the name of the first option that the table does not know, when there is one. */
export function readOptions(args: readonly string[], table: OptionTable): Options | string {
  const flags = new Set<string>(), values = new Map<string, string[]>(), rest: string[] = []
  const own = (names: Readonly<Record<string, string>>, name: string) => (Object.hasOwn(names, name) ? names[name] : undefined)
  const put = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value])
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (!arg.startsWith('-') || arg === '-') { rest.push(arg); continue }
    if (arg.startsWith('--')) {
      const equals = arg.indexOf('='), name = equals < 0 ? arg.slice(2) : arg.slice(2, equals)
      const valued = own(table.withValue, name), flag = own(table.flags, name)
      if (valued) put(valued, equals < 0 ? args[++i] ?? '' : arg.slice(equals + 1))
      else if (flag) flags.add(flag)
      else return arg
      continue
    }
    for (let j = 1; j < arg.length; j++) {
      const valued = own(table.withValue, arg[j]), flag = own(table.flags, arg[j])
      if (valued) { put(valued, arg.slice(j + 1) || (args[++i] ?? '')); break }
      if (!flag) return `-${arg[j]}`
      flags.add(flag)
    }
  }
  return { flags, rest, value: name => values.get(name)?.[0], all: name => values.get(name) ?? [] }
}
