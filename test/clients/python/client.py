"""The official Python client as its users call it: objects, patches, server-side apply, watches, a workload, the dynamic client,
manifests, a leader. It prints one line for each thing that is as it should be, and ends with 1 at the first that is not."""
import os
import sys
import threading
import time

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock

NAMESPACE = 'clients-python'
config.load_kube_config(os.environ['KUBECONFIG'])
core, apps, batch = client.CoreV1Api(), client.AppsV1Api(), client.BatchV1Api()


def ok(what):
    print('ok', what, flush=True)


def same(got, wanted):
    assert got == wanted, f'{got!r} is not {wanted!r}'


def refused(code, reason, call, *args, **named):
    try:
        call(*args, **named)
    except ApiException as error:
        same((error.status, f'"reason":"{reason}"' in error.body), (code, True))
    else:
        raise AssertionError(f'{call.__name__} was not refused')


def config_map(name, data=None):
    return {'metadata': {'name': name, 'labels': {'own': 'python'}}, 'data': data or {}}


def objects():
    made = core.create_namespaced_config_map(NAMESPACE, config_map('plain', {'a': '1'}))
    assert made.metadata.creation_timestamp.tzinfo is not None
    made.data = {'a': '2'}
    replaced = core.replace_namespaced_config_map('plain', NAMESPACE, made, field_manager='program')
    same([entry.manager for entry in replaced.metadata.managed_fields][-1], 'program')
    refused(409, 'Conflict', core.replace_namespaced_config_map, 'plain', NAMESPACE, made)
    refused(409, 'AlreadyExists', core.create_namespaced_config_map, NAMESPACE, config_map('plain'))
    refused(422, 'Invalid', core.create_namespaced_config_map, NAMESPACE, config_map('Not A Name'))
    core.create_namespaced_config_map(NAMESPACE, config_map('dry'), dry_run='All')
    refused(404, 'NotFound', core.read_namespaced_config_map, 'dry', NAMESPACE)
    binary = core.create_namespaced_secret(NAMESPACE, {'metadata': {'generateName': 'made-'}, 'stringData': {'a': 'text'}})
    same((len(binary.metadata.name), binary.data), (10, {'a': 'dGV4dA=='}))
    page = core.list_namespaced_config_map(NAMESPACE, limit=1)
    rest = core.list_namespaced_config_map(NAMESPACE, limit=5, _continue=page.metadata._continue)
    names = [item.metadata.name for item in page.items + rest.items]
    same(names, ['kube-root-ca.crt', 'plain'])
    ok('objects are created, replaced and listed in pages; conflicts are told apart; a dry run leaves nothing')
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector='own=python')
    refused(404, 'NotFound', core.read_namespaced_config_map, 'plain', NAMESPACE)
    ok('a collection is deleted by its labels')


def patches():
    core.create_namespaced_config_map(NAMESPACE, config_map('patched', {'a': '1'}))

    def patch(body, **named):
        return core.patch_namespaced_config_map('patched', NAMESPACE, body, **named).data
    same(patch({'data': {'b': '2'}}, _content_type='application/strategic-merge-patch+json'), {'a': '1', 'b': '2'})
    same(patch({'data': {'a': None}}, _content_type='application/merge-patch+json'), {'b': '2'})
    # A list is sent as a JSON patch, a map as a strategic merge patch, unless it is told.
    same(patch([{'op': 'test', 'path': '/data/b', 'value': '2'}, {'op': 'add', 'path': '/data/c', 'value': '3'}]),
         {'b': '2', 'c': '3'})
    same(patch({'data': {'d': '4'}}), {'b': '2', 'c': '3', 'd': '4'})
    ok('three kinds of patches, and what the client makes of a list and of a map')

    def apply(manager, data, **named):
        body = {'apiVersion': 'v1', 'kind': 'ConfigMap', **config_map('applied', data)}
        return core.patch_namespaced_config_map('applied', NAMESPACE, body, field_manager=manager,
                                                _content_type='application/apply-patch+yaml', **named)
    apply('one', {'a': '1'})
    refused(409, 'Conflict', apply, 'two', {'a': '2'})
    same(apply('two', {'a': '2'}, force=True).data, {'a': '2'})
    same(apply('two', {}).data, None)
    refused(422, 'Invalid', core.patch_namespaced_config_map, 'applied', NAMESPACE, {'date': {}}, field_validation='Strict')
    ok('server-side apply: conflict, force, a field that is given up; strict validation')


def watching():
    version = core.list_namespaced_secret(NAMESPACE).metadata.resource_version
    seen = []

    def read():
        for event in watch.Watch().stream(core.list_namespaced_secret, NAMESPACE, resource_version=version, timeout_seconds=30):
            seen.append((event['type'], event['object'].metadata.name))
            if event['type'] == 'DELETED':
                return
    reader = threading.Thread(target=read)
    reader.start()
    core.create_namespaced_secret(NAMESPACE, {'metadata': {'name': 'watched'}, 'stringData': {'a': 'b'}})
    core.patch_namespaced_secret('watched', NAMESPACE, {'stringData': {'a': 'c'}})
    core.delete_namespaced_secret('watched', NAMESPACE)
    reader.join(30)
    same(seen, [(kind, 'watched') for kind in ('ADDED', 'MODIFIED', 'DELETED')])
    start = time.monotonic()
    stream = watch.Watch()
    same([event['type'] for event in stream.stream(core.list_namespaced_secret, NAMESPACE, timeout_seconds=1,
                                                    resource_version=version)], ['ADDED', 'MODIFIED', 'DELETED'])
    assert time.monotonic() - start < 10
    ok('a watch tells what has changed since a list, again for who asks again, and ends in its time')


