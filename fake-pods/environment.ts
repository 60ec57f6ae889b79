import type { Container, EnvVarSource, Pod } from '../api/schema/generated/types.ts'
import type { ClusterObjects } from './cluster-objects.ts'
import { ConfigError } from './config-error.ts'
import { fieldValue, resourceValue, type PodFacts } from './downward-api.ts'
import { expand } from './expand.ts'
import { serviceVariables } from './service-variables.ts'

/**
 * A container's variables (kubelet's makeEnvironmentVariables, 1.36): envFrom first, then env in order with `$(NAME)`
 * expanded, then those of services. Throws a ConfigError for what must be there and is not.
 */
export function environment(
  pod: Readonly<Pod>, container: Container, facts: PodFacts, objects: ClusterObjects,
): Record<string, string> {
  const namespace = pod.metadata.namespace!
  const fromServices = serviceVariables(namespace, pod.spec?.enableServiceLinks ?? true, objects)
  const own = new Map<string, string>()
  for (const { configMapRef, secretRef, prefix = '' } of container.envFrom ?? []) {
    const data = configMapRef ? configMapData(objects, namespace, configMapRef.name!, configMapRef.optional)
      : secretRef ? secretData(objects, namespace, secretRef.name!, secretRef.optional) : undefined
    for (const [key, value] of Object.entries(data ?? {})) own.set(prefix + key, value)
  }
  const lookUp = (name: string) => own.get(name) ?? fromServices.get(name)
  for (const { name, value, valueFrom } of container.env ?? []) {
    const resolved = value ? expand(value, lookUp) : valueFrom ? valueOf(valueFrom, pod, container, facts, objects) : ''
    if (resolved !== undefined) own.set(name, resolved)
  }
  return Object.assign(Object.create(null), Object.fromEntries(fromServices), Object.fromEntries(own))
}

function valueOf(
  from: EnvVarSource, pod: Readonly<Pod>, container: Container, facts: PodFacts, objects: ClusterObjects,
): string | undefined {
  const namespace = pod.metadata.namespace!
  if (from.fieldRef) return fieldValue(pod, from.fieldRef.fieldPath, facts)
  if (from.resourceFieldRef) return resourceValue(pod, container, from.resourceFieldRef, facts)
  if (from.configMapKeyRef) {
    const { name, key, optional } = from.configMapKeyRef
    const data = configMapData(objects, namespace, name!, optional)
    return pick(data, key, optional, `couldn't find key ${key} in ConfigMap ${namespace}/${name}`)
  }
  if (from.secretKeyRef) {
    const { name, key, optional } = from.secretKeyRef
    const data = secretData(objects, namespace, name!, optional)
    return pick(data, key, optional, `couldn't find key ${key} in Secret ${namespace}/${name}`)
  }
  if (from.fileKeyRef) throw new ConfigError('fileKeyRef is not simulated: use a ConfigMap or Secret key')
  return ''
}

function pick(data: Data | undefined, key: string, optional: boolean | undefined, complaint: string): string | undefined {
  if (data && Object.hasOwn(data, key)) return data[key]
  if (data === undefined || optional) return undefined
  throw new ConfigError(complaint)
}

type Data = Readonly<Record<string, string>>

/** The data of a ConfigMap; undefined when it is missing and may be. */
function configMapData(objects: ClusterObjects, namespace: string, name: string, optional?: boolean): Data | undefined {
  const found = objects.configMap(namespace, name)
  if (!found && !optional) throw new ConfigError(`configmap "${name}" not found`)
  return found && (found.data ?? {})
}

function secretData(objects: ClusterObjects, namespace: string, name: string, optional?: boolean): Data | undefined {
  const found = objects.secret(namespace, name)
  if (!found && !optional) throw new ConfigError(`secret "${name}" not found`)
  if (!found) return undefined
  const decoded = Object.entries(found.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()])
  return Object.fromEntries(decoded)
}
