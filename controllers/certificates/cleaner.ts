import { X509Certificate } from 'node:crypto'
import { certificateSigningRequests } from '../../api/kinds/certificates/certificatesigningrequests.ts'
import type { CertificateSigningRequest } from '../../api/schema/generated/types.ts'
import { isNotFound } from '../../api/status.ts'
import { watching, type Controller } from '../runtime/controller.ts'

const hour = 60 * 60 * 1000

/** How long requests are kept: an hour when all is said about them, a day when nothing is, until their certificate ends. */
const decidedMs = hour, undecidedMs = 24 * hour

/** Deletes certificate requests that nobody will ask for any more (certificates/cleaner, 1.36: each hour; here when it is time). */
export const certificateCleaner: Controller = {
  name: 'certificatesigningrequest-cleaner-controller',
  watches: [watching(certificateSigningRequests, request => [request.metadata.name])],
  async reconcile(key, { client, informers, clock }) {
    const request = informers.of(certificateSigningRequests).get(key)
    if (!request) return
    const leftMs = endOf(request) - clock.now().getTime()
    if (leftMs >= 0) return { againAfterMs: Math.min(leftMs + 1, undecidedMs) }
    await client.delete(certificateSigningRequests, key).catch(error => { if (!isNotFound(error)) throw error })
  },
}

/** When a request is to go, in milliseconds. */
export function endOf({ metadata, status }: Readonly<CertificateSigningRequest>): number {
  const conditions = status?.conditions ?? [], certificate = status?.certificate
  if (conditions.length === 0) return Date.parse(metadata.creationTimestamp ?? '') + undecidedMs
  const ends = conditions.map(({ type, lastUpdateTime }) => {
    const at = Date.parse(lastUpdateTime ?? '')
    if (Number.isNaN(at)) return Infinity
    if (type === 'Approved') return at + (certificate ? decidedMs : undecidedMs)
    return type === 'Denied' || type === 'Failed' ? at + decidedMs : Infinity
  })
  if (certificate && conditions.some(({ type }) => type === 'Approved')) ends.push(expiryOf(certificate))
  return Math.min(...ends)
}

function expiryOf(certificate: string): number {
  try { return Date.parse(new X509Certificate(Buffer.from(certificate, 'base64')).validTo) } catch { return Infinity }
}
