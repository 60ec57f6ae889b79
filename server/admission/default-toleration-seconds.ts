import type { Pod } from '../../api/schema/generated/types.ts'
import type { AdmissionPlugin } from './admission.ts'
import { isAbout } from './refuse.ts'

const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** Pods stay five minutes on a node that is lost, unless they say otherwise (DefaultTolerationSeconds, 1.36). */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(request) {
    if (!isAbout(request, '', 'pods')) return
    const { spec } = request.object as Pod
    if (!spec) return
    const given = spec.tolerations ?? []
    const missing = keys.filter(key =>
      !given.some(({ key: own, effect }) => (!own || own === key) && (!effect || effect === 'NoExecute')))
    if (missing.length === 0) return
    spec.tolerations = [...given,
      ...missing.map(key => ({ key, operator: 'Exists' as const, effect: 'NoExecute' as const, tolerationSeconds: 300 }))]
  },
}
