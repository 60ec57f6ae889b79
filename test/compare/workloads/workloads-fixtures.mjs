// Objects with a pod template in them, each with every field of its own.
import { affinity, fullContainer, fullSpec, topologySpreadConstraints } from './pods.mjs'

const labels = { app: 'web' }, selector = { matchLabels: labels, matchExpressions: [{ key: 'app', operator: 'Exists' }] }
const template = (spec = {}) => ({ metadata: { labels }, spec: { schedulerName: 'nobody', containers: [{ name: 'app', image: 'nginx' }], ...spec } })
const fullTemplate = { metadata: { labels, annotations: { a: 'b' } }, spec: { ...fullSpec, affinity, topologySpreadConstraints, containers: [fullContainer] } }

const object = (apiVersion, kind, resource, name, rest, metadata = {}, more = {}) =>
  ({ name, resource, object: { apiVersion, kind, metadata: { name, ...metadata }, ...rest }, ...more })

const deployment = (name, spec, metadata) => object('apps/v1', 'Deployment', 'deployments', name, { spec }, metadata)
const job = (name, spec, metadata) => object('batch/v1', 'Job', 'jobs', name, { spec }, metadata)
const never = template({ restartPolicy: 'Never' })

const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', labels: { a: 'b' } }, spec: {
  accessModes: ['ReadWriteOnce'], storageClassName: 'fast', volumeMode: 'Filesystem', selector: { matchLabels: { a: 'b' } },
  resources: { requests: { storage: '1Gi' }, limits: { storage: '2Gi' } } } }

export const workloads = [
  object('v1', 'PodTemplate', 'podtemplates', 'template', { template: template() }),
  object('v1', 'ReplicationController', 'replicationcontrollers', 'rc', { spec: { replicas: 0, minReadySeconds: 3, selector: labels, template: template() } }),
  object('v1', 'ReplicationController', 'replicationcontrollers', 'rc-min', { spec: { replicas: 0, template: template() } }),
  deployment('deploy', { replicas: 0, minReadySeconds: 5, revisionHistoryLimit: 3, paused: true, progressDeadlineSeconds: 60, selector,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '30%', maxUnavailable: 1 } }, template: template() }, { labels, annotations: { a: 'b' } }),
  deployment('deploy-full', { replicas: 0, selector, template: fullTemplate, strategy: { type: 'Recreate' } }),
  deployment('deploy-min', { replicas: 0, selector: { matchLabels: labels }, template: template() }),
  object('apps/v1', 'ReplicaSet', 'replicasets', 'rs', { spec: { replicas: 0, minReadySeconds: 2, selector, template: template() } }),
  object('apps/v1', 'DaemonSet', 'daemonsets', 'ds', { spec: { selector, minReadySeconds: 1, revisionHistoryLimit: 4,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '10%' } }, template: template({ nodeSelector: { no: 'where' } }) } }),
  object('apps/v1', 'DaemonSet', 'daemonsets', 'ds-delete', { spec: { selector, updateStrategy: { type: 'OnDelete' }, template: template({ nodeSelector: { no: 'where' } }) } }),
  object('apps/v1', 'StatefulSet', 'statefulsets', 'sts', { spec: { replicas: 0, selector, serviceName: 'svc', podManagementPolicy: 'Parallel', minReadySeconds: 2, revisionHistoryLimit: 4,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: 2 } }, ordinals: { start: 3 },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' }, volumeClaimTemplates: [claim],
    template: template({ containers: [{ name: 'app', image: 'nginx', volumeMounts: [{ name: 'data', mountPath: '/d' }] }] }) } }),
  object('apps/v1', 'StatefulSet', 'statefulsets', 'sts-min', { spec: { replicas: 0, selector, template: template() } }),
  object('apps/v1', 'ControllerRevision', 'controllerrevisions', 'rev', { revision: 3, data: { spec: { x: 1 } } }),
  job('job', { parallelism: 2, completions: 3, activeDeadlineSeconds: 100, backoffLimit: 2, ttlSecondsAfterFinished: 10, completionMode: 'Indexed', suspend: true,
    managedBy: 'example.com/mine', podReplacementPolicy: 'Failed', backoffLimitPerIndex: 1, maxFailedIndexes: 2,
    podFailurePolicy: { rules: [
      { action: 'FailIndex', onExitCodes: { containerName: 'app', operator: 'In', values: [1, 2] } },
      { action: 'Count', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }, { action: 'Ignore', onExitCodes: { operator: 'NotIn', values: [0, 7] } }] },
    successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }, { succeededIndexes: '2' }] }, template: never }),
  job('job-min', { suspend: true, managedBy: 'example.com/mine', template: template({ restartPolicy: 'OnFailure' }) }),
  job('job-manual', { suspend: true, managedBy: 'example.com/mine', manualSelector: true, selector: { matchLabels: labels }, template: never }),
  object('batch/v1', 'CronJob', 'cronjobs', 'cron', { spec: { schedule: '*/5 0-4,8 1 jan-mar ?', timeZone: 'Europe/Zurich', startingDeadlineSeconds: 60, concurrencyPolicy: 'Forbid', suspend: true,
    successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 2, jobTemplate: { metadata: { labels }, spec: { backoffLimit: 1, template: never } } } }),
  object('batch/v1', 'CronJob', 'cronjobs', 'cron-min', { spec: { schedule: '@daily', suspend: true, jobTemplate: { spec: { template: never } } } }),
]
