import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

const manifests = new URL('./every-kind.yaml', import.meta.url)

/** A scenario for every kind of every-kind.yaml: its objects made, asked for in every form, described, changed and deleted. */
export function perKind() {
  const objects = parseAllDocuments(readFileSync(manifests, 'utf8')).map(document => document.toJS())
  return [...grouped(objects)].flatMap(([type, ofType]) => [['k', scenario], ['v', wrongs]].map(([letter, make]) =>
    ({ name: `ctl-${letter}-${type.toLowerCase()}`.replaceAll('.', '-'), text: make(type, ofType) })))
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

/** What goes wrong, and what else is done, with the first object of a kind. */
function wrongs(type, [whole]) {
  const object = { ...whole, metadata: { ...whole.metadata, labels: { app: 'a' } } }, { name } = object.metadata
  const named = changes => JSON.stringify({ ...object, metadata: { ...object.metadata, ...changes } })
  const send = (how, text) => `$ kubectl ${how} -f - <<'E'\n> ${text}\n> E`
  const hide = "sed 's#/tmp/[^\" ]*#TMP#'"
  const patch = (kind, text) => `$ kubectl patch ${type} ${name} --type=${kind} -p '${text}'`
  const field = object.spec ? 'spec' : object.data ? 'data' : 'metadata'
  return [
    '== file one.json', JSON.stringify(object), '',
    send('create', named({ name: 'Bad_Name' })), send('create', named({ name: 'x'.repeat(254) })), send('create', named({ name: '' })),
    send('create', named({ name: undefined, generateName: 'Bad_' })).replace("<<'E'", "2>&1 <<'E' | sed 's/Bad_[a-z0-9]*/Bad_X/g'"), send('create', named({ name: 'a.b' })) + '; kubectl delete ' + type + ' a.b 2>/dev/null',
    send('create', named({ labels: { 'a b': 'not ok' } })), send('create', named({ annotations: { 'A/B/C': 'x' } })),
    send('create', named({ finalizers: ['plain', 'a.b/c', 'a b/c'] })), send('create', named({ ownerReferences: [{ apiVersion: 'v1', kind: '', name: '', uid: '' }] })),
    send('create', named({ namespace: 'other' })), send('create', named({ labels: { a: 5 } })), send('create', named({ bogus: 1 })),
    send('create', JSON.stringify({ ...object, bogus: {}, [field]: { ...object[field], wrong: 1 } })),
    send('create --validate=warn --dry-run=server', JSON.stringify({ ...object, bogus: {}, [field]: { ...object[field], wrong: 1 } })),
    send('create --validate=ignore --dry-run=server', JSON.stringify({ ...object, bogus: {} })),
    send('create', JSON.stringify({ ...object, [field]: 'text' })), send('create', JSON.stringify({ ...object, [field]: [] })),
    send('create', JSON.stringify({ ...object, spec: {} })), send('create', JSON.stringify({ apiVersion: object.apiVersion, kind: object.kind, metadata: { name: 'bare' } })),
    send('apply --server-side', JSON.stringify({ ...object, [field]: { ...object[field], wrong: 1 } })), send('apply --server-side', JSON.stringify({ ...object, [field]: 'text' })),
    `$ kubectl delete ${type} bare 2>/dev/null | wc -l`,
    '$ kubectl apply -f one.json', '$ kubectl apply -f one.json --server-side --force-conflicts',
    send('apply', JSON.stringify({ ...object, bogus: 1 })), send('apply', named({ labels: { app: 'b', more: 'c' } })), send('apply', named({ labels: undefined })),
    send('apply --force', named({ labels: { app: 'a' } })), send('replace', named({ resourceVersion: '1' })), send('replace', named({ uid: 'x' })),
    send('replace', named({ labels: { app: 'r' }, annotations: undefined })), send('replace --validate=strict', named({ bogus: 1 })), send('replace', named({ name: 'none-such' })),
    patch('strategic', '{"metadata":{"labels":{"s":"t","app":null}}}'), patch('strategic', '{"metadata":{"finalizers":["bad"]}}'), patch('strategic', '{"metadata":{"labels":"x"}}'),
    patch('json', '[{"op":"add","path":"/metadata/labels/j","value":"k"}]'), patch('json', '[{"op":"remove","path":"/metadata/labels/none"}]'),
    patch('json', '[{"op":"test","path":"/metadata/name","value":"x"}]'), patch('json', '[{"op":"replace","path":"/kind","value":"Other"}]'),
    patch('json', '[{"op":"copy","from":"/metadata/labels/j","path":"/metadata/annotations/j"}]'), patch('json', '[{"op":"add","path":"/metadata/labels/bad","value":5}]'),
    patch('merge', '{"metadata":{"labels":null}}'), patch('merge', '{"metadata":{"name":"other"}}'), patch('merge', '{"metadata":{"namespace":"other"}}'), patch('merge', '[]'),
    patch('merge', '{"metadata":{"resourceVersion":"1"}}'), patch('merge', '{"metadata":{"annotations":{"a b":"c"}}}'), patch('merge', '{"status":{"bogus":1}}'),
    `$ KUBE_EDITOR="sed -i s/^metadata:/metadata:\\n\\ \\ labels:\\ {e:\\ f}/" kubectl edit ${type} ${name} 2>&1 | head -4 | ${hide}`,
    `$ KUBE_EDITOR="sed -i s/^kind:.*/kind:\\ Other/" kubectl edit ${type} ${name} 2>&1 | head -4 | ${hide}`,
    `$ KUBE_EDITOR="sed -i s/^metadata:/bogus:\\ 1\\nmetadata:/" kubectl edit ${type} ${name} 2>&1 | head -4 | ${hide}`,
    `$ kubectl label ${type} ${name} 'a=b c'`, `$ kubectl label ${type} ${name} x=y --resource-version=1`, `$ kubectl label ${type} -l e=f z=w`, `$ kubectl annotate ${type} ${name} a=b --dry-run=server`,
    `$ kubectl wait ${type}/${name} --for=jsonpath='{.metadata.name}'=${name} --timeout=5s`, `$ kubectl wait ${type} ${name} --for=create --timeout=5s`, `$ kubectl wait ${type} -l none=such --for=delete --timeout=1s`,
    `$ kubectl get ${type} ${name} -o jsonpath='{.metadata.labels} {.metadata.generation}'`, `$ kubectl get ${type} -l e=f -o name`, `$ kubectl get ${type} ${name} -o yaml --as=jane`,
    `$ kubectl get ${type} --field-selector=metadata.name=${name},bogus=1`, `$ kubectl get ${type} --field-selector=status.phase=x`, `$ kubectl delete ${type} ${name} --as=jane`,
    `$ kubectl delete ${type} -l e=f --dry-run=server`, patch('merge', '{"metadata":{"finalizers":null}}'), `$ kubectl delete ${type} ${name} --cascade=foreground --timeout=20s --grace-period=0 --force`, `$ kubectl get ${type} ${name}`,
  ].flatMap(line => [line, '']).join('\n')
}
