import type { Column, Kind } from '../../api/kind.ts'
import { nameColumn } from '../../api/kinds/columns.ts'
import type { KubeObject } from '../../api/object.ts'
import { notFoundError } from '../../api/status.ts'
import { unstored } from '../resources/versions.ts'
import type { Action } from './action.ts'

type ComponentStatus = KubeObject & { conditions: { type: string; status: string; message: string; error?: string }[] }

const healthy = ({ conditions }: Readonly<ComponentStatus>) => conditions.find(({ type }) => type === 'Healthy')
const column = (name: string, value: (status: Readonly<ComponentStatus>) => string): Column<ComponentStatus> =>
  ({ name, type: 'string', value })

const kind: Kind<ComponentStatus> = {
  group: '', version: 'v1', kind: 'ComponentStatus', plural: 'componentstatuses', singular: 'componentstatus', namespaced: false,
  schema: 'core.v1.ComponentStatus', verbs: ['get', 'list'],
  columns: [
    nameColumn as Column<any>,
    column('Status', status => (healthy(status)?.status === 'True' ? 'Healthy' : 'Unhealthy')),
    column('Message', status => healthy(status)?.message ?? ''),
    column('Error', status => healthy(status)?.error ?? ''),
  ],
}

/** All run in this one process: where it answers, they live. */
const components = ['controller-manager', 'etcd-0', 'scheduler'].map(name => ({
  kind: kind.kind, apiVersion: 'v1', metadata: { name }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
}) as unknown as ComponentStatus)

/** The deprecated list of the control plane's components. */
export const componentStatuses: Action = {
  group: '', version: 'v1', plural: kind.plural, subresource: '', namespaced: false, kind: { kind: kind.kind },
  verbs: ['get', 'list'], shortNames: ['cs'], deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  async run({ name }) {
    const shown = components.map(component => unstored(`/componentstatuses/${component.metadata.name}`, component))
    if (name === undefined) return { type: 'list', kind: kind as Kind<any>, metadata: {}, items: shown }
    const stored = shown.find(({ object }) => object.metadata.name === name)
    if (!stored) throw notFoundError(kind, name)
    return { type: 'stored', code: 200, kind: kind as Kind<any>, stored }
  },
}
