import { ingressClasses } from '../../api/kinds/networking/ingressclasses.ts'
import type { Ingress, IngressClass } from '../../api/schema/generated/types.ts'
import type { AdmissionPlugin } from './admission.ts'
import { isAbout } from './refuse.ts'

/** An ingress that names no class gets the default one, the newest if there are several (DefaultIngressClass, 1.36). */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  mutate(request, world) {
    if (request.operation !== 'CREATE' || !isAbout(request, 'networking.k8s.io', 'ingresses')) return
    const { metadata, spec } = request.object as Ingress
    if (!spec || spec.ingressClassName !== undefined || metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) {
      return
    }
    const [newest] = world.list<IngressClass>(ingressClasses)
      .filter(({ metadata: { annotations } }) => annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true')
      .sort(({ metadata: a }, { metadata: b }) =>
        Date.parse(b.creationTimestamp) - Date.parse(a.creationTimestamp) || (a.name < b.name ? -1 : 1))
    if (newest) spec.ingressClassName = newest.metadata.name
  },
}
