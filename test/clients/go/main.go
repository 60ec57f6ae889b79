// A program of client-go as controllers are written: protobuf by default, shared informers, a lister, server-side apply, a
// lease lock, and the metadata client. It prints one line for each thing that works and ends with 1 at the first that does not.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	applycore "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/util/retry"
)

const namespace = "default"

func must(err error, what string) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func check(ok bool, what string, got any) {
	if !ok {
		fmt.Printf("%s: got %v\n", what, got)
		os.Exit(1)
	}
}

// eventually waits for what an informer is about to learn.
func eventually(ctx context.Context, what string, condition func() bool) {
	must(wait.PollUntilContextTimeout(ctx, 5*time.Millisecond, 30*time.Second, true,
		func(context.Context) (bool, error) { return condition(), nil }), what)
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	must(err, "kubeconfig")
	config.QPS, config.Burst = -1, 0
	plain := *config
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	must(err, "client")

	version, err := client.Discovery().ServerVersion()
	must(err, "version")
	fmt.Println("version", version.GitVersion)
	_, resources, err := client.Discovery().ServerGroupsAndResources()
	must(err, "discovery")
	check(len(resources) > 15, "discovery", len(resources))

	informer(ctx, client)
	workload(ctx, client)
	conflicts(ctx, client)
	apply(ctx, client)
	lock(ctx, client)
	must(justMetadata(ctx, &plain, client), "metadata")
	fmt.Println("done")
}

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"own": "go"}}, Data: data}
}

// informer: a cache that is filled by a list and kept by a watch, both in protobuf.
func informer(ctx context.Context, client kubernetes.Interface) {
	maps := client.CoreV1().ConfigMaps(namespace)
	_, err := maps.Create(ctx, configMap("first", map[string]string{"a": "1"}), metav1.CreateOptions{})
	must(err, "create in protobuf")
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "own=go" }))
	events := make(chan string, 100)
	name := func(object any) string {
		if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = gone.Obj
		}
		return object.(*corev1.ConfigMap).Name
	}
	_, err = factory.Core().V1().ConfigMaps().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { events <- "add " + name(object) },
		UpdateFunc: func(_, object any) { events <- "update " + name(object) },
		DeleteFunc: func(object any) { events <- "delete " + name(object) },
	})
	must(err, "handler")
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	second, err := maps.Create(ctx, configMap("second", nil), metav1.CreateOptions{})
	must(err, "create")
	second.Data = map[string]string{"b": "2"}
	_, err = maps.Update(ctx, second, metav1.UpdateOptions{})
	must(err, "update")
	must(maps.Delete(ctx, "second", metav1.DeleteOptions{}), "delete")
	for _, wanted := range []string{"add first", "add second", "update second", "delete second"} {
		select {
		case got := <-events:
			check(got == wanted, "informer: wanted "+wanted, got)
		case <-ctx.Done():
			must(ctx.Err(), "informer: waiting for "+wanted)
		}
	}
	left, err := factory.Core().V1().ConfigMaps().Lister().ConfigMaps(namespace).List(labels.Everything())
	must(err, "lister")
	check(len(left) == 1 && left[0].Name == "first" && left[0].Data["a"] == "1", "lister", left)
	fmt.Println("informer")
}

// workload: a Deployment that a controller rolls out, read in protobuf.
func workload(ctx context.Context, client kubernetes.Interface) {
	two, selector := int32(2), map[string]string{"app": "go"}
	_, err := client.AppsV1().Deployments(namespace).Create(ctx, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "go"},
		Spec: appsv1.DeploymentSpec{
			Replicas: &two, Selector: &metav1.LabelSelector{MatchLabels: selector},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: selector},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "nginx:1.27"}}},
			},
		},
	}, metav1.CreateOptions{})
	must(err, "create a deployment")
	eventually(ctx, "rollout", func() bool {
		got, err := client.AppsV1().Deployments(namespace).Get(ctx, "go", metav1.GetOptions{})
		must(err, "get a deployment")
		return got.Status.ReadyReplicas == 2 && got.Status.ObservedGeneration == got.Generation
	})
	pods, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=go", Limit: 1})
	must(err, "list pods")
	check(len(pods.Items) == 1 && pods.Continue != "" && pods.Items[0].Status.PodIP != "", "a page of pods", pods.ListMeta)
	scale, err := client.AppsV1().Deployments(namespace).GetScale(ctx, "go", metav1.GetOptions{})
	must(err, "scale")
	scale.Spec.Replicas = 0
	_, err = client.AppsV1().Deployments(namespace).UpdateScale(ctx, "go", scale, metav1.UpdateOptions{})
	must(err, "update the scale")
	fmt.Println("workload")
}

