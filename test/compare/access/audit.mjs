// The record of it: audit events of the same requests. The real one's log, kept with `level: Metadata` for all, is named by AUDIT_LOG;
// without it there is nothing to compare.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { normalise } from '../../recorded/play.mjs'
import { ask, differences, startPair } from '../pair.mjs'
import { as, namespaces, prepare, sleep, strangers } from './asking.mjs'

const home = 'access-audit', core = `/api/v1/namespaces/${home}`
const types = { merge: 'application/merge-patch+json', apply: 'application/apply-patch+yaml', json: 'application/json-patch+json', yaml: 'application/yaml' }
const map = (name, more) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more } }), containers = [{ name: 'c', image: 'x' }]
const pod = name => ({ metadata: { name }, spec: { schedulerName: 'none', containers } })
const patch = (at, type, body, headers = {}) => ({ method: 'PATCH', path: at, body, headers: { 'content-type': types[type], ...headers } })

const requests = {
  get: { path: `${core}/configmaps/kube-root-ca.crt` }, 'get nothing': { path: `${core}/configmaps/none` }, list: { path: `${core}/configmaps?limit=1` }, 'list all': { path: '/api/v1/nodes' }, watch: { path: `${core}/configmaps?watch=1&timeoutSeconds=1` }, 'watch by path': { path: `/api/v1/watch/namespaces/${home}/configmaps?timeoutSeconds=1` }, 'watch badly': { path: `${core}/configmaps?watch=1&resourceVersion=x` },
  create: { method: 'POST', path: `${core}/configmaps`, body: map('a', { labels: { a: 'b' } }) }, 'create again': { method: 'POST', path: `${core}/configmaps`, body: map('a') }, 'create a name': { method: 'POST', path: `${core}/configmaps?dryRun=All`, body: { metadata: { generateName: 'x-' } } }, 'create as yaml': { method: 'POST', path: `${core}/configmaps?dryRun=All`, headers: { 'content-type': types.yaml }, body: 'metadata: {name: y}\n' }, 'create badly': { method: 'POST', path: `${core}/configmaps`, body: '{' }, 'create wrongly': { method: 'POST', path: `${core}/configmaps`, body: map('A b') }, 'create elsewhere': { method: 'POST', path: `${core}/configmaps`, body: map('x', { namespace: 'other', uid: 'u' }) }, 'create in no namespace': { method: 'POST', path: '/api/v1/namespaces/access-audit-none/configmaps', body: map('x') },
  update: { method: 'PUT', path: `${core}/configmaps/a`, body: map('a', { uid: 'x' }) }, 'update well': { method: 'PUT', path: `${core}/configmaps/a`, body: { ...map('a'), data: { a: 'b' } } }, merge: patch(`${core}/configmaps/a`, 'merge', { data: { c: 'd' } }), apply: patch(`${core}/configmaps/b?fieldManager=me`, 'apply', { ...map('b'), data: { a: 'b' } }), 'apply with a conflict': patch(`${core}/configmaps/a?fieldManager=me`, 'apply', { ...map('a'), data: { c: 'e' } }), 'json patch': patch(`${core}/configmaps/a`, 'json', [{ op: 'test', path: '/data/c', value: 'x' }]),
  delete: { method: 'DELETE', path: `${core}/configmaps/b` }, 'delete nothing': { method: 'DELETE', path: `${core}/configmaps/b` }, 'delete with options': { method: 'DELETE', path: `${core}/configmaps/a?dryRun=All`, body: { propagationPolicy: 'Background' } }, 'delete many': { method: 'DELETE', path: `${core}/configmaps?labelSelector=x%3Dy` },
  pod: { method: 'POST', path: `${core}/pods`, body: pod('p') }, 'pod that is wrong': { method: 'POST', path: `${core}/pods`, body: { metadata: { name: 'q' }, spec: { containers: [] } } }, 'privileged pod': { method: 'POST', path: `${core}/pods`, body: { metadata: { name: 'q' }, spec: { containers: [{ ...containers[0], securityContext: { privileged: true } }] } } }, deployment: { method: 'POST', path: `/apis/apps/v1/namespaces/${home}/deployments`, body: { metadata: { name: 'd' }, spec: { replicas: 0, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers } } } } },
  scale: { path: `/apis/apps/v1/namespaces/${home}/deployments/d/scale` }, 'scale up': patch(`/apis/apps/v1/namespaces/${home}/deployments/d/scale?dryRun=All`, 'merge', { spec: { replicas: 1 } }), status: patch(`${core}/pods/p/status`, 'merge', { status: { message: 'x' } }), log: { path: `${core}/pods/p/log` }, 'log of nothing': { path: `${core}/pods/none/log` }, 'log followed': { path: `${core}/pods/none/log?follow=true` }, evict: { method: 'POST', path: `${core}/pods/p/eviction?dryRun=All`, body: { metadata: { name: 'p' } } }, bind: { method: 'POST', path: `${core}/pods/none/binding`, body: { metadata: { name: 'none' }, target: { name: 'x' } } }, proxy: { path: `${core}/services/none/proxy/x` },
  token: { method: 'POST', path: `${core}/serviceaccounts/default/token`, body: {} }, review: { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } } }, whoami: { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} }, 'a token review': { method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token: 'x' } } },
  'as somebody': { path: `${core}/pods`, headers: as('jane', { groups: ['g'], uid: 'u', extra: { k: ['v'] } }) }, 'as a viewer': { path: '/api/v1/nodes', headers: as('jane', { groups: ['system:masters'] }) }, 'as nobody': { path: '/api', headers: { 'impersonate-group': 'x' } }, 'as somebody writing': { method: 'POST', path: `${core}/secrets`, headers: as('jane'), body: { metadata: { name: 's' } } },
  discovery: { path: '/apis' }, resources: { path: '/apis/apps/v1' }, health: { path: '/healthz' }, version: { path: '/version' }, openapi: { path: '/openapi/v3/version' }, nothing: { path: '/nothing' }, 'a group that is not': { path: '/apis/no.group/v1/things' }, 'a resource that is not': { path: '/api/v1/nothings' }, 'a method that is not': { method: 'POST', path: '/api/v1/namespaces/x/pods/y' }, options: { method: 'OPTIONS', path: `${core}/pods` },
  'an old kind': { path: '/api/v1/componentstatuses' }, endpoints: { path: `${core}/endpoints` }, finalize: { method: 'PUT', path: `/api/v1/namespaces/${home}/finalize`, body: { metadata: { name: home }, spec: { finalizers: ['kubernetes'] } } }, namespace: { path: `/api/v1/namespaces/${home}` }, 'not acceptable': { path: `${core}/pods`, headers: { accept: 'text/html' } }, 'a table': { path: `${core}/pods`, headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } }, 'too old': { path: `${core}/configmaps?resourceVersion=999999999&resourceVersionMatch=Exact` },
  forwarded: { path: '/version', headers: { 'x-forwarded-for': '1.2.3.4, 5.6.7.8', 'user-agent': 'me/1.0' } }, 'long agent': { path: '/version', headers: { 'user-agent': 'x'.repeat(1100) } },
}
const outside = {
  'a wrong token': { path: `${core}/pods`, headers: { authorization: 'Bearer wrong' } }, 'no token': { path: `${core}/pods` }, 'no token for health': { path: '/healthz' }, dev: { path: `${core}/pods`, headers: { authorization: 'Bearer dev-token' } }, 'dev impersonating': { path: `${core}/pods`, headers: { authorization: 'Bearer dev-token', 'impersonate-user': 'x' } }, 'a wrong token watching': { path: `${core}/pods?watch=1`, headers: { authorization: 'Bearer wrong' } }, 'a wrong token writing': { method: 'POST', path: `${core}/pods`, headers: { authorization: 'Bearer wrong' }, body: {} },
}

