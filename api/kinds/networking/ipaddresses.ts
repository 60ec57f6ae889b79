import { defineKind } from '../../kind.ts'
import type { IPAddress } from '../../schema/generated/types.ts'

export const ipAddresses = defineKind<IPAddress>({
  group: 'networking.k8s.io', version: 'v1', kind: 'IPAddress',
  plural: 'ipaddresses', singular: 'ipaddress', namespaced: false,
  shortNames: ['ip'], schema: 'networking.v1.IPAddress',
})
