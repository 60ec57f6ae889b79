import type { ImageSource } from '../image.ts'
import { agnhost } from './agnhost.ts'
import { alpine } from './alpine.ts'
import { busybox } from './busybox.ts'
import { curl } from './curl.ts'
import { echoServer } from './echo-server.ts'
import { generic } from './generic.ts'
import { httpEcho } from './http-echo.ts'
import { httpd } from './httpd.ts'
import { nginx } from './nginx.ts'
import { pause } from './pause.ts'
import { paymentService } from './payment-service.ts'
import { userService } from './user-service.ts'

/** The images that every cluster has, one line each. The last knows all others. */
export const builtInImages: readonly ImageSource[] = [
  userService,
  paymentService,
  nginx,
  httpd,
  busybox,
  alpine,
  curl,
  pause,
  echoServer,
  httpEcho,
  agnhost,
  generic,
]
