import type { Kind } from '../../api/kind.ts'
import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import { badRequest, conflictError, isNotFound } from '../../api/status.ts'
import { readObject } from '../body.ts'
import { parseWriteOptions } from '../options.ts'
import type { ApiResponse } from '../request.ts'
import { checkNamespace } from '../resources/lifecycle.ts'
import { tracker } from '../resources/tracking.ts'
import { authorizeCreate } from '../stages/authorize.ts'
import type { VerbHandler } from './verb.ts'

/** PUT of an object or of its status. */
export const update: VerbHandler = async (request, tools): Promise<ApiResponse> => {
  const { kind, namespace, subresource, user, warnings } = request, name = request.name!
  const options = parseWriteOptions(request.query, 'UpdateOptions')
  const draft = await readObject(request, tools.registry, options.fieldValidation)
  checkNamespace(kind, draft, namespace)
  checkName(draft, name)
  const context = {
    kind, namespace, subresource, user, dryRun: options.dryRun,
    track: tracker(request, options.fieldManager, tools.clock.now(), tools.registry),
    warn: (text: string) => { warnings.push(text) }, annotate: request.annotate,
  }
  try {
    let body: KubeObject | undefined = draft
    const stored = await tools.lifecycle.update(name, context, async live => {
      // The lifecycle owns what it gets, so a second try needs the body anew.
      const mine = body ?? await readObject(request, tools.registry, 'Ignore')
      body = undefined
      checkUid(kind, mine, live, options.dryRun)
      return mine
    })
    return { type: 'stored', code: 200, kind, stored }
  } catch (error) {
    if (!isNotFound(error) || !createsOnUpdate(kind, subresource)) throw error
    authorizeCreate(request, tools.authorize)
    const fresh = await readObject(request, tools.registry, 'Ignore')
    checkUid(kind, fresh, { metadata: { name, namespace } }, options.dryRun)
    fresh.metadata.resourceVersion = ''
    return { type: 'stored', code: 201, kind, stored: await tools.lifecycle.create(fresh, context) }
  }
}

/** Upstream's storage asks the kind alone: a PUT to the status of a service that is not there creates it as well. */
export const createsOnUpdate = (kind: Kind, subresource: string): boolean =>
  kind.createOnUpdate === true && (subresource === '' || subresource === 'status')

/** Throws 400 unless the body names what the URL names. */
export function checkName(draft: KubeObject, name: string): void {
  if (!draft.metadata.name) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (draft.metadata.name !== name) {
    throw badRequest(`the name of the object (${draft.metadata.name}) does not match the name on the URL (${name})`)
  }
}

/** Throws 409 when the body is about another object of the same name, in the words of upstream's storage. */
export const checkUid = (kind: Kind, draft: KubeObject, live: Live, dryRun: boolean): void =>
  checkPrecondition(kind, 'UID', draft.metadata.uid, live, dryRun)

type Live = { readonly metadata: Readonly<Partial<ObjectMeta>> }

/** The same for what else may be asked for beforehand. */
export function checkPrecondition(kind: Kind<any>, what: 'UID' | 'ResourceVersion', asked: string | undefined, { metadata }: Live, dryRun: boolean): void {
  const found = (what === 'UID' ? metadata.uid : metadata.resourceVersion) ?? ''
  if (!asked || asked === found) return
  const path = [etcdPrefix(kind), metadata.namespace, metadata.name].filter(Boolean).join('/')
  throw conflictError(kind, metadata.name ?? '', `StorageError: invalid object, Code: 4, Key: ${dryRun ? '' : '/registry'}/${path}, ResourceVersion: 0, ` +
    `AdditionalErrorMsg: Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${found}`)
}

/** Where upstream keeps a resource that is not under its own name (kubeapiserver, SpecialDefaultResourcePrefixes, 1.36). */
const etcdPrefixes = new Map([
  ['replicationcontrollers', 'controllers'], ['endpoints', 'services/endpoints'], ['nodes', 'minions'], ['services', 'services/specs'],
  ['ingresses.networking.k8s.io', 'ingress'],
  ['customresourcedefinitions.apiextensions.k8s.io', 'apiextensions.k8s.io/customresourcedefinitions'],
  ['apiservices.apiregistration.k8s.io', 'apiregistration.k8s.io/apiservices'],
])

const etcdPrefix = ({ group, plural }: Kind<any>): string => etcdPrefixes.get(group === '' ? plural : `${plural}.${group}`) ?? plural
