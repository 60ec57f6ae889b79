import type { ApiResponse } from '../request.ts'

/** The Status that a POST without an object of its own answers with. */
export const created = (): ApiResponse =>
  ({ type: 'object', code: 201, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } })
