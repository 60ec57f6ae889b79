// Limit ranges: what they give to pods and claims, and what they refuse, for every type and every value.
import { attempt, compareRequest, namespaces, prepare } from './asking.mjs'

const home = 'access-l', core = `/api/v1/namespaces/${home}`
const ranges = {
  'container default': [{ type: 'Container', default: { cpu: '200m', memory: '128Mi' }, defaultRequest: { cpu: '100m' } }],
  'container bounds': [{ type: 'Container', min: { cpu: '100m', memory: '64Mi' }, max: { cpu: '1', memory: '1Gi' } }],
  'container max only': [{ type: 'Container', max: { cpu: '500m' } }], 'container min only': [{ type: 'Container', min: { memory: '100Mi' } }],
  'container ratio': [{ type: 'Container', maxLimitRequestRatio: { cpu: '2', memory: '1500m' } }],
  'pod bounds': [{ type: 'Pod', min: { cpu: '200m', memory: '128Mi' }, max: { cpu: '1', memory: '1Gi' } }], 'pod ratio': [{ type: 'Pod', maxLimitRequestRatio: { cpu: '3' } }],
  'pod and container': [{ type: 'Pod', max: { cpu: '1' } }, { type: 'Container', max: { cpu: '500m' }, default: { cpu: '300m' }, defaultRequest: { cpu: '50m', memory: '10Mi' } }],
  'claims': [{ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } }],
  'storage of pods': [{ type: 'Container', default: { 'ephemeral-storage': '1Gi' }, max: { 'ephemeral-storage': '2Gi' } }], 'odd resources': [{ type: 'Container', max: { 'example.com/gpu': '2' } }],
  'images': [{ type: 'openshift.io/Image', max: { storage: '1Gi' } }],
}
const resources = {
  none: undefined, 'small request': { requests: { cpu: '10m', memory: '1Mi' } }, 'big request': { requests: { cpu: '2', memory: '2Gi' } }, 'small limit': { limits: { cpu: '50m', memory: '10Mi' } }, 'big limit': { limits: { cpu: '4', memory: '4Gi' } }, fitting: { requests: { cpu: '300m', memory: '200Mi' }, limits: { cpu: '400m', memory: '200Mi' } },
  'a wide ratio': { requests: { cpu: '100m', memory: '100Mi' }, limits: { cpu: '500m', memory: '300Mi' } }, 'only cpu': { requests: { cpu: '300m' }, limits: { cpu: '300m' } }, zero: { requests: { cpu: '0', memory: '0' }, limits: { cpu: '0' } }, fractions: { requests: { cpu: '0.1501', memory: '1e8' }, limits: { cpu: '1e-1' } },
  storage: { limits: { 'ephemeral-storage': '3Gi' } }, gpu: { limits: { 'example.com/gpu': '3' } },
}
const container = (name, wanted) => ({ name, image: 'x', ...wanted ? { resources: wanted } : {} })

/** Which resource is complained of first is decided by the order of a Go map. */
const sorted = ({ message, details, ...answer }) => ({ ...answer, message: message.replace(/\[(.*)\]$/, (_all, list) => list.split(', ').sort().join(', ')), details: { ...details, causes: details?.causes?.map(cause => JSON.stringify(cause)).sort() } })

export async function limits(pair, report) {
  const gone = await namespaces(pair, home)
  const shape = answer => (answer.kind === 'Status' ? sorted(answer) : { annotations: answer.metadata?.annotations, containers: answer.spec?.containers?.map(each => each.resources), init: answer.spec?.initContainers?.map(each => each.resources), own: answer.spec?.resources })
  const send = (title, request) => compareRequest(pair, report, { headers: request.method === 'PATCH' ? { 'content-type': 'application/strategic-merge-patch+json' } : {}, ...request }, { title, shape })
  for (const [range, list] of Object.entries(ranges)) {
    await compareRequest(pair, report, { method: 'POST', path: `${core}/limitranges`, body: { metadata: { name: 'r' }, spec: { limits: list } } }, { title: `range ${range}`, shape: answer => answer.spec ?? answer })
    // The real one's plug-in reads from a cache of its own.
    await new Promise(resolve => { setImmediate(resolve) })
    for (const [what, wanted] of Object.entries(resources)) {
      const make = (title, spec) => send(`${range}: ${title} ${what}`, { method: 'POST', path: `${core}/pods?dryRun=All`, body: { metadata: { name: 'p' }, spec } })
      await make('pod of', { containers: [container('c', wanted)] })
      await make('two of', { containers: [container('c', wanted), container('d', resources.fitting)] })
      await make('init', { initContainers: [container('i', wanted)], containers: [container('c', resources.fitting)] })
      await make('sidecar', { initContainers: [{ ...container('i', wanted), restartPolicy: 'Always' }], containers: [container('c')] })
      await make('pod level', { resources: wanted, containers: [container('c')] })
    }
    for (const storage of ['100Mi', '1Gi', '5Gi', '6Gi', undefined]) {
      await send(`${range}: claim of ${storage}`, { method: 'POST', path: `${core}/persistentvolumeclaims?dryRun=All`, body: { metadata: { name: 'c' }, spec: { accessModes: ['ReadWriteOnce'], resources: storage ? { requests: { storage } } : {} } } })
    }
    await attempt(pair, { method: 'DELETE', path: `${core}/limitranges/r` })
  }
  // Several ranges at once, and what is already there.
  await prepare(pair, { method: 'POST', path: `${core}/pods`, body: { metadata: { name: 'runs' }, spec: { schedulerName: 'none', containers: [container('c', resources['big limit'])] } } })
  for (const name of ['container bounds', 'pod bounds', 'pod ratio']) await prepare(pair, { method: 'POST', path: `${core}/limitranges`, body: { metadata: { name: name.replace(' ', '-') }, spec: { limits: ranges[name] } } })
  for (const [what, wanted] of Object.entries(resources)) await send(`several: ${what}`, { method: 'POST', path: `${core}/pods?dryRun=All`, body: { metadata: { name: 'p' }, spec: { containers: [container('c', wanted)] } } })
  await send('several: label of a pod', { method: 'PATCH', path: `${core}/pods/runs?dryRun=All`, body: { metadata: { labels: { a: 'b' } } } })
  await send('several: image of a pod', { method: 'PATCH', path: `${core}/pods/runs?dryRun=All`, body: { spec: { containers: [{ name: 'c', image: 'y' }] } } })
  await send('several: resize', { method: 'PATCH', path: `${core}/pods/runs/resize?dryRun=All`, body: { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '3' } } }] } } })
  await gone()
}
