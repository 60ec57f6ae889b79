//! What kube-rs calls its runtime: watcher, reflector, waiting for conditions, a controller.
use std::{fmt::Debug, pin::pin, sync::Arc, time::Duration};

use futures::{StreamExt, TryStreamExt, future};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{Api, DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams, WatchEvent, WatchParams};
use kube::runtime::controller::Action;
use kube::runtime::reflector::{self, ObjectRef};
use kube::runtime::wait::{Condition, await_condition};
use kube::runtime::{Controller, WatchStreamExt, watcher, watcher::Event};
use kube::{Client, Resource, ResourceExt};
use serde_json::json;
use tokio::time::timeout;

use crate::{NAMESPACE, check, config_map, wrong};

const LONG: Duration = Duration::from_secs(30);

/// Waits until an object is as wanted, as `kubectl wait` does.
pub async fn until<K>(api: &Api<K>, name: &str, condition: impl Condition<K>)
where
    K: Clone + Debug + Send + serde::de::DeserializeOwned + Resource + 'static,
{
    match timeout(LONG, await_condition(api.clone(), name, condition)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => wrong(name, error),
        Err(_) => wrong(name, "was not as wanted in time"),
    }
}

/// One watch request, from a version on.
pub async fn watches(client: &Client) -> kube::Result<()> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let version = maps.list(&ListParams::default()).await?.metadata.resource_version.unwrap();
    maps.create(&PostParams::default(), &config_map("watched", json!({}))).await?;
    maps.patch("watched", &PatchParams::default(), &Patch::Merge(json!({ "data": { "a": "1" } }))).await?;
    maps.delete("watched", &DeleteParams::default()).await?;
    let only = WatchParams::default().fields("metadata.name=watched").timeout(2);
    let seen: Vec<_> = maps.watch(&only, &version).await?.map_ok(|event| match event {
        WatchEvent::Added(_) => "ADDED",
        WatchEvent::Modified(_) => "MODIFIED",
        WatchEvent::Deleted(_) => "DELETED",
        WatchEvent::Bookmark(_) => "BOOKMARK",
        WatchEvent::Error(error) => wrong("watch", error),
    }).try_filter(|event| future::ready(*event != "BOOKMARK")).try_collect().await?;
    check(seen == ["ADDED", "MODIFIED", "DELETED"], "watch", seen.join(" "));
    println!("ok a watch tells what has changed since a list, and ends in its time");
    Ok(())
}

/// A store kept by a watcher, begun by pages of a list and by a streamed list.
pub async fn reflects(client: &Client) -> kube::Result<()> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let ways = [
        ("a list in pages", watcher::Config::default().page_size(2)),
        ("a streamed list", watcher::Config::default().streaming_lists()),
    ];
    for (way, config) in ways {
        for name in ["one", "two", "three"] {
            maps.create(&PostParams::default(), &config_map(name, json!({}))).await?;
        }
        let (reader, writer) = reflector::store();
        let mut events = pin!(watcher(maps.clone(), config.labels("own=rust")).reflect(writer));
        let mut next = async || match timeout(LONG, events.next()).await {
            Ok(Some(Ok(event))) => event,
            Ok(Some(Err(error))) => wrong(way, error),
            _ => wrong(way, "the watcher ended"),
        };
        while !matches!(next().await, Event::InitDone) {}
        check(reader.len() == 3, way, reader.len());
        maps.patch("one", &PatchParams::default(), &Patch::Merge(json!({ "data": { "a": "1" } }))).await?;
        let changed = next().await;
        check(matches!(&changed, Event::Apply(map) if map.name_any() == "one"), "a change", &changed);
        let kept = reader.get(&ObjectRef::new("one").within(NAMESPACE)).unwrap_or_else(|| wrong("store", "lost one"));
        check(json!(kept.data) == json!({ "a": "1" }), "store", json!(kept.data));
        for name in ["one", "two", "three"] {
            maps.delete(name, &DeleteParams::default()).await?;
            let gone = next().await;
            check(matches!(&gone, Event::Delete(map) if map.name_any() == name), "a deletion", &gone);
        }
        check(reader.is_empty(), "store", reader.len());
        println!("ok a reflector begun by {way} holds 3 objects, sees a change and 3 deletions");
    }
    Ok(())
}

async fn reconcile(map: Arc<ConfigMap>, secrets: Arc<Api<Secret>>) -> kube::Result<Action> {
    let metadata = ObjectMeta {
        name: map.metadata.name.clone(),
        owner_references: Some(vec![map.controller_owner_ref(&()).unwrap()]),
        ..Default::default()
    };
    let secret = Secret { metadata, ..Default::default() };
    secrets.patch(&map.name_any(), &PatchParams::apply("controller").force(), &Patch::Apply(&secret)).await?;
    Ok(Action::await_change())
}

/// A controller that keeps a Secret beside each ConfigMap, and makes it again when somebody deletes it.
pub async fn controls(client: &Client) -> kube::Result<()> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let secrets: Api<Secret> = Api::namespaced(client.clone(), NAMESPACE);
    let controller = Controller::new(maps.clone(), watcher::Config::default().labels("own=rust"))
        .owns(secrets.clone(), watcher::Config::default());
    let context = Arc::new(secrets.clone());
    let running = tokio::spawn(async move {
        controller.run(reconcile, |_, error, _| wrong("reconcile", error), context).for_each(|_| future::ready(())).await
    });
    maps.create(&PostParams::default(), &config_map("kept", json!({}))).await?;
    until(&secrets, "kept", |secret: Option<&Secret>| secret.is_some()).await;
    let first = secrets.get("kept").await?.uid();
    secrets.delete("kept", &DeleteParams::default()).await?;
    until(&secrets, "kept", |secret: Option<&Secret>| secret.is_some_and(|secret| secret.uid() != first)).await;
    running.abort();
    maps.delete("kept", &DeleteParams::default()).await?;
    until(&secrets, "kept", |secret: Option<&Secret>| secret.is_none()).await;
    println!("ok a controller makes what is missing again; the garbage collector takes it with its owner");
    Ok(())
}
