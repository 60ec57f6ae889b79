import type { ManagedFieldsEntry } from '../../api/object.ts'
import type { FieldSet } from './field-set.ts'
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts'
import { isObject } from './json-value.ts'

/** Who manages which fields: `metadata.managedFields` decoded (apimachinery, util/managedfields/internal, 1.36). */
export interface Manager {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  subresource: string
  time: string | undefined
  set: FieldSet
  /** The entry this was read from, to be given back when nothing changed. */
  entry?: Readonly<ManagedFieldsEntry>
}

/** By identity; never changed once it was given away. */
export type Managers = ReadonlyMap<string, Manager>

/**
 * Tells managers apart: name, operation, subresource, and for updates the version. The text is the one that upstream builds, as
 * the order of conflicts and of the oldest managers hangs on it.
 */
export function identityOf({ manager, operation, apiVersion, subresource }: Omit<Manager, 'time' | 'set'>): string {
  const parts = [`"operation":"${operation}"`]
  if (manager !== '') parts.unshift(`"manager":${JSON.stringify(manager)}`)
  if (operation === 'Update' && apiVersion !== '') parts.push(`"apiVersion":${JSON.stringify(apiVersion)}`)
  if (subresource !== '') parts.push(`"subresource":${JSON.stringify(subresource)}`)
  return `{${parts.join(',')}}`
}

/** Reads managed fields; throws `Error` when an entry makes no sense. */
export function readManagers(entries: readonly Readonly<ManagedFieldsEntry>[] | null | undefined): Managers {
  const managers = new Map<string, Manager>()
  for (const [index, entry] of (entries ?? []).entries()) {
    const read = readEntry(entry, index)
    managers.set(identityOf(read), read)
  }
  return managers
}

function readEntry(entry: Readonly<ManagedFieldsEntry>, index: number): Manager {
  const { manager = '', operation, apiVersion, time, fieldsType, fieldsV1, subresource = '' } = isObject(entry) ? entry : {}
  if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`')
  if (!apiVersion) throw new Error('apiVersion must not be empty')
  if (!fieldsType) throw new Error(`missing fieldsType in managed fields entry ${index}`)
  if (fieldsType !== 'FieldsV1') {
    throw new Error(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`)
  }
  return { manager, operation, apiVersion, subresource, time: time ?? undefined, set: fromFieldsV1(fieldsV1), entry }
}

/** As `readManagers`, with nobody in place of nonsense. */
export function readManagersOrNone(entries: readonly Readonly<ManagedFieldsEntry>[] | null | undefined): Managers {
  try {
    return readManagers(entries)
  } catch {
    return new Map()
  }
}

/** The entries in upstream's order: appliers before updaters, then by time, name, version, subresource. undefined for nobody. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined
  return [...managers.values()].sort(byAge).map(writeEntry)
}

function writeEntry(manager: Manager): ManagedFieldsEntry {
  const { entry, time, subresource } = manager
  const fieldsV1 = toFieldsV1(manager.set)
  const unchanged = entry?.fieldsV1 === fieldsV1 && entry.apiVersion === manager.apiVersion && (entry.time ?? undefined) === time
  if (unchanged) return entry
  return {
    ...(manager.manager ? { manager: manager.manager } : {}),
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(time !== undefined ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource ? { subresource } : {}),
  }
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function byAge(a: Manager, b: Manager): number {
  return text(a.operation, b.operation) || secondsOf(a) - secondsOf(b) || text(a.manager, b.manager) ||
    text(a.apiVersion, b.apiVersion) || text(a.subresource, b.subresource)
}

/** Whole seconds; none counts as the beginning of time. */
export const secondsOf = ({ time }: Manager): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000) || 0)
