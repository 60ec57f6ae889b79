import type { Clock } from '../api/clock.ts'
import { createBackOff, goDuration, type BackOff } from './back-off.ts'
import { findImage, imageDigest, type Image, type ImageSource } from './image.ts'
import { parseImageReference, whyNoImage, type ImageReference } from './image-reference.ts'
import type { Latency } from './latency.ts'

/** Why a container waits for its image: reason and message of its waiting state, as kubelet's image manager words them (1.36). */
export class ImageError extends Error {
  readonly reason: string
  /** When to try again, on the clock. */
  readonly retryAt?: number
  constructor(reason: string, message: string, retryAt?: number) {
    super(message)
    this.reason = reason
    this.retryAt = retryAt
  }
}

export type Report = (type: 'Normal' | 'Warning', reason: string, message: string) => void

/** The images of one node. */
export interface NodeImages {
  /**
   * Makes sure that an image is there, with a pull when it has to be; throws an ImageError. `backOffs` belong to the pod.
   */
  ensure(name: string, policy: string, backOffs: PullBackOffs, report: Report, signal: AbortSignal): Promise<PulledImage>
  /** The names of what has been pulled, for the node's status. */
  pulled(): PulledImage[]
}

export interface PulledImage { reference: ImageReference; image: Image; imageID: string }
/** The failed pulls of one pod, by image name. */
export type PullBackOffs = Map<string, PullBackOff>
export interface PullBackOff { backOff: BackOff; failedAt: number; message: string }

/** A pull takes about this long; later pods of the node find the image there. */
const pullMs = 350, refusalMs = 250

export function createNodeImages(
  { sources, clock, latency }: { sources: readonly ImageSource[]; clock: Clock; latency: Latency },
): NodeImages {
  const present = new Map<string, PulledImage>()
  const pulling = new Map<string, Promise<PulledImage | undefined>>()

  /** One pull of a name at a time; others that want it wait for the same one. Nobody's end ends it for the others. */
  const pull = (reference: ImageReference): Promise<PulledImage | undefined> => {
    let running = pulling.get(reference.full)
    if (!running) {
      const image = findImage(sources, reference)
      running = latency.pause(image ? pullMs : refusalMs).then(() => {
        pulling.delete(reference.full)
        if (!image) return undefined
        const pulled = { reference, image, imageID: `${reference.repository}@${imageDigest(reference)}` }
        present.set(reference.full, pulled)
        return pulled
      })
      pulling.set(reference.full, running)
    }
    return running
  }

  return {
    pulled: () => [...present.values()],
    async ensure(name, policy, backOffs, report, signal) {
      const reference = parseImageReference(name)
      if (!reference) {
        const message = `Failed to apply default image tag "${name}": ${whyNoImage(name)}`
        report('Warning', 'InspectFailed', message)
        throw new ImageError('InvalidImageName', message)
      }
      const found = present.get(reference.full)
      if (found && policy !== 'Always') {
        report('Normal', 'Pulled', `Container image "${name}" already present on machine and can be accessed by the pod`)
        return found
      }
      if (policy === 'Never') {
        const message = `Container image "${name}" is not present with pull policy of Never`
        report('Warning', 'ErrImageNeverPull', message)
        throw new ImageError('ErrImageNeverPull', message)
      }
      const failed = backOffs.get(name)
      const now = clock.now().getTime()
      if (failed?.backOff.isWaiting(failed.failedAt, now)) {
        const message = `Back-off pulling image "${name}"`
        report('Normal', 'BackOff', message)
        throw new ImageError('ImagePullBackOff', `${message}: ${failed.message}`, failed.failedAt + failed.backOff.current)
      }
      report('Normal', 'Pulling', `Pulling image "${name}"`)
      const pulled = await pull(reference)
      signal.throwIfAborted()
      const ended = clock.now().getTime()
      if (!pulled) {
        const message = notFound(reference)
        report('Warning', 'Failed', `Failed to pull image "${name}": ${message}`)
        const backOff = failed?.backOff ?? createBackOff()
        backOff.next(ended)
        backOffs.set(name, { backOff, failedAt: ended, message: `ErrImagePull: ${message}` })
        throw new ImageError('ErrImagePull', message)
      }
      const took = goDuration(ended - now)
      report('Normal', 'Pulled',
        `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: ${sizeOf(pulled.image)} bytes.`)
      return pulled
    },
  }
}

const sizeOf = (image: Image) => image.size ?? 48_000_000

/** containerd's words for a name that the registry does not have. */
function notFound({ full }: ImageReference): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": `
    + `failed to resolve reference "${full}": ${full}: not found`
}
