import jsonpatch from 'fast-json-patch'
import { badRequest, requestEntityTooLarge, StatusError } from '../../api/status.ts'
import { goJsonType } from './go-json.ts'
import { has, isObject, isTooDeep, own, type JsonObject } from './json-value.ts'

/**
 * JSON patch (RFC 6902) as upstream's evanphx/json-patch v4 applies it: negative indexes count from the end, the text before the
 * first slash of a path is ignored, `add` without a value adds null, `replace` of a missing key adds it. The paths are resolved
 * here, on copies of what is on the way; fast-json-patch then carries out the operation on the last container.
 */

const maxOperations = 10_000
/** What `copy` operations may add in all (apiserver, JSONPatchMaxCopyBytes). */
const maxCopiedBytes = 3 * 1024 * 1024

export type Operation = JsonObject

/**
 * The operations of a decoded body, or 400 and 413 as upstream. With `fieldValidation` Warn and Strict upstream decodes a second
 * time into a struct: its complaints come first, and unknown fields of operations are told in `strictErrors`.
 */
export function decodeJsonPatch(body: unknown, fieldValidation: string): { operations: Operation[]; strictErrors: string[] } {
  const strict = fieldValidation !== 'Ignore'
  const strictErrors: string[] = []
  if (body !== null && !Array.isArray(body)) {
    throw strict ? undecodable(`${goJsonType(body)} into Go value of type []handlers.jsonPatchOp`)
      : badRequest(`json: cannot unmarshal ${goJsonType(body)} into Go value of type jsonpatch.Patch`)
  }
  const operations = (body ?? []) as unknown[]
  if (strict) checkTypes(operations, strictErrors)
  for (const operation of operations) {
    if (operation !== null && !isObject(operation)) {
      throw badRequest(`json: cannot unmarshal ${goJsonType(operation)} into Go value of type jsonpatch.Operation`)
    }
  }
  if (operations.length > maxOperations) {
    throw requestEntityTooLarge('Request entity too large: The allowed maximum operations in a JSON patch is ' +
      `${maxOperations}, got ${operations.length}`)
  }
  return { operations: operations.map(operation => (operation ?? {}) as Operation), strictErrors }
}

const undecodable = (what: string) => badRequest(`error decoding patch: json: cannot unmarshal ${what}`)

function checkTypes(operations: unknown[], strictErrors: string[]) {
  for (const [index, operation] of operations.entries()) {
    if (operation === null) continue
    if (!isObject(operation)) {
      throw undecodable(`${goJsonType(operation)} into Go value of type handlers.jsonPatchOp`)
    }
    for (const key of Object.keys(operation)) {
      if (key === 'value') continue
      if (key !== 'op' && key !== 'path' && key !== 'from') {
        strictErrors.push(`json patch unknown field "[${index}].${key}"`)
      } else if (operation[key] !== null && typeof operation[key] !== 'string') {
        throw undecodable(`${goJsonType(operation[key])} into Go struct field jsonPatchOp.${key} of type string`)
      }
    }
  }
}

/** The object after all operations; 422 without details when one of them fails. The object itself is left as it was. */
export function applyJsonPatch(object: Readonly<JsonObject>, operations: readonly Operation[]): unknown {
  const patching = new Patching(object)
  for (const operation of operations) patching.apply(operation)
  return patching.document
}

/** Why an operation does not apply never reaches the client: upstream says only that it does not. */
const failed = () =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

type Container = JsonObject | unknown[]
interface Place { container: Container; key: string }

class Patching {
  document: unknown
  #copiedBytes = 0
  /** Containers made here: they may be changed in place. */
  #owned = new Set<Container>()

  constructor(document: unknown) { this.document = document }

