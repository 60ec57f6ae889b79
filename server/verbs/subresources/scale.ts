import { age } from '../../../api/duration.ts'
import { apiVersionOf, type Kind } from '../../../api/kind.ts'
import { nameIsDnsSubdomain, validateObjectMeta } from '../../../api/kinds/validation/object-meta.ts'
import { validateNonnegative } from '../../../api/kinds/validation/values.ts'
import type { KubeObject } from '../../../api/object.ts'
import { scaleOf, type Scale } from '../../../api/scale.ts'
import { conflictError, invalidError, modifiedMeanwhile, StatusError } from '../../../api/status.ts'
import { readObject } from '../../body.ts'
import { parseWriteOptions, type WriteOptions } from '../../options.ts'
import { managedFieldsAfterScale, managedFieldsOfScale } from '../../patch/scale-managed-fields.ts'
import type { ApiRequest, ApiResponse } from '../../request.ts'
import { checkNamespace } from '../../resources/lifecycle.ts'
import { tracker } from '../../resources/tracking.ts'
import { find } from '../get.ts'
import { applied, patchBodyOf, patchTypeOf } from '../patch.ts'
import { patched } from '../patched.ts'
import { checkName, checkUid } from '../update.ts'
import type { VerbHandler, VerbTools } from '../verb.ts'

/** `…/scale`: how many an object wants and has, as autoscaling/v1 Scale (upstream: the ScaleREST of each workload). */
const scaleKind: Kind<Scale> = {
  group: 'autoscaling', version: 'v1', kind: 'Scale', plural: 'scales', singular: 'scale', namespaced: true, schema: 'autoscaling.v1.Scale',
  columns: [
    { name: 'Name', type: 'string', description: 'meta.v1.ObjectMeta.name', value: scale => scale.metadata.name },
    { name: 'Desired', type: 'integer', description: 'autoscaling.v1.ScaleSpec.replicas', value: scale => scale.spec?.replicas ?? 0 },
    { name: 'Available', type: 'integer', description: 'autoscaling.v1.ScaleStatus.replicas', value: scale => scale.status?.replicas ?? 0 },
    { name: 'Age', type: 'string', description: 'meta.v1.ObjectMeta.creationTimestamp', value: (scale, now) => age(scale.metadata.creationTimestamp, now) },
  ],
}

/** The live Scale and its object in, the Scale that is wanted out, with its managed fields brought up to date. */
type Produce = (live: Scale, object: Readonly<KubeObject>) => Scale

/** Changes the number of replicas on the object itself to what a Scale made from it says. */
async function change(request: ApiRequest, tools: VerbTools, options: WriteOptions, produce: Produce): Promise<ApiResponse> {
  const { kind, namespace, user, warnings } = request, { specReplicasPath } = kind.subresources!.scale!, apiVersion = apiVersionOf(kind)
  const stored = await tools.lifecycle.update(request.name!, {
    kind, namespace, subresource: 'scale', user, dryRun: options.dryRun, track: () => {}, warn: text => { warnings.push(text) },
  }, live => {
    const old = scaleOf(kind, live), managed = managedFieldsOfScale(live.metadata.managedFields, apiVersion, specReplicasPath)
    if (managed?.length) old.metadata.managedFields = managed
    const scale = produce(old, live), replicas = scale.spec?.replicas ?? 0
    const errors = [...validateObjectMeta({ ...scale.metadata, namespace: request.namespace }, true, nameIsDnsSubdomain, 'metadata', { standardFinalizers: true }),
      ...validateNonnegative(replicas, 'spec.replicas')]
    if (errors.length > 0) throw invalidError(scaleKind, request.name!, errors)
    const asked = scale.metadata.resourceVersion
    if (asked && !/^\d+$/.test(asked)) {
      throw new StatusError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`)
    }
    if (asked && asked !== '0' && asked !== live.metadata.resourceVersion) throw conflictError(kind, request.name!, modifiedMeanwhile)
    const draft = structuredClone(live) as KubeObject
    setAt(draft, specReplicasPath, replicas)
    draft.metadata.managedFields = managedFieldsAfterScale(live.metadata.managedFields, scale.metadata.managedFields, apiVersion, specReplicasPath)
    return draft
  })
  return { type: 'object', code: 200, kind: scaleKind, object: scaleOf(kind, stored.object) }
}

function setAt(object: KubeObject, path: string, value: unknown): void {
  const keys = path.split('.').filter(Boolean), last = keys.pop()!
  let parent = object as unknown as Record<string, unknown>
  for (const key of keys) parent = (parent[key] ??= {}) as Record<string, unknown>
  parent[last] = value
}

export const scale: Record<'get' | 'update' | 'patch', VerbHandler> = {
  get: async (request, tools) => ({ type: 'object', code: 200, kind: scaleKind, object: scaleOf(request.kind, find(request, tools).object) }),

  async update(request, tools) {
    const options = parseWriteOptions(request.query, 'UpdateOptions')
    const body = await readObject({ ...request, kind: scaleKind }, tools.registry, options.fieldValidation) as Scale
    checkNamespace(scaleKind, body, request.namespace)
    checkName(body, request.name!)
    const track = tracker({ ...request, kind: scaleKind }, options.fieldManager, tools.clock.now())
    return change(request, tools, options, (live, object) => {
      checkUid(request.kind, body, object, options.dryRun)
      const wanted: Scale = { ...body, metadata: { ...body.metadata, managedFields: live.metadata.managedFields } }
      track(wanted, live)
      return wanted
    })
  },

  async patch(request, tools) {
    const type = patchTypeOf(request), options = parseWriteOptions(request.query, 'PatchOptions', type === 'apply')
    const body = patchBodyOf(request, type, options), asScale = { ...request, kind: scaleKind }
    const track = tracker(asScale, options.fieldManager, tools.clock.now())
    return change(request, tools, options, (live, object) => {
      const wanted = (type === 'apply' ? applied(asScale, tools, options, body(), live)
        : patched({ name: request.name!, kind: scaleKind, live, registry: tools.registry, warnings: request.warnings }, type, body(), options)) as Scale
      checkNamespace(scaleKind, wanted, request.namespace)
      checkName(wanted, request.name!)
      const { uid } = wanted.metadata, scale = `${request.kind.plural}/scale`
      if (uid && uid !== object.metadata.uid) {
        throw conflictError({ ...request.kind, plural: scale }, request.name!, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`)
      }
      if (type !== 'apply') track(wanted, live)
      return wanted
    })
  },
}
