import type { KubeObject } from '../../api/object.ts'
import { same } from '../../api/edit.ts'

/**
 * Takes owners out that are named twice, all alike, and warns of it (apiserver, handlers/rest.go dedupOwnerReferences, 1.36): creates
 * and updates before anybody else sees the object, patches when admission is through.
 */
export function dropDoubleOwners({ metadata }: KubeObject, warn: (text: string) => void, afterAdmission: boolean): void {
  const owners = metadata.ownerReferences
  if (owners === undefined || owners.length < 2) return
  const once = owners.filter((owner, at) => !owners.slice(0, at).some(other => same(other, owner)))
  if (once.length === owners.length) return
  const doubled = owners.filter((owner, at) => owners.slice(0, at).some(other => same(other, owner))).map(({ uid }) => uid)
  warn(`.metadata.ownerReferences contains duplicate entries${afterAdmission ? ' after mutating admission happens' : ''}; API server dedups ` +
    `owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${doubled.join(', ')}`)
  metadata.ownerReferences = once
}
