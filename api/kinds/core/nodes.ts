import { defineKind } from '../../kind.ts'
import type { Node } from '../../schema/generated/types.ts'

export const nodes = defineKind<Node>({
  group: '', version: 'v1', kind: 'Node', plural: 'nodes', singular: 'node', namespaced: false,
  shortNames: ['no'], schema: 'core.v1.Node',
  subresources: { status: true },
})
