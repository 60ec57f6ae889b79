import type { Container, PodSpec } from '../../schema/generated/types.ts'

export interface PlacedContainer { container: Readonly<Container>; path: string }

/** All containers with where they stand, init containers first (upstream: VisitContainersWithPath). */
export function containersWithPath(spec: Readonly<PodSpec>, path: string): PlacedContainer[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const)
    .flatMap(field => (spec[field] ?? [])
      .map((container, i) => ({ container: container as Container, path: `${path}.${field}[${i}]` })))
}
