import { quote } from '../../field-error.ts'
import { milliValue } from '../../quantity.ts'
import type { PersistentVolumeClaimSpec, Volume } from '../../schema/generated/types.ts'

/** What is odd about volumes though they are taken (pkg/api/pod/warnings.go, persistentvolumeclaim/util.go, 1.36). */

const largest = 2n ** 63n - 1n

/** A warning for an amount of bytes that is no whole number. */
export function fractionalBytes(path: string, quantity: string | undefined): string[] {
  if (quantity === undefined) return []
  // What is too large to be counted in thousandths is 0 to upstream.
  const milli = milliValue(quantity)
  if (milli % 1000n === 0n || milli === largest) return []
  return [`${path}: fractional byte value ${quote(quantity)} is invalid, must be an integer`]
}

export function claimSpecWarnings(spec: Readonly<PersistentVolumeClaimSpec> | undefined, path: string): string[] {
  return [
    ...fractionalBytes(`${path}.resources.requests[storage]`, spec?.resources?.requests?.storage),
    ...fractionalBytes(`${path}.resources.limits[storage]`, spec?.resources?.limits?.storage),
  ]
}

/** In the order in which upstream asks for them; `name` is what the path says. */
const removedBefore: readonly { source: keyof Volume; name: string; text: string }[] = [
  { source: 'photonPersistentDisk', name: 'photonPersistentDisk', text: 'deprecated in v1.11, non-functional in v1.16+' },
  { source: 'gitRepo', name: 'gitRepo', text: 'deprecated in v1.11, and disabled by default in v1.33+' },
  { source: 'scaleIO', name: 'scaleIO', text: 'deprecated in v1.16, non-functional in v1.22+' },
  { source: 'flocker', name: 'flocker', text: 'deprecated in v1.22, non-functional in v1.25+' },
  { source: 'storageos', name: 'storageOS', text: 'deprecated in v1.22, non-functional in v1.25+' },
  { source: 'quobyte', name: 'quobyte', text: 'deprecated in v1.22, non-functional in v1.25+' },
  { source: 'glusterfs', name: 'glusterfs', text: 'deprecated in v1.25, non-functional in v1.26+' },
]
const removedLast: typeof removedBefore = [
  { source: 'cephfs', name: 'cephfs', text: 'deprecated in v1.28, non-functional in v1.31+' },
  { source: 'rbd', name: 'rbd', text: 'deprecated in v1.28, non-functional in v1.31+' },
]

export function volumeWarnings(volumes: readonly Volume[] | undefined, path: string): string[] {
  const warnings: string[] = []
  volumes?.forEach((volume, i) => {
    const at = `${path}[${i}]`
    const removed = (list: typeof removedBefore) => {
      for (const { source, name, text } of list) if (volume[source]) warnings.push(`${at}.${name}: ${text}`)
    }
    removed(removedBefore)
    warnings.push(...claimSpecWarnings(volume.ephemeral?.volumeClaimTemplate?.spec, `${at}.ephemeral.volumeClaimTemplate.spec`))
    removed(removedLast)
  })
  return [...warnings, ...(volumes ?? []).flatMap(overlapWarnings)]
}

interface Placed { path: string; source: string }

const describe = ({ path, source }: Placed) => (source === '' ? quote(path) : `${quote(path)} (${source})`)
const inside = (path: string, folder: string) => `${path}/`.startsWith(`${folder}/`)

/** Pairs of paths of which one is the other or lies in it: the later one would overwrite the earlier. */
function overlaps(paths: readonly Placed[]): string[] {
  const seen: Placed[] = [], found: string[] = []
  for (const placed of paths) {
    const own = { ...placed, path: placed.path.replace(/\/+$/, '') }
    if (own.path !== '') {
      for (const other of seen) {
        if (other.path !== '' && (inside(own.path, other.path) || inside(other.path, own.path))) {
          found.push(`${describe(own)} with ${describe(other)}`)
        }
      }
    }
    seen.push(own)
  }
  return found
}

function overlapWarnings(volume: Readonly<Volume>): string[] {
  const warn = (kind: string, bodies: string[]) => bodies
    .map(body => `volume ${quote(volume.name)} (${kind}): overlapping paths: ${body}`)
  const place = (items: readonly { path: string }[] | undefined, source = ''): Placed[] => (items ?? [])
    .map(({ path }) => ({ path: path ?? '', source }))
  const warnings: string[] = []
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap) warnings.push(...warn(`ConfigMap ${quote(configMap.name ?? '')}`, overlaps(place(configMap.items))))
  if (secret) warnings.push(...warn(`Secret ${quote(secret.secretName ?? '')}`, overlaps(place(secret.items))))
  if (downwardAPI) warnings.push(...warn('DownwardAPI', overlaps(place(downwardAPI.items))))
  if (projected) {
    const placed: Placed[] = []
    for (const source of projected.sources ?? []) {
      if (Object.values(source).every(part => part === undefined)) {
        warnings.push(`volume ${quote(volume.name)} (Projected) has no sources provided`)
      } else if (source.configMap?.items) {
        placed.push(...place(source.configMap.items, `ConfigMap ${quote(source.configMap.name ?? '')}`))
      } else if (source.secret?.items) {
        placed.push(...place(source.secret.items, `Secret ${quote(source.secret.name ?? '')}`))
      } else if (source.downwardAPI?.items) {
        placed.push(...place(source.downwardAPI.items, 'DownwardAPI'))
      } else if (source.serviceAccountToken) {
        placed.push({ path: source.serviceAccountToken.path ?? '', source: 'ServiceAccountToken' })
      }
    }
    warnings.push(...warn('Projected', overlaps(placed)))
  }
  return warnings
}
