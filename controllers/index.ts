import type { CertificateSigner } from '../api/certificate-signer.ts'
import type { Client } from '../api/client.ts'
import type { Clock } from '../api/clock.ts'
import type { Kind } from '../api/kind.ts'
import type { Random } from '../api/random.ts'
import { createRecorder, type Recorder } from '../client/event-recorder.ts'
import type { Informers, Report } from '../client/informer.ts'
import { clusterRoleAggregationController } from './clusterrole-aggregation.ts'
import { certificateApprovingController } from './certificates/approver.ts'
import { certificateCleaner } from './certificates/cleaner.ts'
import { certificateSigningController } from './certificates/signer.ts'
import { deploymentController } from './deployment/deployment.ts'
import { disruptionController } from './disruption/disruption.ts'
import { endpointsController } from './endpoints/endpoints.ts'
import { endpointSliceController } from './endpoints/endpointslice.ts'
import { endpointSliceMirroringController } from './endpoints/endpointslicemirroring.ts'
import { flowSchemaStatusController } from './flowschema-status.ts'
import { garbageCollector } from './garbage-collector/garbage-collector.ts'
import { horizontalPodAutoscalerController } from './horizontalpodautoscaler/horizontalpodautoscaler.ts'
import { namespaceController } from './namespace.ts'
import { nodeLifecycleController } from './node-lifecycle.ts'
import { claimBinder } from './persistentvolume/claims.ts'
import { attributesClassProtection, claimProtection, volumeProtection } from './persistentvolume/protection.ts'
import { volumeBinder } from './persistentvolume/volumes.ts'
import { replicaSetController } from './replicaset/replicaset.ts'
import { replicationControllerController } from './replicaset/replicationcontroller.ts'
import { resourceQuotaController } from './resourcequota.ts'
import { rootCertificateController } from './root-ca.ts'
import type { Controller } from './runtime/controller.ts'
import { runController, type Running } from './runtime/run.ts'
import { startScheduler } from './scheduler/index.ts'
import { serviceAccountController } from './serviceaccount.ts'
import { tokensController, type SecretToken } from './service-account-token.ts'
import { taintEvictionController } from './taint-eviction.ts'

export interface ControllersOptions {
  client: Client
  informers: Informers
  clock: Clock
  random: Random
  /** All kinds that are served; a function, where custom ones come and go. */
  kinds: readonly Kind[] | (() => readonly Kind[])
  /** PEM of the certificate authority, for `kube-root-ca.crt`. */
  rootCertificate: string
  /** Signs the certificates that are asked for and approved; without one none is signed. */
  signer?: CertificateSigner
  /** Signs the tokens that are kept in Secrets; without it there are none. */
  secretToken?: SecretToken
  /** Which controllers run, by their names in kube-controller-manager (`deployment-controller` …); all unless it says otherwise. */
  names?: 'all' | 'none' | readonly string[]
  /** Whether pods are given to nodes; true unless it says otherwise. */
  scheduler?: boolean
  report?: Report
}

/** Starts what kube-controller-manager and kube-scheduler do in a real cluster; throws for a name that no controller has. */
export function startControllers(options: ControllersOptions): Running {
  const { informers, clock, random, kinds, rootCertificate, signer, secretToken, names = 'all', scheduler = true, report = () => {} } = options
  const servedKinds = typeof kinds === 'function' ? kinds : () => kinds
  const client = options.client.as('kube-controller-manager')
  const controllers: Controller[] = [
    nodeLifecycleController(),
    taintEvictionController(),
    serviceAccountController,
    rootCertificateController(rootCertificate),
    clusterRoleAggregationController,
    ...secretToken ? [tokensController(rootCertificate, secretToken)] : [],
    ...signer ? [certificateApprovingController(signer), certificateSigningController(signer)] : [],
    certificateCleaner,
    deploymentController,
    replicaSetController(),
    replicationControllerController(),
    endpointsController(),
    endpointSliceController(),
    endpointSliceMirroringController(),
    horizontalPodAutoscalerController(servedKinds),
    flowSchemaStatusController,
    claimBinder(),
    volumeBinder(),
    claimProtection(),
    volumeProtection(),
    attributesClassProtection(),
    namespaceController(servedKinds),
    garbageCollector(servedKinds),
    resourceQuotaController(servedKinds),
    disruptionController(servedKinds),
  ]
  const recorders: Recorder[] = []
  const running = select(controllers, names).map(controller => {
    const recorder = createRecorder({ client, clock, random, component: controller.component ?? controller.name })
    recorders.push(recorder)
    return runController(controller, { client, informers, clock, random, recorder, report })
  })
  if (scheduler) {
    running.push(startScheduler({ client: options.client.as('kube-scheduler'), informers, clock, random, report }))
  }
  return {
    async stop() {
      for (const recorder of recorders) recorder.stop()
      await Promise.all(running.map(each => each.stop()))
    },
  }
}

/** One name may stand for several parts: `persistentvolume-binder-controller` binds volumes and claims. */
const nameOf = (controller: Controller) => controller.name.split(' ')[0]

function select(controllers: readonly Controller[], names: 'all' | 'none' | readonly string[]): readonly Controller[] {
  if (names === 'all') return controllers
  if (names === 'none') return []
  const known = new Set(controllers.map(nameOf))
  const unknown = names.filter(name => !known.has(name))
  if (unknown.length) throw new Error(`no controller is called ${unknown.join(' or ')}; there are ${[...known].sort().join(', ')}`)
  return controllers.filter(controller => names.includes(nameOf(controller)))
}