func conflicts(ctx context.Context, client kubernetes.Interface) {
	maps := client.CoreV1().ConfigMaps(namespace)
	_, err := maps.Get(ctx, "none", metav1.GetOptions{})
	check(apierrors.IsNotFound(err), "not found", err)
	_, err = maps.Create(ctx, configMap("first", nil), metav1.CreateOptions{})
	check(apierrors.IsAlreadyExists(err), "already exists", err)
	_, err = maps.Create(ctx, configMap("Not A Name", nil), metav1.CreateOptions{})
	check(apierrors.IsInvalid(err), "invalid", err)
	stale, err := maps.Get(ctx, "first", metav1.GetOptions{})
	must(err, "get")
	_, err = maps.Patch(ctx, "first", types.StrategicMergePatchType, []byte(`{"data":{"c":"3"}}`), metav1.PatchOptions{})
	must(err, "patch")
	_, err = maps.Update(ctx, stale, metav1.UpdateOptions{})
	check(apierrors.IsConflict(err), "conflict", err)
	must(retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh, err := maps.Get(ctx, "first", metav1.GetOptions{})
		if err == nil {
			fresh.Data["d"] = "4"
			_, err = maps.Update(ctx, fresh, metav1.UpdateOptions{})
		}
		return err
	}), "retry on conflict")
	fmt.Println("conflicts")
}

func apply(ctx context.Context, client kubernetes.Interface) {
	maps := client.CoreV1().ConfigMaps(namespace)
	wanted := func(value string) *applycore.ConfigMapApplyConfiguration {
		return applycore.ConfigMap("applied", namespace).WithData(map[string]string{"a": value})
	}
	_, err := maps.Apply(ctx, wanted("1"), metav1.ApplyOptions{FieldManager: "one"})
	must(err, "apply")
	_, err = maps.Apply(ctx, wanted("2"), metav1.ApplyOptions{FieldManager: "two"})
	check(apierrors.IsConflict(err), "apply over another's field", err)
	got, err := maps.Apply(ctx, wanted("2"), metav1.ApplyOptions{FieldManager: "two", Force: true})
	must(err, "forced apply")
	check(got.Data["a"] == "2", "forced apply", got.Data)
	owned, err := applycore.ExtractConfigMap(got, "two")
	must(err, "extract")
	check(owned.Data["a"] == "2", "extract", owned.Data)
	fmt.Println("apply")
}

// lock: what leader election does with its lease.
func lock(ctx context.Context, client kubernetes.Interface) {
	lease := &resourcelock.LeaseLock{
		LeaseMeta: metav1.ObjectMeta{Namespace: namespace, Name: "leader"}, Client: client.CoordinationV1(),
		LockConfig: resourcelock.ResourceLockConfig{Identity: "me"},
	}
	now := metav1.NewTime(time.Now().Truncate(time.Microsecond))
	record := resourcelock.LeaderElectionRecord{HolderIdentity: "me", LeaseDurationSeconds: 15, AcquireTime: now, RenewTime: now}
	must(lease.Create(ctx, record), "create a lease")
	got, _, err := lease.Get(ctx)
	must(err, "get a lease")
	check(got.HolderIdentity == "me" && got.RenewTime.Equal(&now), "lease", got)
	record.LeaderTransitions = 1
	must(lease.Update(ctx, record), "renew a lease")
	fmt.Println("lock")
}

// justMetadata: the garbage collector's kind of informer, which asks for PartialObjectMetadata in protobuf.
func justMetadata(ctx context.Context, config *rest.Config, client kubernetes.Interface) error {
	light, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	resource := corev1.SchemeGroupVersion.WithResource("configmaps")
	factory := metadatainformer.NewFilteredSharedInformerFactory(light, 0, namespace, func(options *metav1.ListOptions) { options.LabelSelector = "own=go" })
	lister := factory.ForResource(resource).Lister()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	if _, err = client.CoreV1().ConfigMaps(namespace).Create(ctx, configMap("third", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	eventually(ctx, "metadata of a new object", func() bool {
		all, err := lister.List(labels.Everything())
		return err == nil && len(all) == 2
	})
	fmt.Println("metadata")
	return nil
}
