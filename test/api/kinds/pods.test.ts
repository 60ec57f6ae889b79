import { describe, expect, it } from 'vitest'
import { pods } from '../../../api/kinds/core/pods.ts'
import { create, update } from './write.ts'

const pod = (spec: object, metadata: object = {}) => create(pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec })
const one = (fields: object = {}) => ({ name: 'c', image: 'nginx:1', ...fields })
const label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
  + "and must start and end with an alphanumeric "
  + "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

describe('a new pod', () => {
  it('gets upstream’s defaults', () => {
    const { object, errors } = pod({ containers: [one({ image: 'nginx', livenessProbe: { httpGet: { port: 80 } } })],
      volumes: [{ name: 'v', secret: { secretName: 's' } }] })
    expect(errors).toEqual([])
    expect(object.spec).toMatchObject({
      restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', terminationGracePeriodSeconds: 30,
      securityContext: {}, enableServiceLinks: true, volumes: [{ secret: { defaultMode: 420 } }],
    })
    expect(object.spec.containers[0]).toMatchObject({
      imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {},
      livenessProbe: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3,
        httpGet: { path: '/', scheme: 'HTTP' } },
    })
    expect(object.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  })

  it.each([
    ['nginx', 'Always'], ['nginx:latest', 'Always'], ['nginx:1.27', 'IfNotPresent'], ['example.org:5000/nginx', 'Always'],
    ['example.org:5000/a/b:v1', 'IfNotPresent'], [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'], ['NGINX', 'IfNotPresent'],
  ])('with the image %s is pulled %s', (image, policy) => {
    expect(pod({ containers: [one({ image })] }).object.spec.containers[0].imagePullPolicy).toBe(policy)
  })

  it.each([
    [[{}], 'BestEffort'],
    [[{ requests: { cpu: '100m' } }], 'Burstable'],
    [[{ limits: { cpu: '1', memory: '1Gi' } }], 'Guaranteed'],
    [[{ limits: { cpu: '1', memory: '1Gi' } }, {}], 'Burstable'],
    [[{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m' } }], 'Guaranteed'],
    [[{ requests: { cpu: '0' } }], 'BestEffort'],
  ])('whose containers ask for %j is %s', (resources, qosClass) => {
    expect(pod({ containers: resources
      .map((each, i) => one({ name: `c${i}`, resources: each })) }).object.status?.qosClass).toBe(qosClass)
  })

  it('asks for its limits where it does not say what it asks for', () => {
    const { object } = pod({ containers: [one({ resources: { limits: { cpu: '1', memory: '1Gi' },
      requests: { cpu: '500m' } } })] })
    expect(object.spec.containers[0].resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' })
  })

  it('behind a scheduling gate says so in its conditions', () => {
    const { object } = pod({ schedulingGates: [{ name: 'a.example.org/wait' }], containers: [one()] })
    expect(object.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }])
  })

  it('loses the fields of features that are off', () => {
    const { object } = pod({ containers: [one({ lifecycle: { stopSignal: 'SIGINT' } })], schedulingGroup: { podGroupName: 'g' } })
    expect(object.spec.containers[0].lifecycle).toBeUndefined()
    expect(object.spec.schedulingGroup).toBeUndefined()
  })

  it.each<[string, object, string[]]>([
    ['no container', {}, ['spec.containers: Required value']],
    ['a bad name', { containers: [one({ name: 'A_b' })] }, [`spec.containers[0].name: Invalid value: "A_b": ${label}`]],
    ['a name twice', { containers: [one(), one()] }, ['spec.containers[1].name: Duplicate value: "c"']],
    ['an unknown policy', { restartPolicy: 'Maybe', containers: [one()] },
      ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"']],
    ['a mount without a volume', { containers: [one({ volumeMounts: [{ name: 'w', mountPath: '/x' }] })] },
      ['spec.containers[0].volumeMounts[0].name: Not found: "w"']],
    ['two sources of a volume', { volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/a' } }], containers: [one()] },
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type']],
    ['more asked for than allowed', { containers: [one({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } })] },
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1']],
    ['a probe without a handler', { containers: [one({ livenessProbe: {} })] },
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type']],
    ['a toleration of nothing', { tolerations: [{ operator: 'Equal' }], containers: [one()] },
      ['spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, '
        + 'which means "match all values and all keys"']],
    ['a security context at odds with itself',
      { containers: [one({ securityContext: { privileged: true, allowPrivilegeEscalation: false } })] },
      ['spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,'
        + '"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,'
        + '"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true']],
    ['labels named as what every object inherits',
      { nodeSelector: { constructor: 'x', toString: 'y' }, containers: [one()] }, []],
  ])('with %s is told what is wrong', (_, spec, errors) => {
    expect(pod(spec).errors).toEqual(errors)
  })

  it.each<[string, object, string]>([
    ['ports twice', { containers: [one({ ports: [{ containerPort: 1 }, { containerPort: 1 }] })] },
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]'],
    ['fractions of bytes', { containers: [one({ resources: { requests: { memory: '100m' } } })] },
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer'],
    ['an old label', { nodeSelector: { 'beta.kubernetes.io/os': 'linux' }, containers: [one()] },
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
  ])('with %s is warned of', (_, spec, warning) => {
    expect(pod(spec).warnings).toEqual([warning])
  })

  it('with an AppArmor annotation gets the field, and a warning', () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/c'
    const { object, warnings } = pod({ containers: [one()] }, { annotations: { [key]: 'runtime/default' } })
    expect(object.spec.containers[0].securityContext?.appArmorProfile).toEqual({ type: 'RuntimeDefault' })
    expect(warnings).toEqual([`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`])
  })
})

describe('a pod that is there', () => {
  const { object: old } = pod({ activeDeadlineSeconds: 100, containers: [one()],
    tolerations: [{ key: 'a', operator: 'Exists' }] })

  it('takes a new image, another toleration and a shorter deadline', () => {
    const { errors } = update(pods, old, draft => {
      draft.spec.containers[0].image = 'nginx:2'
      draft.spec.activeDeadlineSeconds = 50
      draft.spec.tolerations!.push({ key: 'b', operator: 'Exists' })
    })
    expect(errors).toEqual([])
  })

  it.each<[string, (draft: typeof old) => void, string]>([
    ['a longer deadline', draft => { draft.spec.activeDeadlineSeconds = 200 },
      'spec.activeDeadlineSeconds: Invalid value: 200: must be less than or equal to previous value'],
    ['no deadline', draft => { delete draft.spec.activeDeadlineSeconds },
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value'],
    ['one toleration less', draft => { draft.spec.tolerations = [] },
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
    ['one container more', draft => { draft.spec.containers.push({ ...draft.spec.containers[0], name: 'd' }) },
      'spec.containers: Forbidden: pod updates may not add or remove containers'],
  ])('refuses %s', (_, change, error) => {
    expect(update(pods, old, change).errors).toEqual([error])
  })

  it('shows what may not change as a diff of Go’s names', () => {
    const { errors: [error] } = update(pods, old, draft => { draft.spec.restartPolicy = 'Never' })
    expect(error).toBe('spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,'
      + '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to '
      + 'be set to 1 if it was previously negative)\n@@ -35,7 +35,7 @@\n   }\n  ],\n  "EphemeralContainers": null,\n- "RestartPolicy": "Always",\n'
      + '+ "RestartPolicy": "Never",\n  "TerminationGracePeriodSeconds": 30,\n  "ActiveDeadlineSeconds": 100,\n  "DNSPolicy": "ClusterFirst",\n')
  })

  it('keeps its quality of service and observed generations when a status is written', () => {
    const running = structuredClone(old)
    running.status = { ...running.status, observedGeneration: 3,
      conditions: [{ type: 'Ready', status: 'True', observedGeneration: 2 }] }
    const { object, errors } = update(pods, running,
      draft => { draft.status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } }, 'status')
    expect(errors).toEqual([])
    expect(object.status).toMatchObject({ qosClass: 'BestEffort', observedGeneration: 3,
      conditions: [{ status: 'False', observedGeneration: 2 }] })
  })

  it.each([
    [{ nodeName: 'n' }, undefined, undefined, 30], [{ nodeName: 'n' }, undefined, 5, 5], [{ nodeName: 'n' }, undefined, -1, 1],
    [{}, undefined, undefined, 0], [{ nodeName: 'n' }, 'Succeeded' as const, undefined, 0],
  ])('with %j in phase %s and a period of %s asked for has %s seconds left', (place, phase, asked, seconds) => {
    expect(pods.gracePeriodSeconds!({ ...old, spec: { ...old.spec, ...place }, status: { phase } }, asked)).toBe(seconds)
  })
})
