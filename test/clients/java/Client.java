import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program of the fabric8 client as its users write it: objects, informers, watches, server-side apply, edits, scale, a leader.
 * It prints one line for each thing that is as it should be, and ends with 1 at the first that is not.
 */
public class Client {
  static final String NAMESPACE = "clients-java";
  static KubernetesClient client;

  static void ok(String what) { System.out.println("ok " + what); }

  static void check(boolean right, String what, Object got) {
    if (!right) throw new AssertionError(what + ": " + got);
  }

  static void refused(int code, String reason, Callable<?> call) throws Exception {
    try {
      throw new AssertionError(reason + ": was not refused but gave " + call.call());
    } catch (KubernetesClientException error) {
      check(error.getCode() == code && error.getStatus().getReason().equals(reason), reason, error);
    }
  }

  static void expect(BlockingQueue<String> events, String... wanted) throws InterruptedException {
    for (var word : wanted) {
      var got = events.poll(30, TimeUnit.SECONDS);
      check(word.equals(got), "wanted " + word, got);
    }
  }

  static ConfigMap configMap(String name, Map<String, String> data) {
    return new ConfigMapBuilder().withNewMetadata().withName(name).addToLabels("own", "java").endMetadata()
        .withData(data).build();
  }

  public static void main(String[] args) {
    var config = Config.fromKubeconfig(new File(System.getenv("KUBECONFIG")));
    config.setNamespace(NAMESPACE);
    try (var made = new KubernetesClientBuilder().withConfig(config).build()) {
      client = made;
      check(client.getKubernetesVersion().getMajor().equals("1"), "version", client.getKubernetesVersion());
      check(client.supports(Deployment.class) && !client.hasApiGroup("example.com", true), "discovery", client.getApiGroups());
      ok("the version and the groups are found");
      client.namespaces().resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build()).create();
      objects();
      patches();
      watch();
      informer();
      workload();
      anyKind();
      leader();
      client.namespaces().withName(NAMESPACE).delete();
      client.namespaces().withName(NAMESPACE).waitUntilCondition(namespace -> namespace == null, 60, TimeUnit.SECONDS);
      ok("the namespace and all in it is gone");
      System.out.println("done");
    } catch (Throwable error) {
      System.out.println("WRONG " + error);
      error.printStackTrace(System.out);
      System.exit(1);
    }
    System.exit(0);
  }

  static void objects() throws Exception {
    var made = client.resource(configMap("plain", Map.of("a", "1"))).create();
    check(made.getMetadata().getUid() != null, "create", made);
    refused(409, "AlreadyExists", () -> client.resource(configMap("plain", Map.of())).create());
    refused(422, "Invalid", () -> client.resource(configMap("Not A Name", Map.of())).create());
    var changed = new ConfigMapBuilder(made).addToData("a", "2").build();
    client.resource(changed).update();
    refused(409, "Conflict", () -> client.resource(changed).lockResourceVersion().update());
    check(client.configMaps().withName("none").get() == null, "an object that is not", "");
    var list = client.configMaps().withLabel("own", "java").list(new ListOptionsBuilder().withLimit(1L).build());
    check(list.getItems().size() == 1 && list.getItems().get(0).getData().get("a").equals("2"), "list", list);
    var dry = client.resource(configMap("dry", Map.of())).dryRun().create();
    check(dry.getMetadata().getName().equals("dry") && client.configMaps().withName("dry").get() == null, "dry run", dry);
    check(client.configMaps().withLabel("own=java").delete().size() == 1, "delete", "");
    ok("objects are created, updated, listed and deleted; conflicts are told apart; a dry run leaves nothing");
  }

  static void patches() throws Exception {
    client.resource(configMap("patched", Map.of("a", "1"))).create();
    var map = client.configMaps().withName("patched");
    // An edit is a JSON patch of what the function changed.
    check(map.edit(now -> new ConfigMapBuilder(now).addToData("b", "2").removeFromData("a").build()).getData()
        .equals(Map.of("b", "2")), "edit", map.get());
    map.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"data\":{\"c\":\"3\"}}");
    map.patch(PatchContext.of(PatchType.JSON_MERGE), "data: {b: null}");
    map.patch(PatchContext.of(PatchType.JSON), "[{\"op\":\"add\",\"path\":\"/data/d\",\"value\":\"4\"}]");
    check(map.get().getData().equals(Map.of("c", "3", "d", "4")), "patches", map.get().getData());
    ok("an edit and three kinds of patches");

    client.resource(configMap("applied", Map.of("a", "1"))).fieldManager("one").serverSideApply();
    refused(409, "Conflict", () -> client.resource(configMap("applied", Map.of("a", "2"))).fieldManager("two").serverSideApply());
    client.resource(configMap("applied", Map.of("a", "2"))).fieldManager("two").forceConflicts().serverSideApply();
    var left = client.resource(configMap("applied", Map.of())).fieldManager("two").serverSideApply();
    check(left.getData() == null || left.getData().isEmpty(), "a field that is given up", left.getData());
    ok("server-side apply: conflict, force, a field that is given up");
    client.configMaps().delete();
  }

  static void watch() throws Exception {
    var events = new LinkedBlockingQueue<String>();
    var version = client.configMaps().list().getMetadata().getResourceVersion();
    var watcher = new Watcher<ConfigMap>() {
      public void eventReceived(Action action, ConfigMap map) { events.add(action + " " + map.getMetadata().getName()); }
      public void onClose(WatcherException cause) { events.add("closed by " + cause.getMessage()); }
      public void onClose() { events.add("closed"); }
    };
    client.resource(configMap("watched", Map.of())).create();
    try (var watch = client.configMaps().withLabel("own", "java").withResourceVersion(version).watch(watcher)) {
      client.configMaps().withName("watched").edit(now -> new ConfigMapBuilder(now).addToData("a", "1").build());
      client.configMaps().withName("watched").delete();
      expect(events, "ADDED watched", "MODIFIED watched", "DELETED watched");
    }
    expect(events, "closed");
    ok("a watch tells what has changed since a list, and is closed");
  }

  static void informer() throws Exception {
    client.resource(configMap("first", Map.of("a", "1"))).create();
    var events = new LinkedBlockingQueue<String>();
    try (var informer = client.configMaps().withLabel("own", "java").inform(new ResourceEventHandler<ConfigMap>() {
      public void onAdd(ConfigMap map) { events.add("add " + map.getMetadata().getName()); }
      public void onUpdate(ConfigMap old, ConfigMap map) { events.add("update " + map.getMetadata().getName()); }
      public void onDelete(ConfigMap map, boolean unknown) { events.add("delete " + map.getMetadata().getName()); }
    })) {
      check(informer.hasSynced() && informer.isWatching(), "informer", informer);
      var second = client.resource(configMap("second", Map.of())).create();
      client.resource(new ConfigMapBuilder(second).addToData("b", "2").build()).update();
      // An object that leaves the selector is deleted to those who watch by it.
      client.configMaps().withName("second").edit(now ->
          new ConfigMapBuilder(now).editMetadata().removeFromLabels("own").endMetadata().build());
      expect(events, "add first", "add second", "update second", "delete second");
      var kept = informer.getStore().list();
      check(kept.size() == 1 && kept.get(0).getData().get("a").equals("1"), "store", kept);
    }
    ok("an informer saw 4 events in order, its store holds what is left");
  }

  static void workload() throws Exception {
    var labels = Map.of("app", "java");
    var deployment = new DeploymentBuilder().withNewMetadata().withName("java").endMetadata()
        .withNewSpec().withReplicas(2).withNewSelector().withMatchLabels(labels).endSelector()
        .withNewTemplate().withNewMetadata().withLabels(labels).endMetadata()
        .withNewSpec().addNewContainer().withName("web").withImage("nginx:1.27").endContainer().endSpec().endTemplate()
        .endSpec().build();
    var made = client.resource(deployment).create();
    check(made.getSpec().getStrategy().getRollingUpdate().getMaxSurge().equals(new IntOrString("25%")), "defaults", made);
    client.resource(deployment).waitUntilReady(60, TimeUnit.SECONDS);
    var pods = client.pods().withLabels(labels).withField("status.phase", "Running").list().getItems();
    check(pods.size() == 2, "pods", pods.size());
    ok("a deployment has its defaults and becomes ready");
    var named = client.apps().deployments().withName("java");
    check(named.scale(3).getSpec().getReplicas() == 3, "scale", "");
    named.waitUntilCondition(now -> now.getStatus().getReadyReplicas() == 3, 60, TimeUnit.SECONDS);
    // What changes an object while a controller does so too may meet a conflict: each waits for the one before.
    named.rolling().restart();
    named.waitUntilCondition(Client::rolledOut, 60, TimeUnit.SECONDS);
    named.updateImage("nginx:1.28");
    named.waitUntilCondition(Client::rolledOut, 60, TimeUnit.SECONDS);
    check(client.apps().replicaSets().withLabels(labels).list().getItems().size() == 3, "replica sets", "");
    named.withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    named.waitUntilCondition(now -> now == null, 60, TimeUnit.SECONDS);
    check(client.apps().replicaSets().withLabels(labels).list().getItems().isEmpty(), "what it owned", "");
    ok("it is scaled, restarted, given another image and deleted with what it owned");
  }

  static boolean rolledOut(Deployment now) {
    var status = now.getStatus();
    return now.getMetadata().getGeneration().equals(status.getObservedGeneration())
        && now.getSpec().getReplicas().equals(status.getUpdatedReplicas())
        && status.getReplicas().equals(status.getUpdatedReplicas()) && status.getReplicas().equals(status.getAvailableReplicas());
  }

  static void anyKind() throws Exception {
    var manifest = """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: any}
        spec: {minAvailable: 50%, selector: {matchLabels: {app: java}}}
        """;
    GenericKubernetesResource body = Serialization.unmarshal(manifest, GenericKubernetesResource.class);
    var made = client.resource(body).create();
    check(made.getMetadata().getGeneration() == 1, "create", made);
    var list = client.genericKubernetesResources("policy/v1", "PodDisruptionBudget").list().getItems();
    check(list.size() == 1 && list.get(0).get("spec", "minAvailable").equals("50%"), "list", list);
    check(client.resource(body).delete().size() == 1, "delete", "");
    ok("a kind found by discovery is created from YAML, listed and deleted");
  }

  static void leader() throws Exception {
    var events = new LinkedBlockingQueue<String>();
    var elector = client.leaderElector().withConfig(new LeaderElectionConfigBuilder().withName("lock").withReleaseOnCancel(true)
        .withLock(new LeaseLock(NAMESPACE, "leader", "me")).withLeaseDuration(Duration.ofSeconds(3))
        .withRenewDeadline(Duration.ofSeconds(2)).withRetryPeriod(Duration.ofMillis(200))
        .withLeaderCallbacks(new LeaderCallbacks(() -> events.add("leads"), () -> events.add("stopped"), who -> { }))
        .build()).build();
    var running = elector.start();
    expect(events, "leads");
    var lease = client.leases().withName("leader");
    var first = lease.get().getSpec().getRenewTime();
    lease.waitUntilCondition(now -> now.getSpec().getRenewTime().isAfter(first), 30, TimeUnit.SECONDS);
    running.cancel(true);
    expect(events, "stopped");
    ok("a leader renews its lease and lets go");
  }
}
