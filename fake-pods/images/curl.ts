import { defineImage } from '../image.ts'
import { shell } from '../shell/shell.ts'

export const curl = defineImage({
  repositories: ['curlimages/curl', 'alpine/curl'],
  entrypoint: ['curl'], programs: [],
  size: 9_800_000,
  program: shell,
})
