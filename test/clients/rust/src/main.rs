//! A program of kube-rs as controllers are written with it: typed and dynamic objects, server-side apply, watcher, reflector,
//! conditions and a controller. It prints one line for each thing that is as it should be, and ends with 1 at the first that is
//! not.
mod runtime;

use std::fmt::Display;

use k8s_openapi::api::{apps::v1::Deployment, core::v1::{ConfigMap, Namespace, Pod}};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core::GroupVersionKind;
use kube::{Client, Discovery, ResourceExt};
use serde_json::{Value, json};

pub const NAMESPACE: &str = "clients-rust";

pub fn wrong(what: &str, got: impl Display) -> ! {
    println!("WRONG {what}: {got}");
    std::process::exit(1)
}

pub fn check(right: bool, what: &str, got: impl Display) {
    if !right {
        wrong(what, got)
    }
}

/// What the server refused has this code and reason.
fn refused<T>(answer: kube::Result<T>, code: u16, reason: &str) {
    match answer {
        Err(kube::Error::Api(status)) if status.code == code && status.reason == reason => {}
        Err(error) => wrong(reason, error),
        Ok(_) => wrong(reason, "it was not refused"),
    }
}

pub fn config_map(name: &str, data: Value) -> ConfigMap {
    serde_json::from_value(json!({ "metadata": { "name": name, "labels": { "own": "rust" } }, "data": data })).unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = Client::try_default().await.unwrap_or_else(|error| wrong("kubeconfig", error));
    all(&client).await.unwrap_or_else(|error| wrong("unexpected", error));
    println!("done");
}

async fn all(client: &Client) -> kube::Result<()> {
    discovers(client).await?;
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let namespace = serde_json::from_value(json!({ "metadata": { "name": NAMESPACE } })).unwrap();
    namespaces.create(&PostParams::default(), &namespace).await?;
    objects(client).await?;
    applies(client).await?;
    workload(client).await?;
    any_kind(client).await?;
    runtime::watches(client).await?;
    runtime::reflects(client).await?;
    runtime::controls(client).await?;
    let uid = namespaces.get(NAMESPACE).await?.uid().unwrap();
    namespaces.delete(NAMESPACE, &DeleteParams::default()).await?;
    runtime::until(&namespaces, NAMESPACE, kube::runtime::conditions::is_deleted(&uid)).await;
    println!("ok the namespace and all in it is gone");
    Ok(())
}

async fn discovers(client: &Client) -> kube::Result<()> {
    let version = client.apiserver_version().await?;
    check(version.major == "1", "version", version.git_version);
    for aggregated in [true, false] {
        let discovery = Discovery::new(client.clone());
        let found = if aggregated { discovery.run_aggregated().await? } else { discovery.run().await? };
        let names: Vec<_> = found.groups_alphabetical().iter().map(|group| group.name().to_string()).collect();
        check(names.len() > 12 && found.has_group("networking.k8s.io"), "groups", names.join(" "));
        let apps = found.get("apps").unwrap();
        let (kind, can) = apps.recommended_kind("Deployment").unwrap();
        check(kind.plural == "deployments" && can.supports_operation("watch"), "deployments", kind.plural);
        check(can.subresources.iter().any(|(sub, _)| sub.plural == "scale"), "subresources", can.subresources.len());
        println!("ok discovery finds groups, kinds and subresources{}", if aggregated { ", aggregated" } else { "" });
    }
    Ok(())
}

async fn objects(client: &Client) -> kube::Result<()> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let (post, plain) = (PostParams::default(), PatchParams::default());
    let made = maps.create(&post, &config_map("plain", json!({ "a": "1" }))).await?;
    refused(maps.create(&post, &config_map("plain", json!({}))).await, 409, "AlreadyExists");
    refused(maps.create(&post, &config_map("Not A Name", json!({}))).await, 422, "Invalid");
    let next = ConfigMap { data: Some([("a".into(), "2".into())].into()), ..made.clone() };
    let replaced = maps.replace("plain", &post, &next).await?;
    check(replaced.resource_version() != made.resource_version(), "replace", format!("{replaced:?}"));
    refused(maps.replace("plain", &post, &made).await, 409, "Conflict");
    maps.patch("plain", &plain, &Patch::Strategic(json!({ "data": { "b": "1" } }))).await?;
    maps.patch("plain", &plain, &Patch::Merge(json!({ "data": { "a": null, "b": "2" } }))).await?;
    let operations: json_patch::Patch = serde_json::from_value(json!([
        { "op": "test", "path": "/data/b", "value": "2" }, { "op": "add", "path": "/data/c", "value": "3" },
    ])).unwrap();
    let patched = maps.patch("plain", &plain, &Patch::Json::<()>(operations)).await?;
    check(json!(patched.data) == json!({ "b": "2", "c": "3" }), "patches", json!(patched.data));
    println!("ok objects are created, replaced and patched in three ways; conflicts are told apart");

    let light = maps.get_metadata("plain").await?;
    check(light.metadata.uid == made.metadata.uid, "metadata", format!("{light:?}"));
    let listed = maps.list_metadata(&ListParams::default().labels("own=rust")).await?;
    check(listed.items.len() == 1, "list of metadata", listed.items.len());
    check(maps.get_opt("none").await?.is_none(), "an object that is not", "");
    let other = Preconditions { uid: Some("00000000-0000-0000-0000-000000000000".into()), resource_version: None };
    refused(maps.delete("plain", &DeleteParams::default().preconditions(other)).await, 409, "Conflict");
    maps.delete("plain", &DeleteParams::default()).await?;
    refused(maps.get("plain").await, 404, "NotFound");
    for n in 0..5 {
        maps.create(&post, &config_map(&format!("page-{n}"), json!({}))).await?;
    }
    let mut page = ListParams::default().labels("own=rust").limit(2);
    let mut sizes = vec![];
    loop {
        let list = maps.list(&page).await?;
        sizes.push((list.items.len(), list.metadata.remaining_item_count));
        match list.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => page = page.continue_token(&token),
            None => break,
        }
    }
    check(sizes.iter().map(|(size, _)| *size).eq([2, 2, 1]), "pages", format!("{sizes:?}"));
    let deleted = maps.delete_collection(&DeleteParams::default(), &ListParams::default().labels("own=rust")).await?;
    check(deleted.left().is_some_and(|list| list.items.len() == 5), "delete collection", "");
    check(maps.list(&ListParams::default().labels("own=rust")).await?.items.is_empty(), "after deletion", "");
    println!("ok metadata alone, preconditions, pages of a list, deletion of a collection");
    Ok(())
}