  apply(operation: Operation) {
    switch (operation.op) {
      case 'add': return this.#add(text(operation, 'path'), value(operation))
      case 'remove': return this.#remove(text(operation, 'path'))
      case 'replace': return this.#replace(text(operation, 'path'), operation)
      case 'test': return this.#test(text(operation, 'path'), value(operation))
      case 'move': {
        const from = text(operation, 'from')
        const moved = this.#get(from)
        this.#remove(from)
        return this.#add(text(operation, 'path'), moved)
      }
      case 'copy': {
        const copied = this.#get(text(operation, 'from')) ?? null
        if (isTooDeep(copied)) throw failed()
        this.#copiedBytes += Buffer.byteLength(JSON.stringify(copied))
        if (this.#copiedBytes > maxCopiedBytes) throw failed()
        this.#add(text(operation, 'path'), copied)
        // The value now stands in two places: nothing below may be changed in place any more.
        this.#owned.clear()
        return
      }
      default: throw failed()
    }
  }

  #add(path: string, added: unknown) {
    const { container, key } = this.#writable(path)
    if (!Array.isArray(container)) return carryOut(container, { op: 'add', path: pointer(key), value: added })
    carryOut(container, { op: 'add', path: pointer(key === '-' ? '-' : String(index(key, container.length + 1))), value: added })
  }

  #remove(path: string) {
    const { container, key } = this.#writable(path)
    if (!Array.isArray(container) && !has(container, key)) throw failed()
    carryOut(container, { op: 'remove', path: pointer(Array.isArray(container) ? String(index(key, container.length)) : key) })
  }

  #replace(path: string, operation: Operation) {
    const next = value(operation)
    if (path === '') {
      if (typeof next !== 'object' || next === null) throw failed()
      this.document = next
      return
    }
    const { container, key } = this.#writable(path)
    carryOut(container,
      { op: 'replace', path: pointer(Array.isArray(container) ? String(index(key, container.length)) : key), value: next })
  }

  #test(path: string, expected: unknown) {
    const actual = path === '' ? this.document : this.#get(path)
    carryOut([actual ?? null], { op: 'test', path: '/0', value: expected ?? null })
  }

  #get(path: string): unknown {
    const { container, key } = this.#find(path, next => next)
    return Array.isArray(container) ? container[index(key, container.length)] : own(container, key)
  }

  #writable(path: string) { return this.#find(path, (next, replace) => this.#own(next, replace)) }

  /** The container of the last part of the path. `visit` sees each container on the way and may put another in its place. */
  #find(path: string, visit: (next: Container, replace: (copy: Container) => void) => Container): Place {
    const parts = path.split('/')
    if (parts.length < 2 || typeof this.document !== 'object' || this.document === null) throw failed()
    let container = visit(this.document as Container, copy => { this.document = copy })
    for (const part of parts.slice(1, -1)) {
      const parent = container
      const key = Array.isArray(parent) ? index(unescape(part), parent.length) : unescape(part)
      const next = Array.isArray(parent) ? parent[key as number] : own(parent, key as string)
      if (typeof next !== 'object' || next === null) throw failed()
      const replace = (copy: Container) => carryOut(parent, { op: 'replace', path: pointer(String(key)), value: copy })
      container = visit(next as Container, replace)
    }
    return { container, key: unescape(parts[parts.length - 1]) }
  }

  #own(container: Container, replace: (copy: Container) => void): Container {
    if (this.#owned.has(container)) return container
    const copy = Array.isArray(container) ? [...container] : { ...container }
    this.#owned.add(copy)
    replace(copy)
    return copy
  }
}

function text(operation: Operation, key: string): string {
  const given = own(operation, key)
  if (typeof given !== 'string') throw failed()
  return given
}

const value = (operation: Operation): unknown => own(operation, 'value') ?? null

const unescape = (part: string): string => part.replace(/~[01]/g, escape => (escape === '~1' ? '/' : '~'))
const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** An index below `length`, as Go's strconv.Atoi reads it; negative ones count from the end. */
function index(key: string, length: number): number {
  if (!/^[+-]?\d+$/.test(key)) throw failed()
  const number = Number(key)
  const position = number < 0 ? number + length : number
  if (position < 0 || position >= length) throw failed()
  return position + 0
}

function carryOut(container: Container, operation: Parameters<typeof jsonpatch.applyOperation>[1]) {
  try {
    jsonpatch.applyOperation<unknown>(container, operation)
  } catch {
    throw failed()
  }
}
