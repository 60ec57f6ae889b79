import { defineImage, tagExists } from '../image.ts'
import { shell } from '../shell/shell.ts'

export const alpine = defineImage({
  repositories: ['alpine', 'public.ecr.aws/docker/library/alpine'],
  hasTag: tagExists({ channels: ['latest', 'edge'], newest: '3.23' }),
  command: ['/bin/sh'], programs: [],
  size: 3_860_000,
  program: shell,
})
