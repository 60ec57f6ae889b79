/** The rules that kinds share, in one place. */
export * from './labels.ts'
export * from './names.ts'
export * from './object-meta.ts'
export * from './values.ts'
export { nameIsDnsSubdomain as dnsSubdomain } from './object-meta.ts'
