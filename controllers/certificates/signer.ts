import type { CertificateSigner } from '../../api/certificate-signer.ts'
import { timestamp } from '../../api/clock.ts'
import { edit } from '../../api/edit.ts'
import { certificateSigningRequests } from '../../api/kinds/certificates/certificatesigningrequests.ts'
import type { CertificateSigningRequest } from '../../api/schema/generated/types.ts'
import { watching, type Controller } from '../runtime/controller.ts'
import { signerRules } from './signer-rules.ts'

/** kube-controller-manager's --cluster-signing-duration, and what it does with shorter wishes (certificates/signer, 1.36). */
const longestSeconds = 365 * 24 * 3600, shortestSeconds = 600
const backdateSeconds = 300, shortLivedSeconds = 8 * 3600

/** Signs approved requests with the cluster's authority; what a signer can't accept is marked as failed. */
export const certificateSigningController = (signer: CertificateSigner): Controller => ({
  name: 'certificatesigningrequest-signing-controller',
  watches: [watching(certificateSigningRequests, request => [request.metadata.name])],
  async reconcile(key, { client, informers, clock }) {
    const request = informers.of(certificateSigningRequests).get(key)
    const rule = request && signerRules.get(request.spec.signerName)
    if (!request || !rule || request.status?.certificate || !has(request, 'Approved') || has(request, 'Failed')) return
    const { usages = [], expirationSeconds } = request.spec, pem = Buffer.from(request.spec.request, 'base64').toString()
    const problem = rule(await signer.read(pem), usages)
    if (problem) {
      const failed = {
        type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: problem,
        lastUpdateTime: timestamp(clock.now()),
      }
      await client.update(certificateSigningRequests, edit(request, draft => {
        draft.status = { ...draft.status, conditions: [...draft.status?.conditions ?? [], failed] }
      }), { subresource: 'status' })
      return
    }
    const certificate = await signer.sign(pem, { usages, ...validity(expirationSeconds, clock.now()) })
    await client.update(certificateSigningRequests, edit(request, draft => {
      draft.status = { ...draft.status, certificate: Buffer.from(certificate).toString('base64') }
    }), { subresource: 'status' })
  },
})

const has = ({ status }: Readonly<CertificateSigningRequest>, type: string): boolean =>
  status?.conditions?.some(condition => condition.type === type && (type === 'Approved' || condition.status === 'True')) === true

/** Begins a little before now, so that clocks that are behind accept it; only a short life is not shortened by that. */
export function validity(expirationSeconds: number | undefined, now: Date): { notBefore: Date; notAfter: Date } {
  const seconds = Math.min(Math.max(expirationSeconds ?? longestSeconds, shortestSeconds), longestSeconds)
  const at = (offset: number) => new Date(now.getTime() + offset * 1000)
  return { notBefore: at(-backdateSeconds), notAfter: at(seconds < shortLivedSeconds ? seconds : seconds - backdateSeconds) }
}
