import { createHash } from 'node:crypto'
import type { ImageReference } from './image-reference.ts'
import type { Program } from './program.ts'

/** A fake container image: where it is found, which tags there are, and the program inside. */
export interface Image {
  /** Its names in registries: `docker.io/library/nginx`. */
  repositories: readonly string[]
  /** Which tags can be pulled; all, when absent. */
  hasTag?(tag: string): boolean
  /** What a pod's `command` replaces. */
  entrypoint?: readonly string[]
  /** What a pod's `args` replace. */
  command?: readonly string[]
  /** Names by which a pod's own command can start the image's program; others are commands of its shell. */
  programs?: readonly string[]
  env?: Readonly<Record<string, string>>
  workingDir?: string
  /** Bytes, for the event of the pull and for what a container uses of memory. */
  size?: number
  /** The image has no shell in it: commands other than its own program can't be run. */
  noShell?: boolean
  program: Program
}

/** Where images come from: one image, or a function that knows many. The first that answers is taken. */
export type ImageSource = Image | ((reference: ImageReference) => Image | undefined)

/** Defines a fake image. `repositories` may be short (`nginx`, `me/app`) as on Docker Hub. */
export function defineImage(image: Image): Image {
  return { ...image, repositories: image.repositories.map(inFull) }
}

function inFull(repository: string): string {
  const first = repository.split('/')[0]
  if (!repository.includes('/')) return `docker.io/library/${repository}`
  return /[.:]|^localhost$/.test(first) ? repository : `docker.io/${repository}`
}

/** The image that the sources have under a name; undefined when the name or the tag does not exist. */
export function findImage(sources: readonly ImageSource[], reference: ImageReference): Image | undefined {
  for (const source of sources) {
    const image = typeof source === 'function' ? source(reference)
      : source.repositories.includes(reference.repository) ? source : undefined
    if (image) return reference.tag === '' || !image.hasTag || image.hasTag(reference.tag) ? image : undefined
  }
  return undefined
}

/** The digest that a name stands for: always the same for the same name. */
export function imageDigest(reference: ImageReference): string {
  return reference.digest ?? `sha256:${createHash('sha256').update(reference.full).digest('hex')}`
}

/** What a registry is known to hold, so that mistyped tags fail as they would. */
export interface TagRule {
  /** Tags that move: `latest`, `stable`, `mainline`. */
  channels: readonly string[]
  /** No version above this exists: `1.31` (a patch level may be anything below 100). */
  newest: string
  /** What may follow after a dash: `alpine`, `alpine3.21`, `bookworm`. */
  variants?: readonly string[]
}

/** Whether a tag is one that an image with such releases has: a channel or a version, then variants. */
export function tagExists(rule: TagRule): (tag: string) => boolean {
  const newest = rule.newest.split('.').map(Number)
  const isVariant = (text: string) => (rule.variants ?? []).some(name => new RegExp(`^${name}(\\d+(\\.\\d+)*)?$`).test(text))
  return tag => {
    const [head, ...variants] = tag.split('-')
    if (!variants.every(isVariant)) return false
    return rule.channels.includes(head) || isVariant(head) || versionExists(head, newest)
  }
}

function versionExists(text: string, newest: readonly number[]): boolean {
  if (!/^v?\d{1,3}(\.\d{1,3}){0,3}$/.test(text)) return false
  const parts = text.replace(/^v/, '').split('.').map(Number)
  for (const [i, part] of parts.entries()) {
    if (i >= newest.length) return part < 100
    if (part !== newest[i]) return part < newest[i]
  }
  return true
}
