import { describe, expect, it } from 'vitest'
import { descriptionOf } from '../../../api/schema/descriptions.ts'
import type { Kind } from '../../../api/kind.ts'
import { openApiV2 } from '../../../server/discovery/openapi-v2.ts'
import { openApiV2AsProtobuf } from '../../../server/discovery/openapi-v2-protobuf.ts'
import { openApiDocument, openApiIndex } from '../../../server/discovery/openapi-v3.ts'
import { createRegistry } from '../../../server/resources/registry.ts'

const kind = (group: string, version: string, name: string, plural: string, schema: string, more: Partial<Kind> = {}): Kind =>
  ({ group, version, kind: name, plural, singular: name.toLowerCase(), namespaced: true, schema, ...more })
const pods = kind('', 'v1', 'Pod', 'pods', 'core.v1.Pod', { subresources: { status: true } })
const deployments = kind('apps', 'v1', 'Deployment', 'deployments', 'apps.v1.Deployment', {
  subresources: { status: true, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
})
const registry = createRegistry([pods, deployments])
const document = (name: string) => JSON.parse(openApiDocument(registry, name)!.bytes.toString())

describe('OpenAPI v3', () => {
  it('has an index whose addresses carry the hash of each document', () => {
    const { paths } = JSON.parse(openApiIndex(registry).bytes.toString())
    expect(Object.keys(paths)).toEqual([
      '.well-known/openid-configuration', 'api', 'api/v1', 'apis', 'apis/apps', 'apis/apps/v1', 'openid/v1/jwks', 'version',
    ])
    const { hash } = openApiDocument(registry, 'apis/apps/v1')!
    expect(paths['apis/apps/v1'].serverRelativeURL).toBe(`/openapi/v3/apis/apps/v1?hash=${hash}`)
    expect(openApiDocument(registry, 'apis/nope/v1')).toBeUndefined()
  })

  it('describes what kubectl apply looks for', () => {
    const { patch } = document('apis/apps/v1').paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
    expect(patch.parameters.map((one: { name: string }) => one.name))
      .toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    expect(patch.operationId).toBe('patchAppsV1NamespacedDeployment')
  })

  it('says of each parameter what it is for', () => {
    const { parameters, get } = document('api/v1').paths['/api/v1/namespaces/{namespace}/pods']
    expect(parameters.map((one: { name: string }) => one.name)).toEqual(['namespace', 'pretty'])
    const limit = get.parameters.find((one: { name: string }) => one.name === 'limit')
    expect(limit).toMatchObject({ in: 'query', schema: { type: 'integer', uniqueItems: true } })
    expect(limit.description).toMatch(/^limit is a maximum number of responses .*\n\nThe server guarantees/)
  })

  it('describes the scale of another group', () => {
    const { get } = document('apis/apps/v1').paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale']
    expect(get['x-kubernetes-group-version-kind']).toEqual({ group: 'autoscaling', version: 'v1', kind: 'Scale' })
    expect(document('apis/apps/v1').components.schemas['io.k8s.api.autoscaling.v1.Scale']).toBeDefined()
  })

  it('refers only to schemas that it has', () => {
    for (const name of ['api/v1', 'apis/apps/v1', 'api', 'apis', 'apis/apps']) {
      const text = openApiDocument(registry, name)!.bytes.toString()
      const { schemas } = JSON.parse(text).components
      for (const [, ref] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(schemas).toHaveProperty([ref])
    }
  })

  it('carries the extensions that patches and apply need', () => {
    const { schemas } = document('api/v1').components
    expect(schemas['io.k8s.api.core.v1.Container'].properties.ports).toMatchObject({
      'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': 'containerPort',
    })
    expect(schemas['io.k8s.api.core.v1.Pod']['x-kubernetes-group-version-kind'])
      .toEqual([{ group: '', kind: 'Pod', version: 'v1' }])
    expect(schemas['io.k8s.api.core.v1.LocalObjectReference']['x-kubernetes-map-type']).toBe('atomic')
    expect(schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString'].oneOf).toEqual([{ type: 'integer' }, { type: 'string' }])
  })

  it('is built once, and anew when the kinds change', () => {
    const grown = createRegistry([pods])
    const before = openApiDocument(grown, 'api/v1')
    expect(openApiDocument(grown, 'api/v1')).toBe(before)
    const index = openApiIndex(grown).hash
    grown.add(deployments)
    expect(openApiIndex(grown).hash).not.toBe(index)
    expect(openApiDocument(grown, 'apis/apps/v1')).toBeDefined()
  })
})

it('OpenAPI v2 holds everything in one document', () => {
  const { swagger, definitions, paths } = JSON.parse(openApiV2(registry).bytes.toString())
  expect(swagger).toBe('2.0')
  expect(definitions['io.k8s.api.apps.v1.Deployment'].properties.spec)
    .toMatchObject({ $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' })
  expect(paths['/api/v1/namespaces/{namespace}/pods/{name}'].get.operationId).toBe('readCoreV1NamespacedPod')
})

it('OpenAPI v2 writes a parameter once, under the name that kube-openapi gives it', () => {
  const { parameters, paths } = JSON.parse(openApiV2(registry).bytes.toString())
  const { get, parameters: ofPath } = paths['/api/v1/namespaces/{namespace}/pods']
  expect(ofPath).toEqual([{ $ref: '#/parameters/namespace-vgWSWtn3' }, { $ref: '#/parameters/pretty-tJGM1-ng' }])
  expect(get.parameters).toContainEqual({ $ref: '#/parameters/limit-1NfNmdNH' })
  expect(parameters['namespace-vgWSWtn3']).toMatchObject({ name: 'namespace', in: 'path', required: true })
})

it('OpenAPI v2 as protobuf names its version first, then every definition', () => {
  const { bytes } = openApiV2AsProtobuf(registry)
  expect(bytes.subarray(0, 5)).toEqual(Buffer.from([0x0a, 0x03, 0x32, 0x2e, 0x30]))
  expect(bytes.includes('io.k8s.api.core.v1.PodSpec')).toBe(true)
  expect(openApiV2AsProtobuf(registry).bytes).toBe(bytes)
})

it('descriptions tell what types and fields are for', () => {
  expect(descriptionOf('core.v1.ConfigMap', 'data')).toMatch(/^Data contains the configuration data\./)
  expect(descriptionOf('core.v1.ConfigMap')).toBe('ConfigMap holds configuration data for pods to consume.')
  expect(descriptionOf('core.v1.ConfigMap', 'constructor')).toBeUndefined()
  expect(descriptionOf('core.v1.ConfigMap', 'kind')).toMatch(/^Kind is a string value/)
  expect(descriptionOf('core.v1.ObjectReference', 'kind')).toMatch(/^Kind of the referent\./)
  expect(descriptionOf('core.v1.Container', 'imagePullPolicy')).toContain('\n\nPossible enum values:\n - `"Always"` means that')
  expect(descriptionOf('core.v1.PodSpec', 'affinity')).toBe("If specified, the pod's scheduling constraints")
})
