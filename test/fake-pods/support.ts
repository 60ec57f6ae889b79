import { systemClock } from '../../clock.ts'
import type { Clock } from '../../api/clock.ts'
import { commandLine, runContainer, type RunningContainer } from '../../fake-pods/container.ts'
import type { Mount } from '../../fake-pods/files.ts'
import { findImage } from '../../fake-pods/image.ts'
import { parseImageReference } from '../../fake-pods/image-reference.ts'
import { builtInImages } from '../../fake-pods/images/index.ts'
import { httpRequest, type HttpAnswer } from '../../fake-pods/network/http-client.ts'
import { createPodNetwork, type PodNetwork } from '../../fake-pods/network/pod-network.ts'

/** A pod network whose names are the addresses themselves. */
export const bareNetwork = (): PodNetwork =>
  createPodNetwork({ resolve: (ip, port) => ({ ip, port }), lookUp: name => (name === 'known' ? '10.96.0.7' : undefined) })

export interface RunOptions {
  command?: string[]
  args?: string[]
  env?: Record<string, string>
  ports?: number[]
  clock?: Clock
  network?: PodNetwork
  ip?: string
  mounts?: Mount[]
  labels?: Record<string, string>
  pod?: string
  stdin?: boolean
}

/** Runs one container of an image, without a kubelet. */
export function runImage(
  name: string,
  options: RunOptions = {},
): RunningContainer & { get(path: string, port?: number): Promise<HttpAnswer> } {
  const image = findImage(builtInImages, parseImageReference(name)!)
  if (!image) throw new Error(`no image ${name}`)
  const { network = bareNetwork(), ip = '10.244.0.2', clock = systemClock() } = options
  const running = runContainer({
    image,
    argv: commandLine(image, options.command, options.args),
    env: { HOSTNAME: options.pod ?? 'web-1', ...options.env },
    facts: {
      name: 'web',
      image: name,
      pod: options.pod ?? 'web-1',
      namespace: 'default',
      labels: options.labels ?? {},
      ports: options.ports ?? [],
      workingDir: '/',
    },
    mounts: options.mounts ?? [],
    address: network.join(ip, 'default'),
    clock,
    stdin: options.stdin ?? false,
  })
  return {
    ...running,
    get files() {
      return running.files
    },
    get: async (path, port = 80) =>
      httpRequest(await network.dial(`${ip}:${port}`, { namespace: 'default', ip: '10.244.0.99' }), {
        host: `${ip}:${port}`,
        path,
      }),
  }
}

/** All that a container has written so far. */
export async function logOf(running: { logs: RunningContainer['logs'] }, options = {}): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of running.logs.read(options, new AbortController().signal)) parts.push(part)
  return Buffer.concat(parts).toString()
}
