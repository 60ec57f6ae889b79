"""The Python client as its users call it; prints one line for each thing that works."""
import os
import threading

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException

NAMESPACE = 'default'
config.load_kube_config(os.environ['KUBECONFIG'])
core, apps = client.CoreV1Api(), client.AppsV1Api()


def refused(code, reason, call, *args, **named):
    try:
        call(*args, **named)
    except ApiException as error:
        assert (error.status, f'"reason":"{reason}"' in error.body) == (code, True), error
    else:
        raise AssertionError(f'{call.__name__} was not refused')


def objects():
    made = core.create_namespaced_config_map(NAMESPACE, {'metadata': {'name': 'plain'}, 'data': {'a': '1'}})
    assert made.metadata.creation_timestamp.tzinfo is not None
    core.patch_namespaced_config_map('plain', NAMESPACE, {'data': {'b': '2'}})
    refused(409, 'Conflict', core.replace_namespaced_config_map, 'plain', NAMESPACE, made)
    refused(409, 'AlreadyExists', core.create_namespaced_config_map, NAMESPACE, {'metadata': {'name': 'plain'}})
    refused(422, 'Invalid', core.create_namespaced_config_map, NAMESPACE, {'metadata': {'name': 'Not A Name'}})
    assert core.read_namespaced_config_map('plain', NAMESPACE).data == {'a': '1', 'b': '2'}
    assert core.delete_namespaced_config_map('plain', NAMESPACE)['status'] == 'Success'
    refused(404, 'NotFound', core.read_namespaced_config_map, 'plain', NAMESPACE)
    print('objects')


def workload():
    labels = {'app': 'python'}
    container = client.V1Container(name='web', image='nginx:1.27')
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container]))
    spec = client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template)
    apps.create_namespaced_deployment(NAMESPACE, client.V1Deployment(metadata=client.V1ObjectMeta(name='python'), spec=spec))
    stream = watch.Watch()
    for event in stream.stream(apps.list_namespaced_deployment, NAMESPACE, timeout_seconds=30):
        if event['object'].metadata.name == 'python' and event['object'].status.ready_replicas == 2:
            stream.stop()
            break
    else:
        raise AssertionError('the deployment was not ready in time')
    pods = core.list_namespaced_pod(NAMESPACE, label_selector='app=python').items
    assert [pod.status.phase for pod in pods] == ['Running'] * 2, pods
    assert isinstance(core.read_namespaced_pod_log(pods[0].metadata.name, NAMESPACE), str)
    scale = apps.read_namespaced_deployment_scale('python', NAMESPACE)
    scale.spec.replicas = 1
    assert apps.replace_namespaced_deployment_scale('python', NAMESPACE, scale).spec.replicas == 1
    print('workload')


def watching():
    version = core.list_namespaced_secret(NAMESPACE).metadata.resource_version
    seen = []

    def read():
        for event in watch.Watch().stream(core.list_namespaced_secret, NAMESPACE, resource_version=version, timeout_seconds=30):
            seen.append(event['type'])
            if event['type'] == 'DELETED':
                return

    reader = threading.Thread(target=read)
    reader.start()
    core.create_namespaced_secret(NAMESPACE, {'metadata': {'name': 'watched'}, 'stringData': {'a': 'b'}})
    core.patch_namespaced_secret('watched', NAMESPACE, {'stringData': {'a': 'c'}})
    core.delete_namespaced_secret('watched', NAMESPACE)
    reader.join(30)
    assert seen == ['ADDED', 'MODIFIED', 'DELETED'], seen
    print('watching')


def any_kind():
    api = dynamic.DynamicClient(client.ApiClient())
    maps = api.resources.get(api_version='v1', kind='ConfigMap')
    body = {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'applied'}, 'data': {'a': '1'}}
    maps.server_side_apply(body=body, name='applied', namespace=NAMESPACE, field_manager='python')
    got = maps.get(name='applied', namespace=NAMESPACE)
    assert got.metadata.managedFields[0].operation == 'Apply', got
    utils.create_from_dict(client.ApiClient(), {'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'from-python'}})
    assert core.read_namespace('from-python').status.phase == 'Active'
    print('any kind')


for part in (objects, workload, watching, any_kind):
    part()
print('done')
