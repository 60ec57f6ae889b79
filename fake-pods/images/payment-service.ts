import { defineImage, tagExists } from '../image.ts'
import { jsonService } from './json-service.ts'

export const paymentService = defineImage({
  repositories: ['mogumogusityau/payment-service'],
  hasTag: tagExists({ channels: ['latest'], newest: '1.0.0' }),
  command: ['node', 'dist/index.js'], programs: ['node', 'npm'],
  size: 63_481_344,
  program: jsonService('payment-service', 'Payment service', 'Hello from User Service!'),
})
