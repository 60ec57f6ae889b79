import { same } from '../../api/edit.ts'
import { endpoints } from '../../api/kinds/core/endpoints.ts'
import { pods } from '../../api/kinds/core/pods.ts'
import { services } from '../../api/kinds/core/services.ts'
import { keyOf, splitKey } from '../../api/object.ts'
import type { Endpoints, Service } from '../../api/schema/generated/types.ts'
import { ignoreNotFound } from '../../client/ignore-not-found.ts'
import { watching, type Controller, type Outcome, type Tools } from '../runtime/controller.ts'
import { Pace } from '../runtime/pace.ts'
import { isNamespaceGone } from '../runtime/run.ts'
import { hasEndpoints, isHeadless, podsOf, servicesOf, TriggerTimes, triggerTimeAnnotation } from './service-pods.ts'
import { subsetsOf, truncate } from './subsets.ts'

const managedBy = 'endpoints.kubernetes.io/managed-by', headlessLabel = 'service.kubernetes.io/headless'
const overCapacity = 'endpoints.kubernetes.io/over-capacity'

/** Keeps the Endpoints of every service that selects pods. Follows pkg/controller/endpoint of 1.36. */
export function endpointsController(): Controller {
  const times = new TriggerTimes(), pace = new Pace(100)
  return {
    name: 'endpoint-controller',
    watches: [
      watching(services, service => [keyOf(service)], (type, service) => {
        if (type === 'deleted') times.forget(service.metadata.uid)
      }),
      watching(pods, servicesOf),
      watching(endpoints, () => [], (type, object) => (type === 'deleted' ? [keyOf(object), 0] : undefined)),
    ],
    async reconcile(key, tools) {
      const service = tools.informers.of(services).get(key)
      if (service) return hasEndpoints(service) ? await sync(service, times, pace, tools) : undefined
      pace.forget(key)
      const { name, namespace } = splitKey(key)
      if (!tools.informers.of(endpoints).get(key)) return
      await tools.client.delete(endpoints, name, namespace).catch(ignoreNotFound)
    },
  }
}

async function sync(service: Readonly<Service>, times: TriggerTimes, pace: Pace, tools: Tools): Promise<Outcome> {
  const { client, clock, informers, recorder } = tools, { name, namespace } = service.metadata
  const chosen = podsOf(service, tools)
  const againAfterMs = pace.wait(keyOf(service), chosen.length, clock.now())
  if (againAfterMs > 0) return { againAfterMs }
  const current = informers.of(endpoints).get(keyOf(service)), trigger = times.next(service, chosen)
  const subsets = subsetsOf(service, chosen), isCut = truncate(subsets)
  const labels = { ...service.metadata.labels, [managedBy]: 'endpoint-controller' } as Record<string, string>
  if (isHeadless(service)) labels[headlessLabel] = ''
  else delete labels[headlessLabel]
  if (current && same(current.subsets ?? [], subsets) && same(current.metadata.labels, labels)) return

  const { [triggerTimeAnnotation]: _trigger, [overCapacity]: _over, ...annotations } = current?.metadata.annotations ?? {}
  if (trigger) annotations[triggerTimeAnnotation] = trigger
  if (isCut) annotations[overCapacity] = 'truncated'
  const metadata = { ...(current?.metadata ?? { name, namespace }), labels, annotations }
  const next = { metadata, ...(subsets.length ? { subsets } : {}) }
  try {
    if (current) await client.update(endpoints, { apiVersion: 'v1', kind: 'Endpoints', ...next } as Endpoints)
    else await client.create(endpoints, next)
  } catch (error) {
    if (!current && isNamespaceGone(error)) return
    const [reason, what] = current ? ['FailedToUpdateEndpoint', 'update endpoint']
      : ['FailedToCreateEndpoint', 'create endpoint for service']
    const about = current ?? ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace } } as Endpoints)
    recorder.record(about, 'Warning', reason, `Failed to ${what} ${namespace}/${name}: ${(error as Error).message}`)
    throw error
  }
}
