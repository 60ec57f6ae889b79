/** Names of container images, as the distribution project's grammar reads them (reference 1.36 vendors). */

const component = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*'
const hostPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const host = String.raw`(?:${hostPart}(?:\.${hostPart})*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?`
const tag = String.raw`[\w][\w.-]{0,127}`
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}'
const referencePattern = new RegExp(`^(?:(${host})/)?(${component}(?:/${component})*)(?::(${tag}))?(?:@(${digest}))?$`)

const longest = 1000, longestRepository = 255

export interface ImageName { registry: string; repository: string; tag: string; digest: string }

/** The parts of an image's name with the defaults of Docker Hub filled in; undefined when it is no valid name. */
export function parseImageName(image: string): ImageName | undefined {
  if (image === '' || image.length > longest || /^[a-f0-9]{64}$/.test(image)) return undefined
  const slash = image.indexOf('/'), first = slash < 0 ? '' : image.slice(0, slash)
  // Only what looks like a host name is one: `library/nginx` lives on Docker Hub.
  const named = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const match = referencePattern.exec(named ? image : `docker.io/${slash < 0 ? `library/${image}` : image}`)
  if (match === null) return undefined
  const [, registry = '', repository, version = '', hash = ''] = match
  if (repository.length > longestRepository) return undefined
  return { registry, repository, tag: version === '' && hash === '' ? 'latest' : version, digest: hash }
}
