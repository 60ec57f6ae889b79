import { customAlphabet, customRandom } from 'nanoid'

/** Chance, passed in: a seed gives the same names, delays and choices again. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** Whole number in [0, below). */
  integer(below: number): number
  /** `length` characters of upstream's name alphabet (apimachinery, util/rand). */
  suffix(length: number): string
  uuid(): string
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** Random from a seed (mulberry32), or, without one, from the machine's own source of chance. */
export function createRandom(seed?: number): Random {
  if (seed === undefined) {
    const draw = customAlphabet(alphabet, 5)
    return {
      next: Math.random,
      integer: below => Math.floor(Math.random() * below),
      suffix: length => draw(length),
      uuid: () => crypto.randomUUID(),
    }
  }
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const bytes = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(next() * 256))
  const hex = (size: number) => Array.from(bytes(size), byte => byte.toString(16).padStart(2, '0')).join('')
  return {
    next,
    integer: below => Math.floor(next() * below),
    suffix: length => customRandom(alphabet, length, bytes)(),
    uuid: () => `${hex(4)}-${hex(2)}-4${hex(2).slice(1)}-${'89ab'[Math.floor(next() * 4)]}${hex(2).slice(1)}-${hex(6)}`,
  }
}
