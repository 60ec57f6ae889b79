import path from 'node:path'

/** What a proxied pod is called from outside. */
export interface Rewriting {
  /** The path up to and without what is the pod's own. */
  prefix: string
  /** Of the pod, and as the client named the server. */
  host: string
  askedHost: string
}

const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/s

/**
 * A link that leads to the pod itself, as seen through the proxy; links elsewhere and relative ones stay (apimachinery, util/proxy
 * transport.go, 1.36).
 */
export function rewriteUrl(url: string, { prefix, host, askedHost }: Rewriting): string {
  const [, scheme = '', to = '', where, rest] = parts.exec(url)!
  if ((to !== '' && to !== host && to !== askedHost) || !where.startsWith('/')) return url
  const before = to === askedHost && to !== '' ? `${scheme ? `${scheme}:` : ''}//${to}` : ''
  if (where.startsWith(prefix)) return before + where + rest
  const joined = path.posix.join(prefix, where)
  return before + (where.endsWith('/') && !joined.endsWith('/') ? `${joined}/` : joined) + rest
}
