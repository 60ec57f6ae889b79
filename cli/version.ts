import { readFileSync } from 'node:fs'

/** Of this package; package.json lies one folder up, both from the sources and from dist/. */
export const productVersion: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version

/** The Kubernetes that a cluster claims to be. */
export const kubernetesVersion = 'v1.36.2'
