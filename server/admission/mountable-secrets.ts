import type { Container, PodSpec, ServiceAccount } from '../../api/schema/generated/types.ts'

const annotation = 'kubernetes.io/enforce-mountable-secrets'
const truths = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])

/** What a service account with the annotation lets its pods not mount; undefined when all is well (ServiceAccount, 1.36). */
export function limitSecretReferences(account: Readonly<ServiceAccount>, spec: Readonly<PodSpec>): string | undefined {
  if (!truths.has(account.metadata.annotations?.[annotation] ?? '')) return undefined
  const mountable = new Set(account.secrets?.map(secret => secret.name))
  const because = `is not allowed because service account ${account.metadata.name} does not reference that secret`
  for (const volume of spec.volumes ?? []) {
    if (volume.secret && !mountable.has(volume.secret.secretName)) {
      return `volume with secret.secretName="${volume.secret.secretName}" ${because}`
    }
  }
  const inContainers = (containers: readonly Container[] | undefined, what: string) => {
    for (const container of containers ?? []) {
      for (const { name, valueFrom } of container.env ?? []) {
        const secret = valueFrom?.secretKeyRef?.name
        if (secret !== undefined && !mountable.has(secret)) {
          return `${what} ${container.name} with envVar ${name} referencing secret.secretName="${secret}" ${because}`
        }
      }
      for (const { secretRef } of container.envFrom ?? []) {
        if (secretRef && !mountable.has(secretRef.name)) {
          return `${what} ${container.name} with envFrom referencing secret.secretName="${secretRef.name}" ${because}`
        }
      }
    }
    return undefined
  }
  const inEnvironment = inContainers(spec.initContainers, 'init container') ?? inContainers(spec.containers, 'container')
  if (inEnvironment) return inEnvironment
  const pullable = new Set(account.imagePullSecrets?.map(secret => secret.name))
  const refused = spec.imagePullSecrets?.findIndex(secret => !pullable.has(secret.name)) ?? -1
  return refused < 0 ? undefined
    : `imagePullSecrets[${refused}].name="${spec.imagePullSecrets![refused].name}" is not allowed because ` +
    `service account ${account.metadata.name} does not reference that imagePullSecret`
}
