// Certificate requests: who may ask for, approve and sign what; what is approved and signed by itself; and what becomes of them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { X509Certificate } from 'node:crypto'
import { ask } from '../pair.mjs'
import { as, attempt, compareRequest, prepare, until } from './asking.mjs'

const base = '/apis/certificates.k8s.io/v1/certificatesigningrequests', rbac = '/apis/rbac.authorization.k8s.io/v1', apiGroup = 'rbac.authorization.k8s.io'
const signers = { client: 'kubernetes.io/kube-apiserver-client', kubelet: 'kubernetes.io/kube-apiserver-client-kubelet', serving: 'kubernetes.io/kubelet-serving', own: 'example.com/own', legacy: 'kubernetes.io/legacy-unknown' }
const usages = { client: ['digital signature', 'key encipherment', 'client auth'], kubelet: ['digital signature', 'client auth'], serving: ['digital signature', 'key encipherment', 'server auth'], own: ['client auth'], legacy: ['client auth'] }

export async function certificates(pair, report) {
  const folder = mkdtempSync(path.join(tmpdir(), 'requests-'))
  const made = new Map()
  const pem = (subject, names) => {
    const key = `${subject} ${names ?? ''}`
    if (!made.has(key)) {
      const file = path.join(folder, `${made.size}.csr`)
      execFileSync('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', path.join(folder, 'key'), '-out', file, '-subj', subject, ...names ? ['-addext', `subjectAltName=${names}`] : []], { stdio: 'ignore' })
      made.set(key, readFileSync(file).toString('base64'))
    }
    return made.get(key)
  }
  const node = name => as(`system:node:${name}`, { groups: ['system:nodes', 'system:authenticated'] }), bootstrap = as('system:bootstrap:abc', { groups: ['system:bootstrappers', 'system:authenticated'] })
  const roles = { approver: [['approve', signers.client], ['approve', 'example.com/*']], signer: [['sign', signers.client], ['sign', 'example.com/own']], plain: [] }
  for (const [name, granted] of Object.entries(roles)) {
    const metadata = { name: `access-csr-${name}` }
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterroles`, body: { metadata, rules: [{ apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests', 'certificatesigningrequests/approval', 'certificatesigningrequests/status'], verbs: ['*'] }, ...granted.map(([verb, signer]) => ({ apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: [verb], resourceNames: [signer] }))] } })
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterrolebindings`, body: { metadata, roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name }, subjects: [{ kind: 'User', apiGroup, name: metadata.name }] } })
  }
  for (const [name, group, role] of [['self', 'system:nodes', 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient'], ['boot', 'system:bootstrappers', 'system:certificates.k8s.io:certificatesigningrequests:nodeclient'], ['make', 'system:bootstrappers', 'system:node-bootstrapper']]) {
    await prepare(pair, { method: 'POST', path: `${rbac}/clusterrolebindings`, body: { metadata: { name: `access-csr-${name}` }, roleRef: { apiGroup, kind: 'ClusterRole', name: role }, subjects: [{ kind: 'Group', apiGroup, name: group }] } })
  }
  const request = (name, signer, subject, { names, wanted = usages[signer], ...more } = {}) => ({ metadata: { name: `access-csr-${name}` }, spec: { request: pem(subject, names), signerName: signers[signer], usages: wanted, ...more } })
  const without = answer => (answer.kind === 'Status' ? answer : JSON.parse(JSON.stringify({ ...answer, metadata: { ...answer.metadata, managedFields: undefined } }).replace(/X509SHA256=[0-9a-f]+/, 'X509SHA256').replace(/"certificate":"[^"]+"/, '"certificate":"some"')))
  const make = (title, body, headers = {}) => compareRequest(pair, report, { method: 'POST', path: base, body, headers }, { title: `make ${title}`, shape: without })

  const subjects = { user: '/CN=mia', masters: '/CN=mia/O=system:masters', node: '/O=system:nodes/CN=system:node:access-n9', 'node of no group': '/CN=system:node:access-n9', 'another node': '/O=system:nodes/CN=system:node:access-n8', 'no node': '/O=system:nodes/CN=access-n9' }
  let count = 0
  const asked = []
  for (const [who, headers] of [['admin', {}], ['kubelet', node('access-n9')], ['bootstrap', bootstrap]]) {
    for (const signer of Object.keys(signers)) {
      for (const [what, subject] of Object.entries(subjects)) {
        const name = `${who}-${count++}`
        asked.push([`${who} ${signer} ${what}`, name])
        await make(`${who} ${signer} ${what}`, request(name, signer, subject), headers)
      }
    }
  }
  for (const [title, more] of Object.entries({ names: { names: 'DNS:a.example.com,IP:10.0.0.1' }, email: { names: 'email:a@example.com' }, uri: { names: 'URI:https://x' }, 'other usages': { wanted: ['client auth', 'server auth', 'digital signature'] }, 'few usages': { wanted: ['client auth'] }, short: { expirationSeconds: 600 }, shorter: { expirationSeconds: 599 }, 'a user': { username: 'x', groups: ['y'] } })) {
    for (const signer of ['client', 'kubelet', 'serving']) {
      const name = `more-${count++}`
      asked.push([`${signer} ${title}`, name])
      await make(`${signer} ${title}`, request(name, signer, signer === 'client' ? subjects.user : subjects.node, more), node('access-n9'))
    }
  }
  for (const body of [{ metadata: { name: 'access-csr-x' }, spec: { request: 'eA==', signerName: signers.client, usages: usages.client } }, { metadata: { name: 'access-csr-x' }, spec: { signerName: signers.kubelet, usages: [] } }, { metadata: { name: 'access-csr-x' }, spec: { request: Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n').toString('base64'), signerName: signers.client, usages: usages.client } }]) await make(JSON.stringify(body).slice(0, 120), body)

  // Those for kubelets are approved by themselves.
  const settled = async () => {
    for (const side of [pair.real, pair.ours]) {
      let before = ''
      await until(async () => {
        const now = JSON.parse((await ask(side, { path: base })).text).items.map(({ metadata: { name }, status }) => `${name} ${status.conditions?.length} ${status.certificate?.length}`).sort().join()
        const same = now === before
        before = now
        if (!same) await until(() => false, 1)
        return same
      })
    }
  }
  const look = async title => {
    await settled()
    for (const [what, name] of asked) {
      await compareRequest(pair, report, { path: `${base}/access-csr-${name}` }, { title: `${title} ${what}`, shape: answer => (answer.kind === 'Status' ? answer.message : { conditions: answer.status.conditions, certificate: about(answer.status.certificate) }) })
    }
  }
  await look('by itself')

  const approve = (type, name, headers, more = {}) => compareRequest(pair, report, { method: 'PATCH', path: `${base}/access-csr-${name}/approval`, headers: { ...headers, 'content-type': 'application/strategic-merge-patch+json' }, body: { status: { conditions: [{ type, status: 'True', reason: 'Test', message: 'm', ...more }] } } }, { title: `${type} ${name} by ${headers['impersonate-user'] ?? 'admin'}`, shape: without })
  for (const [what, name] of asked) {
    for (const user of ['plain', 'signer', 'approver']) await approve('Approved', name, as(`access-csr-${user}`))
    if (what.includes('client')) await approve('Denied', name, as('access-csr-approver'))
  }
  await look('approved by some')
  for (const [, name] of asked) {
    for (const user of ['plain', 'approver', 'signer']) await compareRequest(pair, report, { method: 'PATCH', path: `${base}/access-csr-${name}/status?dryRun=All`, headers: { ...as(`access-csr-${user}`), 'content-type': 'application/merge-patch+json' }, body: { status: { conditions: [{ type: 'Failed', status: 'True', reason: 'x', message: 'y' }] } } }, { title: `fail ${name} by ${user}`, shape: answer => (answer.kind === 'Status' ? { ...answer, message: answer.message.split('\n')[0], details: undefined } : answer.kind) })
    await approve('Approved', name, {})
  }
  await look('approved by the administrator')
  for (const body of [{ status: { conditions: [{ type: 'Approved', status: 'False' }] } }, { status: { conditions: [{ type: 'Denied', status: 'True' }, { type: 'Approved', status: 'True' }] } }, { status: { conditions: [{ type: '', status: 'True' }] } }, { status: { conditions: [] } }, { status: { certificate: 'eA==' } }]) {
    await compareRequest(pair, report, { method: 'PATCH', path: `${base}/access-csr-${asked[3][1]}/approval?dryRun=All`, headers: { 'content-type': 'application/merge-patch+json' }, body }, { title: `approval ${JSON.stringify(body)}`, shape: without })
    await compareRequest(pair, report, { method: 'PATCH', path: `${base}/access-csr-${asked[3][1]}/status?dryRun=All`, headers: { 'content-type': 'application/merge-patch+json' }, body }, { title: `status ${JSON.stringify(body)}`, shape: without })
  }
  for (const [, name] of asked) await attempt(pair, { method: 'DELETE', path: `${base}/access-csr-${name}` })
  for (const name of ['approver', 'signer', 'plain', 'self', 'boot', 'make']) for (const plural of ['clusterroles', 'clusterrolebindings']) await attempt(pair, { method: 'DELETE', path: `${rbac}/${plural}/access-csr-${name}` })
  rmSync(folder, { recursive: true, force: true })
}

/** The authority of the real one is itself not made for more. */
const longMinutes = 20 * 24 * 60

/** What a certificate says, whoever signed it. */
function about(certificate) {
  if (!certificate) return undefined
  const { subject, subjectAltName, keyUsage, validFrom, validTo, ca } = new X509Certificate(Buffer.from(certificate, 'base64'))
  return { subject, subjectAltName, keyUsage, ca, minutes: Math.min(Math.round((Date.parse(validTo) - Date.parse(validFrom)) / 60_000), longMinutes) }
}
