import { timestamp, type Clock } from '../../api/clock.ts'
import { apiVersionOf, type Kind } from '../../api/kind.ts'
import { apiServices } from '../../api/kinds/apiregistration/apiservices.ts'
import { flowSchemas } from '../../api/kinds/flowcontrol/flowschemas.ts'
import { priorityLevelConfigurations } from '../../api/kinds/flowcontrol/prioritylevelconfigurations.ts'
import { serviceCIDRs } from '../../api/kinds/networking/servicecidrs.ts'
import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import type { Random } from '../../api/random.ts'
import { normalize } from '../../api/schema/decode.ts'
import { schemaOf } from '../../api/schema/table.ts'
import { storePath } from '../parse-request.ts'
import { CommitConflict, type Store } from '../store/store.ts'
import { localApiServices } from './api-services.ts'
import { defaultFlowSchemas, defaultPriorityLevels } from './flow-control.ts'

/**
 * Stores what kube-apiserver keeps about itself and is not there yet: its API services, the objects of priority and fairness, the
 * range of service addresses. Past the pipeline, because all of it is known to be right and a cluster is to start quickly.
 */
export async function storeSystemObjects({ store, clock, random, served, serviceRange }: {
  store: Store; clock: Clock; random: Random
  served: readonly { group: string; version: string }[]
  /** Block of the cluster IPs. */
  serviceRange: string
}): Promise<void> {
  const lastTransitionTime = timestamp(clock.now())
  const put = async (kind: Kind<any>, name: string, metadata: Partial<ObjectMeta>, rest: object) => {
    const object = normalize(schemaOf(kind.schema), {
      kind: kind.kind, apiVersion: apiVersionOf(kind),
      metadata: {
        name, uid: random.uuid(), resourceVersion: '', ...kind.hasGeneration ? { generation: 1 } : {},
        creationTimestamp: lastTransitionTime, ...metadata,
      },
      ...rest,
    } as KubeObject)
    try {
      await store.commit(storePath(kind, undefined, name), 0, object)
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error
    }
  }

  const automanaged = { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } }
  for (const { name, spec } of localApiServices(served)) {
    await put(apiServices, name, automanaged, {
      spec,
      status: { conditions: [{
        type: 'Available', status: 'True', lastTransitionTime, reason: 'Local', message: 'Local APIServices are always available',
      }] },
    })
  }
  const autoupdated = { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } }
  for (const { name, spec } of defaultPriorityLevels()) {
    await put(priorityLevelConfigurations, name, autoupdated, { spec, status: {} })
  }
  for (const { name, spec } of defaultFlowSchemas()) {
    await put(flowSchemas, name, autoupdated, {
      spec,
      status: { conditions: [{
        type: 'Dangling', status: 'False', lastTransitionTime, reason: 'Found', message: 'This FlowSchema references the '
          + `PriorityLevelConfiguration object named "${spec.priorityLevelConfiguration.name}" and it exists`,
      }] },
    })
  }
  await put(serviceCIDRs, 'kubernetes', { finalizers: ['networking.k8s.io/service-cidr-finalizer'] }, {
    spec: { cidrs: [serviceRange] },
    status: { conditions: [{
      type: 'Ready', status: 'True', lastTransitionTime, reason: '', message: 'Kubernetes Service CIDR is ready',
    }] },
  })
}
