import { isSafeProfile, procMount, seccomp } from './baseline.ts'
import {
  type Check, type CheckedPod, type Finding, inUserNamespace, named, onWindows, plural, quote, setters, sorted,
} from './check.ts'

const allowedVolumes = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim',
  'projected', 'secret'])

const profile = 'securityContext.seccompProfile.type'
const escalation = 'securityContext.allowPrivilegeEscalation=false'

/** What hardening wants, beyond baseline. */
export const restrictedChecks: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation', since: 8, find(pod) {
      const bad = onWindows(pod) ? []
        : pod.containers.filter(container => container.securityContext?.allowPrivilegeEscalation !== false)
      return bad.length === 0 ? undefined
        : { reason: 'allowPrivilegeEscalation != false', detail: `${named(bad)} must set ${escalation}` }
    },
  },
  {
    id: 'capabilities_restricted', since: 22, replaces: 'capabilities_baseline',
    find: pod => (onWindows(pod) ? undefined : capabilities(pod)),
  },
  { id: 'procMount_restricted', since: 35, replaces: 'procMount', find: procMount },
  {
    id: 'restrictedVolumes', since: 0, replaces: 'hostPathVolumes', find({ spec }) {
      const typeOf = (volume: object) => Object.keys(volume).find(key => key !== 'name') ?? 'unknown'
      const bad = (spec.volumes ?? []).filter(volume => !allowedVolumes.has(typeOf(volume))), types = sorted(bad.map(typeOf))
      return bad.length === 0 ? undefined : {
        reason: 'restricted volume types',
        detail: `${plural(bad.length, 'volume')} ${quote(bad.map(({ name }) => name))} ${plural(bad.length, 'uses', 'use')} ` +
          `${plural(types.length, 'restricted volume type')} ${quote(types)}`,
      }
    },
  },
  { id: 'runAsNonRoot', since: 0, find: pod => (inUserNamespace(pod) ? undefined : nonRoot(pod)) },
  {
    id: 'runAsUser', since: 23, find(pod) {
      const byPod = pod.spec.securityContext?.runAsUser === 0
      const bad = pod.containers.filter(container => container.securityContext?.runAsUser === 0)
      return inUserNamespace(pod) || (!byPod && bad.length === 0) ? undefined
        : { reason: 'runAsUser=0', detail: `${setters(byPod, bad)} must not set runAsUser=0` }
    },
  },
  {
    id: 'seccompProfile_restricted', since: 19, replaces: 'seccompProfile_baseline',
    find: pod => (onWindows(pod) ? undefined : seccomp(pod) ?? unsaidSeccomp(pod)),
  },
]

function capabilities({ containers }: CheckedPod): Finding | undefined {
  const added = (container: typeof containers[number]) =>
    (container.securityContext?.capabilities?.add ?? []).filter(capability => capability !== 'NET_BIND_SERVICE')
  const keeping = containers.filter(container => !container.securityContext?.capabilities?.drop?.includes('ALL'))
  const adding = containers.filter(container => added(container).length > 0)
  const forbidden = quote(sorted(adding.flatMap(added)))
  const details = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0 ? [`${named(adding)} must not include ${forbidden} in securityContext.capabilities.add`] : []),
  ]
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

function nonRoot({ spec, containers }: CheckedPod): Finding | undefined {
  const reason = 'runAsNonRoot != true', ofPod = spec.securityContext?.runAsNonRoot
  const denying = containers.filter(container => container.securityContext?.runAsNonRoot === false)
  if (ofPod === false || denying.length > 0) {
    return { reason, detail: `${setters(ofPod === false, denying)} must not set securityContext.runAsNonRoot=false` }
  }
  const silent = ofPod ? [] : containers.filter(container => container.securityContext?.runAsNonRoot === undefined)
  return silent.length === 0 ? undefined
    : { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` }
}

function unsaidSeccomp({ spec, containers }: CheckedPod): Finding | undefined {
  if (isSafeProfile(spec.securityContext?.seccompProfile?.type)) return undefined
  const silent = containers.filter(container => container.securityContext?.seccompProfile === undefined)
  return silent.length === 0 ? undefined
    : { reason: 'seccompProfile', detail: `pod or ${named(silent)} must set ${profile} to "RuntimeDefault" or "Localhost"` }
}
