import type { LabelSelector, PodTemplateSpec } from '../../api/schema/generated/types.ts'
import { edit, same } from '../../api/edit.ts'

/** The label that tells the pods of one template from those of another. */
export const templateHashLabel = 'pod-template-hash'

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * The template's hash as it stands in names and labels: 32-bit FNV-1a encoded like upstream's rand.SafeEncodeString. Upstream
 * hashes a dump of Go structures; any stable text of the template serves the same end, here its JSON with sorted keys.
 */
export function templateHash(template: Readonly<PodTemplateSpec>, collisionCount: number | undefined): string {
  let hash = fnv1a(2166136261, new TextEncoder().encode(canonical(template)))
  if (collisionCount !== undefined) hash = fnv1a(hash, littleEndian(collisionCount))
  let encoded = ''
  for (const digit of String(hash)) encoded += alphabet[digit.charCodeAt(0) % alphabet.length]
  return encoded
}

function fnv1a(hash: number, bytes: Uint8Array): number {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619)
  return hash >>> 0
}

function littleEndian(number: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setUint32(0, number, true)
  return bytes
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, part]) => part !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join()}}`
}

/** Whether two templates would make the same pods, the hash label aside (upstream: EqualIgnoreHash). */
export function sameTemplate(a: Readonly<PodTemplateSpec> | undefined, b: Readonly<PodTemplateSpec> | undefined): boolean {
  if (!a || !b || !same(a.spec, b.spec)) return false
  return same(withoutHash(a), withoutHash(b)) && same(a.metadata?.annotations ?? {}, b.metadata?.annotations ?? {})
}

function withoutHash(template: Readonly<PodTemplateSpec>): Record<string, string> {
  const { [templateHashLabel]: _hash, ...labels } = template.metadata?.labels ?? {}
  return labels
}

/** The template and the selector of a ReplicaSet: the deployment's own plus the hash label. */
export function withTemplateHash(
  template: Readonly<PodTemplateSpec>, selector: Readonly<LabelSelector>, hash: string,
): { template: PodTemplateSpec; selector: LabelSelector } {
  return {
    template: edit(template, draft => {
      const labels = { ...draft.metadata?.labels, [templateHashLabel]: hash }
      draft.metadata = { ...draft.metadata, labels } as typeof draft.metadata
    }),
    selector: { ...selector, matchLabels: { ...selector.matchLabels, [templateHashLabel]: hash } },
  }
}