async fn applies(client: &Client) -> kube::Result<()> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let apply = async |manager: &str, data: Value, force: bool| {
        let body = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "applied" }, "data": data });
        maps.patch("applied", &PatchParams { force, ..PatchParams::apply(manager) }, &Patch::Apply(body)).await
    };
    apply("one", json!({ "a": "1", "b": "1" }), false).await?;
    refused(apply("two", json!({ "a": "2" }), false).await, 409, "Conflict");
    apply("two", json!({ "a": "2" }), true).await?;
    let left = apply("one", json!({}), false).await?;
    check(json!(left.data) == json!({ "a": "2" }), "what one gave up", json!(left.data));
    let managers: Vec<_> = left.managed_fields().iter().filter_map(|entry| entry.manager.as_deref()).collect();
    check(managers.contains(&"two"), "managers", managers.join(" "));
    let strict = PatchParams::apply("one").validation_strict();
    let typo = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "typo" }, "date": {} });
    match maps.patch("typo", &strict, &Patch::Apply(typo)).await {
        Err(kube::Error::Api(status)) => check(status.code == 500 || status.code == 400, "a field that is not", status),
        _ => wrong("a field that is not", "was taken"),
    }
    println!("ok server-side apply: conflict, force, a field that is given up, strict validation");
    Ok(())
}

async fn workload(client: &Client) -> kube::Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), NAMESPACE);
    let labels = json!({ "app": "rust" });
    let body = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "rust" },
        "spec": { "replicas": 2, "selector": { "matchLabels": labels }, "template": { "metadata": { "labels": labels },
            "spec": { "containers": [{ "name": "web", "image": "nginx:1.27" }] } } },
    });
    deployments.patch("rust", &PatchParams::apply("rust"), &Patch::Apply(body)).await?;
    runtime::until(&deployments, "rust", kube::runtime::conditions::is_deployment_completed()).await;
    let pods: Api<Pod> = Api::namespaced(client.clone(), NAMESPACE);
    let list = pods.list(&ListParams::default().labels("app=rust").fields("status.phase=Running")).await?;
    check(list.items.len() == 2, "running pods", list.items.len());
    println!("ok a deployment that is applied completes; its pods are found by label and field");
    let scale = deployments.get_scale("rust").await?;
    check(scale.status.is_some_and(|status| status.replicas == 2), "scale", "");
    let one = Patch::Merge(json!({ "spec": { "replicas": 1 } }));
    let scaled = deployments.patch_scale("rust", &PatchParams::default(), &one).await?;
    check(scaled.spec.and_then(|spec| spec.replicas) == Some(1), "patched scale", "");
    deployments.restart("rust").await?;
    runtime::until(&deployments, "rust", kube::runtime::conditions::is_deployment_completed()).await;
    deployments.delete("rust", &DeleteParams::foreground()).await?;
    println!("ok it is scaled, restarted and deleted");
    Ok(())
}

async fn any_kind(client: &Client) -> kube::Result<()> {
    let (kind, _) = kube::discovery::pinned_kind(client, &GroupVersionKind::gvk("batch", "v1", "CronJob")).await?;
    let jobs: Api<DynamicObject> = Api::namespaced_with(client.clone(), NAMESPACE, &kind);
    let body = json!({ "spec": { "schedule": "0 4 * * *", "jobTemplate": { "spec": { "template": { "spec": {
        "restartPolicy": "Never", "containers": [{ "name": "a", "image": "busybox" }] } } } } } });
    let made = jobs.create(&PostParams::default(), &DynamicObject::new("nightly", &kind).data(body)).await?;
    check(made.data["spec"]["concurrencyPolicy"] == "Allow", "defaults", &made.data);
    let status = json!({ "status": { "lastScheduleTime": "2026-01-01T04:00:00Z" } });
    let told = jobs.patch_status("nightly", &PatchParams::default(), &Patch::Merge(status)).await?;
    check(told.data["status"]["lastScheduleTime"] == "2026-01-01T04:00:00Z", "status", &told.data);
    jobs.delete("nightly", &DeleteParams::background()).await?;
    println!("ok a kind found by discovery is created with its defaults, and its status patched");
    Ok(())
}