def workload():
    labels = {'app': 'python'}
    container = client.V1Container(name='web', image='nginx:1.27')
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels),
                                        spec=client.V1PodSpec(containers=[container]))
    spec = client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template)
    body = client.V1Deployment(metadata=client.V1ObjectMeta(name='python'), spec=spec)
    made = apps.create_namespaced_deployment(NAMESPACE, body)
    same((made.spec.strategy.rolling_update.max_surge, made.spec.revision_history_limit), ('25%', 10))
    stream = watch.Watch()
    for event in stream.stream(apps.list_namespaced_deployment, NAMESPACE, field_selector='metadata.name=python',
                               timeout_seconds=60):
        if event['object'].status.ready_replicas == 2:
            stream.stop()
            break
    else:
        raise AssertionError('the deployment was not ready in time')
    pods = core.list_namespaced_pod(NAMESPACE, label_selector='app=python').items
    same([pod.status.phase for pod in pods], ['Running'] * 2)
    ok('a deployment has its defaults and becomes ready')
    scale = apps.read_namespaced_deployment_scale('python', NAMESPACE)
    scale.spec.replicas = 1
    same(apps.replace_namespaced_deployment_scale('python', NAMESPACE, scale).spec.replicas, 1)
    eviction = client.V1Eviction(metadata=client.V1ObjectMeta(name=pods[0].metadata.name, namespace=NAMESPACE))
    core.create_namespaced_pod_eviction(pods[0].metadata.name, NAMESPACE, eviction)
    apps.delete_namespaced_deployment('python', NAMESPACE, propagation_policy='Foreground')
    while apps.list_namespaced_deployment(NAMESPACE).items:
        time.sleep(0.05)
    same(apps.list_namespaced_replica_set(NAMESPACE).items, [])
    ok('it is scaled, a pod evicted, and all deleted with what it owned')


def any_kind():
    api = dynamic.DynamicClient(client.ApiClient())
    maps = api.resources.get(api_version='v1', kind='ConfigMap')
    body = {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'any'}, 'data': {'a': '1'}}
    maps.server_side_apply(body=body, name='any', namespace=NAMESPACE, field_manager='python')
    got = maps.get(name='any', namespace=NAMESPACE)
    same((got.data.a, got.metadata.managedFields[0].operation), ('1', 'Apply'))
    for event in maps.watch(namespace=NAMESPACE, field_selector='metadata.name=any', timeout=5):
        same((event['type'], event['object'].data.a), ('ADDED', '1'))
        break
    deployments = api.resources.get(api_version='apps/v1', kind='Deployment')
    assert 'scale' in deployments.subresources, deployments.subresources
    manifest = [
        {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'web'}, 'spec': {'ports': [{'port': 80}]}},
        {'apiVersion': 'batch/v1', 'kind': 'CronJob', 'metadata': {'name': 'nightly'}, 'spec': {
            'schedule': '0 4 * * *', 'jobTemplate': {'spec': {'template': {'spec': {
                'restartPolicy': 'Never', 'containers': [{'name': 'a', 'image': 'busybox'}]}}}}}},
    ]
    for each in manifest:
        utils.create_from_dict(client.ApiClient(), each, namespace=NAMESPACE)
    assert core.read_namespaced_service('web', NAMESPACE).spec.cluster_ip
    same(batch.read_namespaced_cron_job('nightly', NAMESPACE).spec.concurrency_policy, 'Allow')
    ok('the dynamic client applies, reads and watches; manifests are created')


def leader():
    events = []
    lock = LeaseLock('leader', NAMESPACE, 'me')

    def lead():
        events.append('leads')
    settings = electionconfig.Config(lock, lease_duration=4, renew_deadline=3, retry_period=1, onstarted_leading=lead,
                                     onstopped_leading=None)
    threading.Thread(target=leaderelection.LeaderElection(settings).run, daemon=True).start()
    first, deadline = None, time.monotonic() + 30
    while time.monotonic() < deadline:
        leases = client.CoordinationV1Api().list_namespaced_lease(NAMESPACE).items
        if leases and events:
            first = first or leases[0].spec.renew_time
            if leases[0].spec.renew_time > first:
                ok('a leader is elected and renews its lease')
                return
        time.sleep(0.05)
    raise AssertionError('nobody leads')


def main():
    same(client.VersionApi().get_code().major, '1')
    core.create_namespace({'metadata': {'name': NAMESPACE}})
    for part in (objects, patches, watching, workload, any_kind, leader):
        part()
    core.delete_namespace(NAMESPACE)
    while any(item.metadata.name == NAMESPACE for item in core.list_namespace().items):
        time.sleep(0.05)
    ok('the namespace and all in it is gone')
    print('done', flush=True)


try:
    main()
except Exception as error:  # pylint: disable=broad-except
    print('WRONG', type(error).__name__, error, flush=True)
    sys.exit(1)
