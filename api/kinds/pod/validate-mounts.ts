import { forbidden, invalid, notFound, notSupported, required, type FieldError } from '../../field-error.ts'
import type { Container, Volume, VolumeMount } from '../../schema/generated/types.ts'
import { validateLocalDescendingPath, validateNoBacksteps } from './paths.ts'

/** Where containers see volumes (core/validation, 1.36). */

type Volumes = ReadonlyMap<string, Readonly<Volume>>

export function validateVolumeMounts(container: Readonly<Container>, volumes: Volumes, path: string): FieldError[] {
  const mountPaths = new Set<string>()
  const devices = new Map((container.volumeDevices ?? []).map(device => [device.name ?? '', device.devicePath ?? '']))
  const devicePaths = new Set(devices.values())
  return (container.volumeMounts ?? []).flatMap((mount, i) => {
    const at = `${path}[${i}]`, errors: FieldError[] = [], { name = '', mountPath = '', subPath, subPathExpr } = mount
    if (name === '') errors.push(required(`${at}.name`))
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name))
    if (mountPath === '') errors.push(required(`${at}.mountPath`))
    if (mountPaths.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'))
    mountPaths.add(mountPath)
    if (devices.has(name)) errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'))
    if (devicePaths.has(mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'))
    }
    // The rest is reported for the list, without the index.
    if (subPath) errors.push(...validateLocalDescendingPath(subPath, `${path}.subPath`))
    if (subPathExpr) {
      if (subPath) errors.push(invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
      errors.push(...validateLocalDescendingPath(subPathExpr, `${path}.subPathExpr`))
    }
    return [...errors, ...validatePropagation(mount, container, `${path}.mountPropagation`),
      ...validateRecursiveReadOnly(mount, `${path}.recursiveReadOnly`)]
  })
}

const propagations = ['Bidirectional', 'HostToContainer', 'None']

function validatePropagation(
  { mountPropagation }: Readonly<VolumeMount>, container: Readonly<Container>, path: string,
): FieldError[] {
  if (mountPropagation === undefined) return []
  return [
    ...(propagations.includes(mountPropagation) ? [] : [notSupported(path, mountPropagation, propagations)]),
    ...(mountPropagation === 'Bidirectional' && !container.securityContext?.privileged
      ? [forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')] : []),
  ]
}

function validateRecursiveReadOnly(mount: Readonly<VolumeMount>, path: string): FieldError[] {
  switch (mount.recursiveReadOnly) {
    case undefined: case 'Disabled':
      return []
    case 'Enabled': case 'IfPossible':
      return [
        ...(mount.readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
        ...(mount.mountPropagation !== undefined && mount.mountPropagation !== 'None'
          ? [forbidden(path, 'may only be specified when mountPropagation is None or not specified')] : []),
      ]
    default:
      return [notSupported(path, mount.recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible'])]
  }
}

export function validateVolumeDevices(container: Readonly<Container>, volumes: Volumes, path: string): FieldError[] {
  const paths = new Set<string>(), names = new Set<string>()
  const mounts = new Map((container.volumeMounts ?? []).map(mount => [mount.name ?? '', mount.mountPath ?? ''])),
    mountPaths = new Set(mounts.values())
  return (container.volumeDevices ?? []).flatMap(({ name = '', devicePath = '' }, i) => {
    const at = `${path}[${i}]`, errors: FieldError[] = [], volume = volumes.get(name)
    if (name === '') errors.push(required(`${at}.name`))
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'))
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.push(invalid(`${at}.name`, name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'))
    }
    if (!volume) errors.push(notFound(`${at}.name`, name))
    if (devicePath === '') errors.push(required(`${at}.devicePath`))
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'))
    if (validateNoBacksteps(devicePath, at).length === 0) paths.add(devicePath)
    else errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    if (mounts.has(name)) errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeMounts'))
    if (mountPaths.has(devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'))
    }
    if (name !== '') names.add(name)
    return errors
  })
}
