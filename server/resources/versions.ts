import type { Kind } from '../../api/kind.ts'
import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import { encodeJson } from '../json.ts'
import type { Stored } from '../store/store.ts'

/** Objects under another form than they are stored in: another version of the API, or never stored at all. */

/** Something to answer with that looks like a stored object; its bytes are encoded when first asked for. */
export function unstored(path: string, object: KubeObject, revision = 0): Stored {
  const { resourceVersion, ...rest } = object.metadata
  const shown = resourceVersion ? object : { ...object, metadata: rest as ObjectMeta }
  let bytes: Buffer | undefined
  return { path, revision, object: shown, get bytes() { return (bytes ??= Buffer.from(encodeJson(shown))) } }
}

/** The object as it goes into the store: in the stored version, its first three fields in the order that lists count on. */
export function toStored(kind: Kind, object: KubeObject): KubeObject {
  const { kind: name, apiVersion, metadata, ...rest } = kind.storedAs ? kind.storedAs.toStored(object) as KubeObject : object
  return { kind: name, apiVersion, metadata, ...rest }
}

const converted = new WeakMap<Kind, WeakMap<Stored, Stored>>()

/** A stored object as this kind's version shows it; converted and encoded once for each stored version. */
export function showStored(kind: Kind, stored: Stored): Stored {
  if (!kind.storedAs) return stored
  let cache = converted.get(kind)
  if (!cache) converted.set(kind, cache = new WeakMap())
  let shown = cache.get(stored)
  if (!shown) cache.set(stored, shown = unstored(stored.path, kind.storedAs.fromStored(stored.object), stored.revision))
  return shown
}
