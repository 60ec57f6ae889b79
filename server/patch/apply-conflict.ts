import { StatusError } from '../../api/status.ts'
import { forEachPath, type FieldSet } from './field-set.ts'
import type { Manager } from './managers.ts'
import { printPath } from './path-element.ts'

/** Fields of an applied configuration that another manager set otherwise. */
export interface Conflict { identity: string; manager: Manager; set: FieldSet }

/** 409 in upstream's words (apimachinery, managedfields, conflict.go, 1.36); kubectl takes them apart again. */
export function conflictStatus(conflicts: readonly Conflict[]): StatusError {
  const sorted = [...conflicts].sort((a, b) => (a.identity < b.identity ? -1 : 1))
    .map(({ manager, set }) => ({ who: printManager(manager), paths: printedPaths(set) }))
  const causes = sorted.flatMap(({ who, paths }) => paths.map(field =>
    ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })))
  const message = causes.length === 1
    ? `Apply failed with 1 conflict: ${causes[0].message}: ${causes[0].field}`
    : `Apply failed with ${causes.length} conflicts: ` +
      sorted.map(({ who, paths }) => [`conflicts with ${who}:`, ...paths.map(field => `- ${field}`)].join('\n')).join('\n')
  return new StatusError(409, 'Conflict', message, { causes })
}

function printedPaths(set: FieldSet): string[] {
  const paths: string[] = []
  forEachPath(set, path => { paths.push(printPath(path)) })
  return paths
}

function printManager({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '')
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}
