import { defineImage, tagExists } from '../image.ts'
import { jsonService } from './json-service.ts'

export const userService = defineImage({
  repositories: ['mogumogusityau/user-service'],
  hasTag: tagExists({ channels: ['latest'], newest: '1.0.0' }),
  command: ['node', 'dist/index.js'], programs: ['node', 'npm'],
  size: 63_478_528,
  program: jsonService('user-service', 'User service', 'Hello from User Service!'),
})
