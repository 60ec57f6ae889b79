import { defineKind } from '../../kind.ts'
import type { NetworkPolicy } from '../../schema/generated/types.ts'

export const networkPolicies = defineKind<NetworkPolicy>({
  group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy',
  plural: 'networkpolicies', singular: 'networkpolicy', namespaced: true,
  shortNames: ['netpol'], schema: 'networking.v1.NetworkPolicy',
  hasGeneration: true,
})
