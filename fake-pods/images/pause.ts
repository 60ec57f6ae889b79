import { defineImage, tagExists } from '../image.ts'
import { aborted } from './http.ts'

/** Does nothing until it is asked to end. */
export const pause = defineImage({
  repositories: ['registry.k8s.io/pause', 'k8s.gcr.io/pause', 'gcr.io/google-containers/pause', 'gcr.io/google_containers/pause'],
  hasTag: tagExists({ channels: ['latest', 'go'], newest: '3.10', variants: ['amd64', 'linux'] }),
  entrypoint: ['/pause'], programs: ['/pause'], noShell: true,
  size: 320_000,
  async program({ signal }) {
    await aborted(signal)
    return 0
  },
})
