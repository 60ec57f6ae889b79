import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

const manifests = new URL('./every-kind.yaml', import.meta.url)

/** A scenario for every kind of every-kind.yaml: its objects made, asked for in every form, described, changed and deleted. */
export function perKind() {
  const objects = parseAllDocuments(readFileSync(manifests, 'utf8')).map(document => document.toJS())
  return [...Map.groupBy?.(objects, typeOf) ?? grouped(objects)].map(([type, ofType]) => ({ name: `ctl-k-${type.toLowerCase()}`.replaceAll('.', '-'), text: scenario(type, ofType) }))
}

const typeOf = ({ apiVersion, kind }) => apiVersion.includes('/') ? `${kind}.${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}` : `${kind}`
const grouped = objects => {
  const groups = new Map()
  for (const object of objects) groups.set(typeOf(object), [...groups.get(typeOf(object)) ?? [], object])
  return groups
}

function scenario(type, objects) {
  const names = objects.map(object => object.metadata.name)
  const [first] = names, all = names.join(' ')
  return [
    '== file all.yaml', ...objects.flatMap(object => [JSON.stringify(object), '---']), '',
    '$ kubectl create -f all.yaml --dry-run=client',
    '$ kubectl create -f all.yaml --dry-run=server',
    '$ kubectl create -f all.yaml --save-config; sleep 0.5',
    ...names.map(name => `$ kubectl get ${type} ${name} -o yaml`),
    ...names.map(name => `$ kubectl describe ${type} ${name}${type === 'LimitRange' ? ' | sort' : ''}`),
    `$ kubectl get ${type} ${all}`,
    `$ kubectl get ${type} ${all} -o wide`,
    `$ kubectl get ${type} ${first} --show-kind --show-labels -L app`,
    `$ kubectl get ${type} ${first} --no-headers -o custom-columns=N:.metadata.name,G:.metadata.generation,K:.kind`,
    `$ kubectl get ${type} --field-selector metadata.name=${first} -o name`,
    `$ kubectl get ${type} -l app=a,none=such`,
    `$ kubectl get ${type} none-such`,
    `$ kubectl get ${type} ${first} --server-print=false`,
    `$ kubectl describe ${type} none-such`,
    `$ kubectl create -f all.yaml`,
    `$ kubectl apply -f all.yaml --dry-run=server`,
    `$ kubectl apply -f all.yaml`,
    `$ kubectl diff -f all.yaml | tail -n +4`,
    `$ kubectl label ${type} ${first} new=label app=other --overwrite`,
    `$ kubectl annotate ${type} ${first} a/b=c`,
    `$ kubectl apply -f all.yaml --server-side --field-manager=other`,
    `$ kubectl apply -f all.yaml --server-side --field-manager=other --force-conflicts`,
    `$ kubectl get ${type} ${first} --show-managed-fields -o jsonpath='{range .metadata.managedFields[*]}{.manager} {.operation} {.subresource} {.fieldsV1}{"\\n"}{end}' | sort`,
    `$ kubectl patch ${type} ${first} --type=merge -p '{"metadata":{"labels":{"new":null}}}' -o jsonpath='{.metadata.labels}'`,
    `$ kubectl patch ${type} ${first} --type=merge -p '{"bogus":{"x":1}}'`,
    `$ kubectl patch ${type} ${first} --type=merge -p '{"spec":5}'`,
    `$ kubectl patch ${type} ${first} --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"X"}]}}'`,
    `$ kubectl get ${type} ${first} --subresource=status -o name`,
    `$ kubectl get ${type} ${first} --subresource=scale`,
    `$ kubectl scale ${type} ${first} --replicas=0`,
    `$ kubectl replace -f all.yaml`,
    `$ kubectl get ${type} ${first} -o jsonpath='{.metadata.generation} {.metadata.annotations}'`,
    `$ timeout 3 kubectl get ${type} --field-selector metadata.name=${first} -w --output-watch-events --request-timeout=1s`,
    `$ kubectl delete ${type} ${first} --dry-run=server`,
    ...names.flatMap(name => name !== 'deleted' ? [] : [
      `$ kubectl delete ${type} ${name} --wait=false; kubectl get ${type} ${name}; kubectl describe ${type} ${name} | grep -i term`,
      `$ kubectl patch ${type} ${name} --type=merge -p '{"metadata":{"finalizers":null}}'`]),
    '$ kubectl delete -f all.yaml --ignore-not-found --grace-period=0 --force --timeout=20s',
    `$ kubectl delete ${type} ${first}`,
  ].map(line => line.startsWith('$') ? line + '\n' : line).join('\n')
}
