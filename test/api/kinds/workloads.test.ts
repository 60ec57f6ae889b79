import { describe, expect, it } from 'vitest'
import { controllerRevisions } from '../../../api/kinds/apps/controllerrevisions.ts'
import { daemonSets } from '../../../api/kinds/apps/daemonsets.ts'
import { deployments } from '../../../api/kinds/apps/deployments.ts'
import { replicaSets } from '../../../api/kinds/apps/replicasets.ts'
import { statefulSets } from '../../../api/kinds/apps/statefulsets.ts'
import { replicationControllers } from '../../../api/kinds/core/replicationcontrollers.ts'
import { create, update } from './write.ts'

const template = (labels: object = { a: 'b' }, spec: object = {}) =>
  ({ metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } })
const selector = { matchLabels: { a: 'b' } }
const deploy = (spec: object) => create(deployments, { metadata: {}, spec: { selector, template: template(), ...spec } })

describe('a deployment', () => {
  it('gets upstream’s defaults', () => {
    const { object, errors } = deploy({})
    expect(errors).toEqual([])
    expect(object.spec).toMatchObject({
      replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    })
    expect(object.status).toEqual({})
  })

  it.each<[object, string[]]>([
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [{ template: template({ a: 'c' }) },
      ['spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`']],
    [{ template: template({ a: 'b' }, { restartPolicy: 'Never', activeDeadlineSeconds: 5 }) }, [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported']],
    [{ strategy: { type: 'Slow' } },
      ['spec.strategy: Unsupported value: {"Type":"Slow","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"']],
    [{ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0']],
    [{ replicas: -1, minReadySeconds: 600 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds']],
  ])('with %j is told what is wrong', (spec, errors) => { expect(deploy(spec).errors).toEqual(errors) })

  it('keeps its selector', () => {
    const { errors } = update(deployments, deploy({ template: template({ a: 'b', c: 'd' }) }).object,
      draft => { draft.spec.selector.matchLabels!.c = 'd' })
    expect(errors).toEqual(['spec.selector: Invalid value: {"matchLabels":{"a":"b","c":"d"}}: field is immutable'])
  })

  it('counts a changed annotation as a new generation', () => {
    expect(update(deployments, deploy({}).object,
      draft => { draft.metadata.annotations = { x: 'y' } }).object.metadata.generation).toBe(2)
  })

  it('has a status that adds up', () => {
    expect(update(deployments, deploy({}).object,
      draft => { draft.status = { replicas: 1, readyReplicas: 2, availableReplicas: 3 } }, 'status').errors).toEqual([
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
    ])
  })
})

describe('a daemon set', () => {
  const daemonSet = () => create(daemonSets, { metadata: {}, spec: { selector, template: template() } })

  it('counts its templates in an annotation', () => {
    const { object } = daemonSet(), annotation = 'deprecated.daemonset.template.generation'
    expect(object.metadata.annotations).toEqual({ [annotation]: '1' })
    expect(update(daemonSets, object,
      draft => { draft.spec.minReadySeconds = 1 }).object.metadata.annotations).toEqual({ [annotation]: '1' })
    expect(update(daemonSets, object,
      draft => { draft.spec.template.spec!.containers[0].image = 'j' }).object.metadata.annotations).toEqual({ [annotation]: '2' })
  })

  it('updates one by one unless it is told otherwise', () => {
    expect(daemonSet().object.spec.updateStrategy).toEqual({ type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } })
  })
})

describe('a stateful set', () => {
  const claim = { metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }
  const set = (spec: object) => create(statefulSets, { metadata: {}, spec: { selector, template: template(), ...spec } })

  it('completes its claims and drops what is behind a gate', () => {
    const { object, errors } = set({ volumeClaimTemplates: [claim],
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } })
    expect(errors).toEqual([])
    expect(object.spec.volumeClaimTemplates).toMatchObject([{ apiVersion: 'v1', kind: 'PersistentVolumeClaim',
      spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } }])
    expect(object.spec.updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
    expect(object.status).toEqual({ replicas: 0, availableReplicas: 0 })
  })

  it('lets containers mount its claims', () => {
    const mounting = template({ a: 'b' },
      { containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'data', mountPath: '/d' }] }] })
    expect(set({ template: mounting, volumeClaimTemplates: [claim] }).errors).toEqual([])
    expect(set({ template: mounting }).errors).toEqual(['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"'])
  })

  it('changes only where it may', () => {
    expect(update(statefulSets, set({}).object,
      draft => { draft.spec.serviceName = 'other' }).errors[0]).toMatch(/^spec: Forbidden: updates to statefulset spec/)
    expect(update(statefulSets, set({}).object,
      draft => { draft.spec.replicas = 5; draft.spec.minReadySeconds = 2 }).errors).toEqual([])
  })
})

it('a replica set without a selector selects nothing', () => {
  expect(create(replicaSets, { metadata: {}, spec: { template: template() } }).errors).toEqual([
    'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'])
})

it('a replication controller takes selector and labels from its template', () => {
  const { object, errors } = create(replicationControllers, { metadata: {}, spec: { template: template({ a: 'b', c: 'd' }) } })
  expect(errors).toEqual([])
  expect(object).toMatchObject({ metadata: { labels: { a: 'b', c: 'd' } }, spec: { replicas: 1, selector: { a: 'b', c: 'd' } } })
})

it('a controller revision needs data and keeps it', () => {
  expect(create(controllerRevisions, { metadata: {}, revision: -1 }).errors).toEqual([
    'revision: Invalid value: -1: must be greater than or equal to 0', 'data: Required value: data is mandatory'])
})
