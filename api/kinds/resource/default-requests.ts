import type { DeviceRequest } from '../../schema/generated/types.ts'

/** Without another mode a request is for one device (resource/v1 defaults, 1.36). */
export function defaultRequests(requests: DeviceRequest[] | undefined): void {
  for (const { exactly, firstAvailable } of requests ?? []) {
    for (const asked of [...exactly ? [exactly] : [], ...firstAvailable ?? []]) {
      asked.allocationMode ||= 'ExactCount'
      if (asked.allocationMode === 'ExactCount') asked.count ||= 1
    }
  }
}
