import { timestamp } from '../../clock.ts'
import { humanDuration } from '../../duration.ts'
import { defineKind } from '../../kind.ts'
import type { CertificateSigningRequest } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { isPathSegment } from '../validation/names.ts'
import { validateRequest } from './certificatesigningrequests-validate.ts'

export const certificateSigningRequests = defineKind<CertificateSigningRequest>({
  group: 'certificates.k8s.io', version: 'v1', kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests', singular: 'certificatesigningrequest', namespaced: false,
  shortNames: ['csr'], schema: 'certificates.v1.CertificateSigningRequest',
  subresources: { status: true },
  validateName: (name, prefix) => isPathSegment(prefix ? `${name}x` : name),
  prepareForCreate(draft, { user }) {
    // Whoever asks is who the certificate's signer will judge.
    const { username: _username, uid: _uid, groups: _groups, extra: _extra, ...spec } = draft.spec
    draft.spec = {
      ...spec,
      ...user?.name ? { username: user.name } : {},
      ...user?.uid ? { uid: user.uid } : {},
      ...user?.groups.length ? { groups: [...user.groups] } : {},
      ...user?.extra ? { extra: structuredClone(user.extra) as Record<string, string[]> } : {},
    }
    draft.status = {}
  },
  prepareForUpdate(draft, old, { now, subresource }) {
    draft.spec = structuredClone(old.spec)
    if (subresource === '') return
    const conditions = draft.status?.conditions
    if (subresource === 'approval') {
      // Approval has a subresource of its own and changes nothing else.
      const { conditions: _before, ...rest } = old.status ?? {}
      draft.status = { ...rest, ...conditions ? { conditions } : {} }
    } else {
      for (const type of ['Approved', 'Denied']) keepDecision(draft, old, type)
    }
    for (const condition of draft.status?.conditions ?? []) {
      const before = old.status?.conditions?.find(({ type, status }) => type === condition.type && status === condition.status)
      condition.lastUpdateTime ??= timestamp(now)
      condition.lastTransitionTime ??= before?.lastTransitionTime ?? timestamp(now)
    }
  },
  validate: (next, old, { subresource }) => validateRequest(next, old, subresource),
  columns: [
    nameColumn,
    ageColumn,
    textColumn('SignerName', ({ spec }) => spec.signerName || '<none>'),
    textColumn('Requestor', ({ spec }) => spec.username ?? ''),
    textColumn('RequestedDuration', ({ spec: { expirationSeconds: s } }) =>
      (s === undefined ? '<none>' : humanDuration(s * 1000))),
    textColumn('Condition', condition),
  ],
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
})

/** Who writes the status need not know what was decided: as many decisions as there were are taken from before. */
function keepDecision({ status }: CertificateSigningRequest, old: Readonly<CertificateSigningRequest>, type: string): void {
  const before = old.status?.conditions?.filter(each => each.type === type) ?? []
  const after = status?.conditions?.flatMap((each, i) => (each.type === type ? [i] : [])) ?? []
  if (before.length === after.length) after.forEach((at, i) => { status!.conditions![at] = structuredClone(before[i]) })
}

function condition({ status }: Readonly<CertificateSigningRequest>): string {
  const has = (type: string) => status?.conditions?.some(condition => condition.type === type)
  return [has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending', ...has('Failed') ? ['Failed'] : [],
    ...status?.certificate ? ['Issued'] : []].join(',')
}
