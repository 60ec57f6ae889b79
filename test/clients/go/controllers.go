package main

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// anyKind: kinds found by discovery, objects without Go types.
func (w world) anyKind() {
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(w.Discovery()))
	ingress, err := mapper.RESTMapping(schema.GroupKind{Group: "networking.k8s.io", Kind: "Ingress"})
	must(err, "mapping")
	namespaced := ingress.Scope.Name() == meta.RESTScopeNameNamespace
	check(namespaced && ingress.Resource.Resource == "ingresses", "mapping", ingress.Resource)
	client, err := dynamic.NewForConfig(w.plain)
	must(err, "dynamic client")
	ingresses := client.Resource(ingress.Resource).Namespace(namespace)
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, namespace, nil)
	events := make(chan string, 100)
	_, err = factory.ForResource(ingress.Resource).Informer().AddEventHandler(told(events))
	must(err, "handler")
	factory.Start(w.ctx.Done())
	factory.WaitForCacheSync(w.ctx.Done())

	object := func(host string) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": ingress.GroupVersionKind.GroupVersion().String(), "kind": ingress.GroupVersionKind.Kind,
			"metadata": map[string]any{"name": "web"},
			"spec": map[string]any{"rules": []any{map[string]any{"host": host, "http": map[string]any{"paths": []any{map[string]any{
				"path": "/", "pathType": "Prefix", "backend": map[string]any{"service": map[string]any{
					"name": "web", "port": map[string]any{"number": int64(80)}}}}}}}}},
		}}
	}
	made, err := ingresses.Create(w.ctx, object("a.example"), metav1.CreateOptions{})
	must(err, "create")
	_, err = ingresses.Apply(w.ctx, "web", object("b.example"), metav1.ApplyOptions{FieldManager: "dynamic"})
	check(apierrors.IsConflict(err), "apply over what was created", err)
	applied, err := ingresses.Apply(w.ctx, "web", object("b.example"), metav1.ApplyOptions{FieldManager: "dynamic", Force: true})
	must(err, "forced apply")
	check(applied.GetGeneration() == made.GetGeneration()+1, "generation", applied.GetGeneration())
	applied.Object["status"] = map[string]any{"loadBalancer": map[string]any{"ingress": []any{map[string]any{"ip": "192.0.2.1"}}}}
	status, err := ingresses.UpdateStatus(w.ctx, applied, metav1.UpdateOptions{})
	must(err, "status")
	address, _, _ := unstructured.NestedSlice(status.Object, "status", "loadBalancer", "ingress")
	check(len(address) == 1 && status.GetGeneration() == applied.GetGeneration(), "status", status.Object)
	must(ingresses.Delete(w.ctx, "web", metav1.DeleteOptions{}), "delete")
	w.expect(events, "add web", "update web", "update web", "delete web")
	ok("a kind found by discovery is created, applied, given a status, deleted, and seen by a dynamic informer")
}

// oneLeader: two candidates, one lease; who lets go of it is followed by the other.
func (w world) oneLeader() {
	leading := make(chan string, 10)
	run := func(ctx context.Context, identity string) {
		leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
			Lock: &resourcelock.LeaseLock{
				LeaseMeta: metav1.ObjectMeta{Namespace: namespace, Name: "leader"}, Client: w.CoordinationV1(),
				LockConfig: resourcelock.ResourceLockConfig{Identity: identity},
			},
			LeaseDuration: 3 * time.Second, RenewDeadline: 2 * time.Second, RetryPeriod: 200 * time.Millisecond, ReleaseOnCancel: true,
			Callbacks: leaderelection.LeaderCallbacks{
				OnStartedLeading: func(context.Context) { leading <- identity }, OnStoppedLeading: func() {},
			},
		})
	}
	first, letGo := context.WithCancel(w.ctx)
	defer letGo()
	second, cancel := context.WithCancel(w.ctx)
	defer cancel()
	go run(first, "first")
	w.expect(leading, "first")
	go run(second, "second")
	leases := w.CoordinationV1().Leases(namespace)
	began, err := leases.Get(w.ctx, "leader", metav1.GetOptions{})
	must(err, "lease")
	eventually(w.ctx, "a renewed lease", func() bool {
		now, err := leases.Get(w.ctx, "leader", metav1.GetOptions{})
		must(err, "lease")
		return now.Spec.RenewTime.After(began.Spec.RenewTime.Time) && *now.Spec.HolderIdentity == "first"
	})
	check(len(leading) == 0, "leaders besides the first", len(leading))
	letGo()
	w.expect(leading, "second")
	lease, err := leases.Get(w.ctx, "leader", metav1.GetOptions{})
	must(err, "lease")
	check(*lease.Spec.HolderIdentity == "second" && *lease.Spec.LeaseTransitions > 0, "lease", lease.Spec)
	ok("of two candidates one leads, renews its lease, lets go, and is followed by the other")
}