export async function audit({ real: { kubeconfig } }, report) {
  const theirLog = process.env.AUDIT_LOG
  if (!theirLog) return
  const folder = mkdtempSync(path.join(tmpdir(), 'audit-')), ownLog = path.join(folder, 'audit.log')
  const pair = await startPair(kubeconfig, { flags: ['--audit-log', ownLog] })
  try {
    const gone = await namespaces(pair, { name: home, labels: { 'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/warn': 'baseline', 'pod-security.kubernetes.io/enforce': 'privileged' } })
    await prepare(pair, { path: `${core}/configmaps/kube-root-ca.crt` })
    const ids = {}
    for (const [sides, list] of [[pair, requests], [strangers(pair), outside]]) {
      for (const [title, request] of Object.entries(list)) {
        ids[title] = randomUUID()
        const sent = { ...request, headers: { 'audit-id': ids[title], 'user-agent': 'compare/1', ...request.headers } }
        await Promise.all([ask(sides.real, sent), ask(sides.ours, sent)])
      }
    }
    await gone()
    await sleep(1500)
    const read = file => {
      const events = new Map()
      for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
        const event = JSON.parse(line)
        events.set(event.auditID, [...events.get(event.auditID) ?? [], event])
      }
      return events
    }
    const theirs = read(theirLog), own = read(ownLog)
    for (const [title, id] of Object.entries(ids)) report(`audit of ${title}`, differences((theirs.get(id) ?? []).map(plain), (own.get(id) ?? []).map(plain)))
  } finally {
    await pair.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Without what differs from run to run; times only in their form, and the fields in their order. */
function plain(event) {
  const text = normalise(JSON.stringify({ ...event, requestReceivedTimestamp: undefined, stageTimestamp: undefined })).replace(/X509SHA256=[0-9a-f]+/g, 'X509').replace(/JTI=[^"]+/g, 'JTI').replace(/credential-id":"[^"]+"/g, 'credential-id":"<id>"')
  const { annotations, ...rest } = JSON.parse(text)
  delete annotations?.['apiserver.latency.k8s.io/total']
  return { ...rest, annotations, keys: Object.keys(event).join(), form: [event.requestReceivedTimestamp, event.stageTimestamp].map(time => time.replace(/\d/g, '0')) }
}
