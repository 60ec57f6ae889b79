import { existsSync, readFileSync } from 'node:fs'

/** Of this package; package.json lies one folder up, both from the sources and from dist/. */
export const productVersion: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version

export { kubernetesVersion } from '../server/discovery/version.ts'

/** How a person calls us here: from a checkout, through npx, or installed. */
export const commandName: string = existsSync(new URL('../build/build.mjs', import.meta.url)) ? 'npx .'
  : (process.argv[1] ?? '').includes('_npx') ? 'npx mimikube' : 'mimikube'
