import type { ManagedFieldsEntry } from '../../api/object.ts'
import { difference, has, isEmpty, setOf } from './field-set.ts'
import { readManagers, writeManagers, type Manager } from './managers.ts'
import { fieldElement, type PathElement } from './path-element.ts'

/**
 * The managed fields of a Scale and those of the object it scales, one made from the other: only the number of replicas is in
 * both (apimachinery, util/managedfields, scalehandler.go, 1.36).
 */
const scaleVersion = 'autoscaling/v1'
const replicasInScale = ['spec', 'replicas'].map(fieldElement)

/** Where the object keeps its replicas, `.spec.replicas`; for custom resources as the CRD says. */
const pathOf = (specReplicasPath: string): PathElement[] => specReplicasPath.split('.').filter(Boolean).map(fieldElement)

type Entries = readonly Readonly<ManagedFieldsEntry>[] | undefined

/** `metadata.managedFields` of the Scale of an object. */
export function managedFieldsOfScale(object: Entries, apiVersion: string, specReplicasPath: string,
): ManagedFieldsEntry[] | undefined {
  const path = pathOf(specReplicasPath)
  const scale = [...readManagers(object)].filter(([, manager]) => manager.apiVersion === apiVersion && has(manager.set, path))
    .map(([identity, manager]) => [identity, { ...manager, apiVersion: scaleVersion, set: setOf(replicasInScale) }] as const)
  return writeManagers(new Map(scale))
}

/**
 * `metadata.managedFields` of the object after its Scale was written: who lost the replicas there loses them here. As upstream,
 * updaters that had them come back as entries of their own and, like all that come by the scale, without a time.
 */
export function managedFieldsAfterScale(object: Entries, scale: Entries, apiVersion: string, specReplicasPath: string,
): ManagedFieldsEntry[] | undefined {
  const path = pathOf(specReplicasPath), replicas = setOf(path)
  const before = readManagers(object), scalers = new Map(readManagers(scale))
  const managers = new Map<string, Manager>()
  for (const [identity, manager] of before) {
    if (manager.apiVersion !== apiVersion) continue
    if (!has(manager.set, path) || scalers.delete(identity)) {
      managers.set(identity, manager)
      continue
    }
    const set = difference(manager.set, replicas)
    if (!isEmpty(set)) managers.set(identity, { ...manager, set })
  }
  for (const [identity, scaler] of scalers) {
    if (!has(scaler.set, replicasInScale)) continue
    managers.set(identity, { ...scaler, apiVersion, time: before.get(identity)?.time, set: replicas })
  }
  return writeManagers(managers)
}
