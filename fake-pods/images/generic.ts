import type { Image, ImageSource } from '../image.ts'
import type { Program } from '../program.ts'
import { aborted, answer, serveHttp } from './http.ts'

/** A task that nothing is known of takes this long. */
const taskMs = 500

/** Stands for any image that has no program of its own: says which pod and image answered on each declared port. */
const program: Program = async process => {
  const { image, pod, namespace, ports, labels } = process.container
  if (Object.hasOwn(labels, 'batch.kubernetes.io/job-name')) {
    process.stdout(`${image} is simulated: its task is done.\n`)
    await process.clock.sleep(taskMs, process.signal).catch(() => {})
    return process.signal.aborted ? 143 : 0
  }
  process.stdout(ports.length > 0 ? `${image} is simulated: it answers HTTP on port ${ports.join(', ')}.\n`
    : `${image} is simulated: it declares no port, so it answers nothing.\n`)
  if (ports.length === 0) {
    await aborted(process.signal)
    return 0
  }
  return serveHttp(process, [...new Set(ports)], (request, response) => {
    answer(response, 200, 'text/plain; charset=utf-8',
      `${image}\npod ${pod} in ${namespace}, ${process.network.ip}\n${request.method} ${request.url}\n`)
    process.stdout(`${process.clock.now().toISOString()} ${request.method} ${request.url} 200\n`)
  })
}

const image: Image = { repositories: [], entrypoint: ['/app'], program }

/** Knows every image under every tag: comes last. */
export const generic: ImageSource = () => image
