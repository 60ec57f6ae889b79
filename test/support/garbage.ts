import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Makes what is measured next what is really in use. */
export const collectGarbage = runInNewContext('gc') as () => void
