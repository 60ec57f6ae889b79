import type { JsonObject } from './json-value.ts'
import { compareElements, type PathElement } from './path-element.ts'

/**
 * A set of fields as structured-merge-diff has it, kept as a trie. Sets are values: no operation changes its operands, and
 * results share with them what they can, so that sets of alike objects cost little.
 */
export interface FieldSet {
  /** The path that leads here is in the set itself. */
  readonly own: boolean
  /** What is below, in no order. Never empty nodes. */
  readonly children: ReadonlyMap<PathElement, FieldSet>
  /** How the node is written, once it has been: see fields-v1.ts. */
  written?: Written
}

export interface Written {
  id: number
  /** The one node that stands for all alike. */
  set: FieldSet
  fields: Readonly<JsonObject>
}

const none: ReadonlyMap<PathElement, FieldSet> = new Map()
export const emptySet: FieldSet = { own: false, children: none }
/** A path with nothing below it. */
export const leaf: FieldSet = { own: true, children: none }

export const isEmpty = (set: FieldSet): boolean => !set.own && set.children.size === 0

/** A node; undefined when it would hold nothing. */
export function node(own: boolean, children: ReadonlyMap<PathElement, FieldSet> | undefined): FieldSet | undefined {
  if (children === undefined || children.size === 0) return own ? leaf : undefined
  return { own, children }
}

export function setOf(...paths: (readonly PathElement[])[]): FieldSet {
  return paths.reduce<FieldSet>((set, path) => union(set, path.reduceRight<FieldSet>(
    (below, element) => ({ own: false, children: new Map([[element, below]]) }), leaf)), emptySet)
}

export function has(set: FieldSet, path: readonly PathElement[]): boolean {
  let at: FieldSet | undefined = set
  for (const element of path) at = at?.children.get(element)
  return path.length > 0 && at !== undefined && at.own
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a
  if (isEmpty(a)) return b
  let children: Map<PathElement, FieldSet> | undefined
  for (const [element, theirs] of b.children) {
    const ours = a.children.get(element)
    const both = ours === undefined ? theirs : union(ours, theirs)
    if (both !== ours) (children ??= new Map(a.children)).set(element, both)
  }
  const own = a.own || b.own
  return children === undefined && own === a.own ? a : { own, children: children ?? a.children }
}

/** What is in `a` and not in `b`. Taking away a path leaves what is below it, and the other way round. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => subtract(a, b, false) ?? emptySet
/** As `difference`, but a path of `b` takes away all below it too. */
export const differenceWithBelow = (a: FieldSet, b: FieldSet): FieldSet => subtract(a, b, true) ?? emptySet

function subtract(a: FieldSet, b: FieldSet, withBelow: boolean): FieldSet | undefined {
  if (withBelow && b.own) return undefined
  let children: Map<PathElement, FieldSet> | undefined
  const [fewer, lookUp] = b.children.size < a.children.size ? [b.children, a.children] : [a.children, b.children]
  for (const element of fewer.keys()) {
    if (!lookUp.has(element)) continue
    const ours = a.children.get(element)!
    const rest = subtract(ours, b.children.get(element)!, withBelow)
    if (rest === ours) continue
    children ??= new Map(a.children)
    if (rest === undefined) children.delete(element)
    else children.set(element, rest)
  }
  const own = a.own && !b.own
  return children === undefined && own === a.own ? a : node(own, children ?? a.children)
}

export const intersection = (a: FieldSet, b: FieldSet): FieldSet => common(a, b) ?? emptySet

function common(a: FieldSet, b: FieldSet): FieldSet | undefined {
  if (a === b) return isEmpty(a) ? undefined : a
  let children: Map<PathElement, FieldSet> | undefined
  const [fewer, more] = b.children.size < a.children.size ? [b, a] : [a, b]
  for (const [element, child] of fewer.children) {
    const other = more.children.get(element)
    const shared = other === undefined ? undefined : common(child, other)
    if (shared !== undefined) (children ??= new Map()).set(element, shared)
  }
  return node(a.own && b.own, children)
}

export function equals(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true
  if (a.own !== b.own || a.children.size !== b.children.size) return false
  for (const [element, child] of a.children) {
    const other = b.children.get(element)
    if (other === undefined || !equals(child, other)) return false
  }
  return true
}

/** Each path of the set, in upstream's order: what is in a node itself before what is below. */
export function forEachPath(set: FieldSet, visit: (path: readonly PathElement[]) => void,
  prefix: readonly PathElement[] = []): void {
  const elements = [...set.children.keys()].sort(compareElements)
  for (const element of elements) if (set.children.get(element)!.own) visit([...prefix, element])
  for (const element of elements) forEachPath(set.children.get(element)!, visit, [...prefix, element])
}
