import { timestamp } from '../api/clock.ts'
import { flowSchemas } from '../api/kinds/flowcontrol/flowschemas.ts'
import { priorityLevelConfigurations } from '../api/kinds/flowcontrol/prioritylevelconfigurations.ts'
import { watching, type Controller } from './runtime/controller.ts'

/** Who applies the condition upstream, where it is the API server itself that does so. */
const fieldManager = 'api-priority-and-fairness-config-consumer-v1'

/** Says of each flow schema whether its priority level exists (apiserver, util/flowcontrol/apf_controller.go, 1.36). */
export const flowSchemaStatusController: Controller = {
  name: 'flow-schema-status',
  workers: 1,
  watches: [
    watching(flowSchemas, schema => [schema.metadata.name]),
    watching(priorityLevelConfigurations, (level, { informers }) => informers.of(flowSchemas).list()
      .filter(({ spec }) => spec.priorityLevelConfiguration.name === level.metadata.name).map(({ metadata }) => metadata.name)),
  ],
  async reconcile(key, { client, informers, clock }) {
    const schema = informers.of(flowSchemas).get(key)
    if (!schema) return
    const level = schema.spec.priorityLevelConfiguration.name, exists = informers.of(priorityLevelConfigurations).get(level)
    const status = exists ? 'False' : 'True', reason = exists ? 'Found' : 'NotFound'
    const message = `This FlowSchema references the PriorityLevelConfiguration object named "${level}" `
      + (exists ? 'and it exists' : 'but there is no such object')
    const current = schema.status?.conditions?.find(({ type }) => type === 'Dangling')
    if (current?.status === status && current.reason === reason && current.message === message) return
    await client.patch(flowSchemas, key, undefined, {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name: key },
      status: { conditions: [{ type: 'Dangling', status, lastTransitionTime: timestamp(clock.now()), reason, message }] },
    }, { type: 'apply', subresource: 'status', fieldManager, force: true })
  },
}
