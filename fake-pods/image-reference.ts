/** An image name taken apart, with the registry, path and tag that Docker's rules fill in (distribution/reference). */
export interface ImageReference {
  /** As the pod names it, with a tag: `nginx:latest`. */
  familiar: string
  /** In full: `docker.io/library/nginx:latest`. */
  full: string
  /** Without tag and digest: `docker.io/library/nginx`. */
  repository: string
  tag: string
  digest?: string
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const domain = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?'
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
const digest = '[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}'
const grammar = new RegExp(`^((?:${domain}/)?${component}(?:/${component})*)(?::(${tag}))?(?:@(${digest}))?$`)

/** Reads an image name; undefined when it is none. */
export function parseImageReference(image: string): ImageReference | undefined {
  if (image.length > 4096) return undefined
  const match = grammar.exec(image)
  if (!match) return undefined
  const [, name, tag, digest] = match
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const hasRegistry = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const path = hasRegistry ? name.slice(slash + 1) : name
  if (path !== path.toLowerCase()) return undefined
  const registry = hasRegistry ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io'
  const repository = `${registry}/${registry === 'docker.io' && !path.includes('/') ? 'library/' : ''}${path}`
  const suffix = digest ? (tag ? `:${tag}` : '') + `@${digest}` : `:${tag ?? 'latest'}`
  return {
    familiar: digest || tag ? image : `${image}:latest`,
    full: repository + suffix,
    repository, tag: tag ?? (digest ? '' : 'latest'),
    ...(digest ? { digest } : {}),
  }
}

/** The error of the parser for a name that is no image name. */
export function whyNoImage(image: string): string {
  return /[A-Z]/.test(image.replace(/[:@].*$/, ''))
    ? `couldn't parse image name "${image}": invalid reference format: repository name (${withLibrary(image)}) must be lowercase`
    : `couldn't parse image name "${image}": invalid reference format`
}

const withLibrary = (image: string) => {
  const name = image.replace(/[:@].*$/, '')
  return name.includes('/') ? name : `library/${name}`
}
