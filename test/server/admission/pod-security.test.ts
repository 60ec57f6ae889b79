import { describe, expect, test } from 'vitest'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { pods } from '../../../api/kinds/core/pods.ts'
import type { PodSpec } from '../../../api/schema/generated/types.ts'
import { evaluate, printFindings } from '../../../server/admission/pod-security/evaluate.ts'
import { podSecurity } from '../../../server/admission/pod-security/pod-security.ts'
import { policyOf } from '../../../server/admission/pod-security/policy.ts'
import { admit, createWorld, refusal } from './world.ts'

const plain: PodSpec = { containers: [{ name: 'c' }] }
const good = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [{ name: 'c', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
} as unknown as PodSpec
const findings = (level: 'baseline' | 'restricted', spec: object, version: 'latest' | number = 'latest', metadata: object = {}) =>
  printFindings(evaluate({ level, version }, metadata, spec as PodSpec))

describe('the checks', () => {
  test('a plain pod is fine for baseline, a good one for restricted', () => {
    expect(findings('baseline', plain)).toBe('')
    expect(findings('restricted', good)).toBe('')
  })

  test('what restricted wants of a plain pod', () => {
    expect(findings('restricted', plain))
      .toBe('allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")')
  })

  test('what baseline finds, in upstream\'s order', () => {
    expect(findings('baseline', {
      hostNetwork: true, volumes: [{ name: 'h', hostPath: { path: '/etc' } }],
      containers: [{ name: 'c', securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN', 'NET_RAW'] } },
        ports: [{ containerPort: 80, hostPort: 80 }] }],
    })).toBe('non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add), ' +
      'host namespaces (hostNetwork=true), hostPath volumes (volume "h"), hostPort (container "c" uses hostPort 80), ' +
      'privileged (container "c" must not set securityContext.privileged=true)')
  })

  test.each<['baseline' | 'restricted', object, string]>([
    ['baseline', { ...plain, securityContext: { sysctls: [{ name: 'kernel.msgmax' }] } }, 'forbidden sysctls (kernel.msgmax)'],
    ['baseline', { ...plain, securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } } },
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)'],
    ['baseline', { containers: [{ name: 'a', securityContext: { seccompProfile: { type: 'Unconfined' } } }] },
      'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")'],
    ['baseline', { containers: [{ name: 'a', livenessProbe: { httpGet: { host: 'h', port: 1 } } }] },
      'probe or lifecycle host (container "a" uses probe or lifecycle host "h")'],
    ['baseline', { containers: [{ name: 'a', securityContext: { procMount: 'Unmasked' } }] },
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")'],
    ['restricted', { ...good, volumes: [{ name: 'v', nfs: {} }, { name: 'w', hostPath: {} }, { name: 'x', emptyDir: {} }] },
      'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")'],
    ['restricted', { ...good, securityContext: { ...good.securityContext, runAsUser: 0, runAsNonRoot: false } },
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0)'],
  ])('%s: %j', (level, spec, found) => {
    expect(findings(level, spec)).toBe(found)
  })

  test('older versions ask for less', () => {
    expect(findings('restricted', { ...good, securityContext: { ...good.securityContext, runAsUser: 0 } }, 22)).toBe('')
    expect(findings('baseline', { ...plain, securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } }, 31))
      .toBe('forbidden sysctls (net.ipv4.tcp_rmem)')
  })
})

describe('the labels', () => {
  test('who enforces is warned as well, unless he says otherwise', () => {
    const free = { level: 'privileged', version: 'latest' }
    const enforce = 'pod-security.kubernetes.io/enforce', warn = 'pod-security.kubernetes.io/warn'
    expect(policyOf({ [enforce]: 'baseline' }).policy.warn.level).toBe('baseline')
    expect(policyOf({ [enforce]: 'baseline', [warn]: 'privileged' }).policy.warn.level).toBe('privileged')
    expect(policyOf(undefined).policy)
      .toEqual({ enforce: free, audit: free, warn: free })
  })
})

describe('the plug-in', () => {
  const labels = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]))
  const namespace = (values: Record<string, string>) =>
    ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels: labels(values) } })

  test('refuses what is enforced and warns of what is wished', async () => {
    const { world } = createWorld([namespaces, namespace({ enforce: 'baseline', warn: 'restricted' })])
    const warnings: string[] = [], warn = (text: string) => { warnings.push(text) }
    expect(await refusal(admit([podSecurity], world, pods, { metadata: { name: 'bad' }, spec: { ...plain, hostPID: true } })))
      .toBe('pods "bad" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)')
    expect(await refusal(admit([podSecurity], world, pods, { metadata: { name: 'plain' }, spec: plain }, { warn })))
      .toBe('admitted')
    expect(warnings).toEqual([expect.stringMatching(/^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation/)])
    expect(await refusal(admit([podSecurity], world, pods, { metadata: { name: 'old' }, spec: { ...plain, hostPID: true } },
      { operation: 'UPDATE', old: { spec: { ...plain, hostPID: true } } as never }))).toBe('admitted')
  })

  test('warns of pods that are there already when a namespace gets stricter', async () => {
    const { world } = createWorld([namespaces, namespace({})], [pods, { metadata: { name: 'b', namespace: 'n' }, spec: plain }],
      [pods, { metadata: { name: 'a', namespace: 'n' }, spec: plain }],
        [pods, { metadata: { name: 'good', namespace: 'n' }, spec: good }])
    const warnings: string[] = []
    await admit([podSecurity], world, namespaces, namespace({ enforce: 'restricted' }),
      { operation: 'UPDATE', old: namespace({}) as never, warn: text => { warnings.push(text) } })
    expect(warnings).toEqual([
      'existing pods in namespace "n" violate the new PodSecurity enforce level "restricted:latest"',
      'a (and 1 other pod): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile',
    ])
  })

  test('refuses labels that make no sense', async () => {
    const { world } = createWorld([namespaces, namespace({})])
    const relabel = (values: Record<string, string>) =>
      refusal(admit([podSecurity], world, namespaces, namespace(values), { operation: 'UPDATE', old: namespace({}) as never }))
    expect(await relabel({ enforce: 'strict' }))
      .toBe('Namespace "n" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: ' +
      'Invalid value: "strict": must be one of privileged, baseline, restricted')
    expect(await relabel({ 'enforce-version': 'v1.999x' })).toContain('Invalid value: "v1.999x": must be "latest" or "v1.x"')
  })
})
