import { forbidden, notSupported, required, tooLong, type FieldError } from '../../field-error.ts'
import { defineKind } from '../../kind.ts'
import type { IngressClass, IngressClassParametersReference } from '../../schema/generated/types.ts'
import { ageColumn, nameColumn, textColumn } from '../columns.ts'
import { validateDomainPrefixedPath } from '../validation/labels.ts'
import { byteLength, isDns1123Label } from '../validation/names.ts'
import { complain, validateImmutable } from '../validation/values.ts'
import { validateTypedReference } from './ingresses-validate.ts'

export const ingressClasses = defineKind<IngressClass>({
  group: 'networking.k8s.io', version: 'v1', kind: 'IngressClass',
  plural: 'ingressclasses', singular: 'ingressclass', namespaced: false,
  schema: 'networking.v1.IngressClass',
  hasGeneration: true,
  notSimulated: 'no ingress controller runs: no traffic is routed',
  defaults({ spec }) {
    if (spec?.parameters) spec.parameters.scope ??= 'Cluster'
  },
  validate: (next, old) => [
    ...old ? validateImmutable(next.spec?.controller ?? '', old.spec?.controller ?? '', 'spec.controller') : [],
    ...validate(next),
  ],
  columns: [
    { ...nameColumn, value: ({ metadata }) => (metadata.name ?? '')
      + (metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true' ? ' (default)' : '') },
    textColumn('Controller', ({ spec }) => spec?.controller ?? ''),
    textColumn('Parameters', ({ spec }) => formatParameters(spec?.parameters)),
    ageColumn,
  ],
})

function formatParameters(parameters: Readonly<IngressClassParametersReference> | undefined): string {
  if (!parameters) return '<none>'
  const { kind, apiGroup, name } = parameters
  return `${apiGroup === undefined ? kind : `${kind}.${apiGroup}`}/${name}`
}

/** networking/validation ValidateIngressClass, 1.36. */
function validate({ spec }: Readonly<IngressClass>): FieldError[] {
  const controller = spec?.controller ?? ''
  return [
    ...byteLength(controller) > 250 ? [tooLong('spec.controller', 250)] : [],
    ...validateDomainPrefixedPath(controller, 'spec.controller'),
    ...spec?.parameters ? validateParameters(spec.parameters, 'spec.parameters') : [],
  ]
}

function validateParameters(parameters: Readonly<IngressClassParametersReference>, path: string): FieldError[] {
  const errors = validateTypedReference(parameters, path), { scope, namespace } = parameters
  if (scope === undefined) return [...errors, required(`${path}.scope`)]
  if (scope === 'Namespace') {
    if (namespace === undefined) errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"))
    else errors.push(...complain(`${path}.namespace`, namespace, isDns1123Label(namespace)))
  } else if (scope !== 'Cluster') {
    errors.push(notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace']))
  } else if (namespace !== undefined) {
    errors.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"))
  }
  return errors
}
