import type { Kind } from '../kind.ts'

/** Every built-in kind, one line each, group by group in the order that /apis lists them. */
export const builtInKinds: readonly Kind<any>[] = [
]
