import type { RequestedCertificate } from '../../api/certificate-signer.ts'

/** Why a signer does not sign, as upstream words it; nothing when it does. */
type Rule = (request: RequestedCertificate, usages: readonly string[]) => string | undefined

/** Name → rule of the signers of kube-controller-manager (certificates/signer and apis/certificates/helpers.go, 1.36). */
export const signerRules: ReadonlyMap<string, Rule> = new Map([
  ['kubernetes.io/kube-apiserver-client', clientProblem],
  ['kubernetes.io/kube-apiserver-client-kubelet', kubeletClientProblem],
  ['kubernetes.io/kubelet-serving', kubeletServingProblem],
])

const clientUsages = new Set(['digital signature', 'key encipherment', 'client auth'])

function clientProblem(_request: RequestedCertificate, usages: readonly string[]): string | undefined {
  const other = usages.find(usage => !clientUsages.has(usage))
  if (other !== undefined) return `invalid usage for client certificate: ${other}`
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth'
}

function kubeletClientProblem(request: RequestedCertificate, usages: readonly string[]): string | undefined {
  const { dnsNames, emails, ipAddresses, uris } = request
  if (!isForNodes(request)) return notSystemNodes
  if (dnsNames.length) return 'DNS subjectAltNames are not allowed'
  if (emails.length) return 'Email subjectAltNames are not allowed'
  if (ipAddresses.length) return 'IP subjectAltNames are not allowed'
  if (uris.length) return 'URI subjectAltNames are not allowed'
  return notNamedAsNode(request) ?? usagesProblem(usages, 'client auth')
}

function kubeletServingProblem(request: RequestedCertificate, usages: readonly string[]): string | undefined {
  const { dnsNames, emails, ipAddresses, uris } = request
  if (!isForNodes(request)) return notSystemNodes
  if (!dnsNames.length && !ipAddresses.length) return 'DNS or IP subjectAltName is required'
  if (emails.length) return 'Email subjectAltNames are not allowed'
  if (uris.length) return 'URI subjectAltNames are not allowed'
  return usagesProblem(usages, 'server auth') ?? notNamedAsNode(request)
}

const notSystemNodes = 'subject organization is not system:nodes'
const isForNodes = ({ organizations }: RequestedCertificate) => organizations.length === 1 && organizations[0] === 'system:nodes'
const notNamedAsNode = ({ commonName }: RequestedCertificate) =>
  (commonName.startsWith('system:node:') ? undefined : 'subject common name does not begin with system:node:')

/** Exactly a signature and the purpose; encipherment as well where the key can do that. */
function usagesProblem(usages: readonly string[], purpose: string): string | undefined {
  const all = [purpose, 'digital signature', 'key encipherment'].sort(), asked = new Set(usages)
  const fits = asked.has(purpose) && asked.has('digital signature') && [...asked].every(usage => all.includes(usage))
  return fits ? undefined : `usages did not match [${all.join(' ')}]`
}
