import { defineImage, tagExists } from '../image.ts'
import { shell } from '../shell/shell.ts'

/** Shell and small tools. Without a command the shell finds no input and ends, as it does in a real pod. */
export const busybox = defineImage({
  repositories: [
    'busybox', 'registry.k8s.io/busybox', 'registry.k8s.io/e2e-test-images/busybox', 'gcr.io/google-containers/busybox',
  ],
  hasTag: tagExists({ channels: ['latest', 'stable', 'unstable'], newest: '1.38', variants: ['musl', 'glibc', 'uclibc'] }),
  command: ['sh'], programs: [],
  size: 2_220_000,
  program: shell,
})
