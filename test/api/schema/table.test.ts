import { describe, expect, it } from 'vitest'
import { applySchemaDefaults } from '../../../api/schema/defaults.ts'
import { definitionNames, schemaByKind, schemaOf } from '../../../api/schema/table.ts'

describe('the table of fields', () => {
  it('has every definition readable, with all that fields refer to', () => {
    const names = definitionNames()
    expect(names.length).toBeGreaterThan(570)
    for (const name of names) {
      for (const field of schemaOf(name).fields.values()) {
        let schema = field.schema
        while (schema.type === 'list' || schema.type === 'map') schema = schema.type === 'list' ? schema.item : schema.value
        if (schema.type === 'struct') expect(names, `${name}.${field.name}`).toContain(schema.name)
        if (schema.type === 'any') expect(schema.name, `${name}.${field.name}`).toBeDefined()
      }
    }
  })

  it('stands in upstream’s order of declaration', () => {
    expect([...schemaOf('core.v1.Pod').fields.keys()]).toEqual(['kind', 'apiVersion', 'metadata', 'spec', 'status'])
    expect([...schemaOf('core.v1.Probe').fields.keys()].slice(0, 5))
      .toEqual(['exec', 'httpGet', 'tcpSocket', 'grpc', 'initialDelaySeconds'])
  })

  it('finds a kind by its group and version, and options in every group', () => {
    expect(schemaByKind('apps', 'v1', 'Deployment')?.name).toBe('apps.v1.Deployment')
    expect(schemaByKind('', 'v1', 'Pod')?.name).toBe('core.v1.Pod')
    expect(schemaByKind('apps', 'v1', 'DeleteOptions')?.name).toBe('meta.v1.DeleteOptions')
    expect(schemaByKind('apps', 'v9', 'Deployment')).toBeUndefined()
  })

  it('tells merge keys, list types and protobuf numbers', () => {
    const ports = schemaOf('core.v1.Container').fields.get('ports')!
    expect(ports).toMatchObject({
      patchStrategy: ['merge'], patchMergeKey: 'containerPort', number: 6,
      schema: { listType: 'map', keys: ['containerPort', 'protocol'] },
    })
    expect(schemaOf('core.v1.Probe').fields.get('httpGet'))
      .toMatchObject({ number: 2, embedded: [{ name: 'ProbeHandler', number: 1 }] })
    expect(schemaOf('meta.v1.LabelSelector').atomic).toBe(true)
    expect(schemaOf('core.v1.PersistentVolumeSpec').fields.get('claimRef')!.schema)
      .toMatchObject({ type: 'struct', atomic: false })
  })
})

describe('applySchemaDefaults', () => {
  it('fills in what the schema states and nothing else', () => {
    const service = { spec: { ports: [{ port: 80 }, { port: 81, protocol: 'UDP' }, { port: 82, protocol: '' }] } }
    applySchemaDefaults(schemaOf('core.v1.Service'), service)
    expect(service.spec.ports)
      .toEqual([{ port: 80, protocol: 'TCP' }, { port: 81, protocol: 'UDP' }, { port: 82, protocol: 'TCP' }])
    const config = { data: { a: 'b' } }
    applySchemaDefaults(schemaOf('core.v1.ConfigMap'), config)
    expect(config).toEqual({ data: { a: 'b' } })
  })
})
