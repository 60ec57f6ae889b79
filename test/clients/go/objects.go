package main

import (
	"encoding/json"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	applyapps "k8s.io/client-go/applyconfigurations/apps/v1"
	applyscale "k8s.io/client-go/applyconfigurations/autoscaling/v1"
	applycore "k8s.io/client-go/applyconfigurations/core/v1"
	applymeta "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/util/retry"
)

// objects: what a typed client does with one, all of it in protobuf.
func (w world) objects() {
	maps := w.CoreV1().ConfigMaps(namespace)
	made, err := maps.Create(w.ctx, configMap("plain", map[string]string{"a": "1"}), metav1.CreateOptions{})
	must(err, "create")
	check(made.UID != "" && time.Since(made.CreationTimestamp.Time) < time.Minute, "what the server sets", made)
	made.Data["a"] = "2"
	made.BinaryData = map[string][]byte{"raw": {0, 255, 1}}
	replaced, err := maps.Update(w.ctx, made, metav1.UpdateOptions{FieldManager: "go-program"})
	must(err, "update")
	manager := replaced.ManagedFields[1].Manager
	check(string(replaced.BinaryData["raw"]) == "\x00\xff\x01" && manager == "go-program", "update", replaced)
	ok("create and update in protobuf, bytes and field managers are kept")

	_, err = maps.Patch(w.ctx, "plain", types.StrategicMergePatchType, []byte(`{"data":{"b":"1"}}`), metav1.PatchOptions{})
	must(err, "strategic merge patch")
	_, err = maps.Patch(w.ctx, "plain", types.MergePatchType, []byte(`{"data":{"a":null,"b":"2"}}`), metav1.PatchOptions{})
	must(err, "merge patch")
	got, err := maps.Patch(w.ctx, "plain", types.JSONPatchType,
		[]byte(`[{"op":"test","path":"/data/b","value":"2"},{"op":"add","path":"/data/c","value":"3"}]`), metav1.PatchOptions{})
	must(err, "JSON patch")
	check(labels.Set(got.Data).String() == "b=2,c=3", "three kinds of patches", got.Data)
	ok("strategic merge, merge and JSON patches are answered in protobuf")

	dry := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
	_, err = maps.Create(w.ctx, configMap("dry", nil), dry)
	must(err, "dry run")
	_, err = maps.Get(w.ctx, "dry", metav1.GetOptions{})
	check(apierrors.IsNotFound(err), "after a dry run", err)
	nameless := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "made-"}}
	generated, err := maps.Create(w.ctx, nameless, metav1.CreateOptions{})
	must(err, "generateName")
	check(len(generated.Name) == len("made-")+5, "generateName", generated.Name)
	ok("a dry run leaves nothing, generateName makes a name")

	wrong := types.UID("00000000-0000-0000-0000-000000000000")
	err = maps.Delete(w.ctx, "plain", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &wrong}})
	check(apierrors.IsConflict(err), "delete of another uid", err)
	must(maps.DeleteCollection(w.ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "own=go"}), "delete collection")
	_, err = maps.Get(w.ctx, "plain", metav1.GetOptions{})
	check(apierrors.IsNotFound(err), "after deletion", err)
	ok("preconditions hold, a collection is deleted by its labels")
}

// conflicts: the errors that controllers tell apart.
func (w world) conflicts() {
	maps := w.CoreV1().ConfigMaps(namespace)
	stale, err := maps.Create(w.ctx, configMap("contended", map[string]string{"a": "1"}), metav1.CreateOptions{})
	must(err, "create")
	_, err = maps.Create(w.ctx, configMap("contended", nil), metav1.CreateOptions{})
	check(apierrors.IsAlreadyExists(err), "already exists", err)
	_, err = maps.Create(w.ctx, configMap("Not A Name", nil), metav1.CreateOptions{})
	check(apierrors.IsInvalid(err) && apierrors.HasStatusCause(err, metav1.CauseTypeFieldValueInvalid), "invalid", err)
	_, err = w.CoreV1().ConfigMaps("nowhere").Create(w.ctx, configMap("a", nil), metav1.CreateOptions{})
	check(apierrors.IsNotFound(err), "a namespace that is not", err)
	_, err = maps.Patch(w.ctx, "contended", types.MergePatchType, []byte(`{"data":{"a":"2"}}`), metav1.PatchOptions{})
	must(err, "patch")
	_, err = maps.Update(w.ctx, stale, metav1.UpdateOptions{})
	check(apierrors.IsConflict(err), "conflict", err)
	must(retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh, err := maps.Get(w.ctx, "contended", metav1.GetOptions{})
		if err == nil {
			fresh.Data["d"] = "4"
			_, err = maps.Update(w.ctx, fresh, metav1.UpdateOptions{})
		}
		return err
	}), "retry on conflict")
	must(maps.Delete(w.ctx, "contended", metav1.DeleteOptions{}), "delete")
	ok("conflict, already exists, invalid and not found are told apart")
}

// workload: a Deployment that a controller rolls out, read in protobuf.
func (w world) workload() {
	two, selector := int32(2), map[string]string{"app": "go"}
	deployments := w.AppsV1().Deployments(namespace)
	made, err := deployments.Create(w.ctx, &appsv1.Deployment{
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
	surge := made.Spec.Strategy.RollingUpdate.MaxSurge
	check(*surge == intstr.FromString("25%") && *made.Spec.RevisionHistoryLimit == 10, "defaults", made.Spec)
	eventually(w.ctx, "rollout", func() bool {
		got, err := deployments.Get(w.ctx, "go", metav1.GetOptions{})
		must(err, "get a deployment")
		return got.Status.ReadyReplicas == 2 && got.Status.ObservedGeneration == got.Generation
	})
	ok("a deployment has its defaults and rolls out")

	page := metav1.ListOptions{LabelSelector: "app=go", Limit: 1}
	pods, err := w.CoreV1().Pods(namespace).List(w.ctx, page)
	must(err, "list pods")
	check(len(pods.Items) == 1 && pods.Continue != "" && pods.Items[0].Status.PodIP != "", "a page of pods", pods.ListMeta)
	page.Continue = pods.Continue
	rest, err := w.CoreV1().Pods(namespace).List(w.ctx, page)
	must(err, "the next page")
	check(len(rest.Items) == 1 && rest.Continue == "" && rest.Items[0].UID != pods.Items[0].UID, "the next page", rest.ListMeta)
	ok("pods come in pages")

	scale, err := deployments.GetScale(w.ctx, "go", metav1.GetOptions{})
	must(err, "scale")
	check(scale.Spec.Replicas == 2 && scale.Status.Selector == "app=go", "scale", scale)
	scale.Spec.Replicas = 0
	_, err = deployments.UpdateScale(w.ctx, "go", scale, metav1.UpdateOptions{})
	must(err, "update the scale")
	scaled, err := deployments.ApplyScale(w.ctx, "go", applyscale.Scale().WithSpec(applyscale.ScaleSpec().WithReplicas(1)),
		metav1.ApplyOptions{FieldManager: "scaler", Force: true})
	must(err, "apply the scale")
	check(scaled.Spec.Replicas == 1, "applied scale", scaled)
	foreground := metav1.DeletePropagationForeground
	must(deployments.Delete(w.ctx, "go", metav1.DeleteOptions{PropagationPolicy: &foreground}), "delete in the foreground")
	eventually(w.ctx, "deletion in the foreground", func() bool {
		_, err := deployments.Get(w.ctx, "go", metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
	sets, err := w.AppsV1().ReplicaSets(namespace).List(w.ctx, metav1.ListOptions{})
	must(err, "list replica sets")
	check(len(sets.Items) == 0, "what the deployment owned", sets.Items)
	ok("the scale is read, updated and applied; deletion in the foreground takes the dependents first")
}

// apply: server-side apply with typed apply configurations, and what can be extracted of what a manager owns.
func (w world) apply() {
	maps := w.CoreV1().ConfigMaps(namespace)
	wanted := func(value string) *applycore.ConfigMapApplyConfiguration {
		return applycore.ConfigMap("applied", namespace).WithData(map[string]string{"a": value})
	}
	_, err := maps.Apply(w.ctx, wanted("1"), metav1.ApplyOptions{FieldManager: "one"})
	must(err, "apply")
	_, err = maps.Apply(w.ctx, wanted("2"), metav1.ApplyOptions{FieldManager: "two"})
	check(apierrors.IsConflict(err) && apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict), "conflict of apply", err)
	got, err := maps.Apply(w.ctx, wanted("2"), metav1.ApplyOptions{FieldManager: "two", Force: true})
	must(err, "forced apply")
	owned, err := applycore.ExtractConfigMap(got, "two")
	must(err, "extract")
	check(owned.Data["a"] == "2", "extract", owned.Data)
	got, err = maps.Apply(w.ctx, applycore.ConfigMap("applied", namespace), metav1.ApplyOptions{FieldManager: "two"})
	must(err, "apply of less")
	check(len(got.Data) == 0, "a field that is given up", got.Data)
	ok("server-side apply: conflict, force, extract, and a field that is given up")

	container := applycore.Container().WithName("web").WithImage("nginx:1.27").
		WithPorts(applycore.ContainerPort().WithContainerPort(80), applycore.ContainerPort().WithContainerPort(443))
	app := applyapps.Deployment("applied", namespace).WithSpec(applyapps.DeploymentSpec().WithReplicas(0).
		WithSelector(applymeta.LabelSelector().WithMatchLabels(map[string]string{"app": "applied"})).
		WithTemplate(applycore.PodTemplateSpec().WithLabels(map[string]string{"app": "applied"}).
			WithSpec(applycore.PodSpec().WithContainers(container))))
	first, err := w.AppsV1().Deployments(namespace).Apply(w.ctx, app, metav1.ApplyOptions{FieldManager: "one"})
	must(err, "apply a deployment")
	kept := &app.Spec.Template.Spec.Containers[0]
	kept.Ports = kept.Ports[1:]
	second, err := w.AppsV1().Deployments(namespace).Apply(w.ctx, app, metav1.ApplyOptions{FieldManager: "one"})
	must(err, "apply it with less")
	ports, _ := json.Marshal(second.Spec.Template.Spec.Containers[0].Ports)
	check(string(ports) == `[{"containerPort":443,"protocol":"TCP"}]`, "ports", string(ports))
	check(second.Generation == first.Generation+1, "generation", second.Generation)
	again, err := w.AppsV1().Deployments(namespace).Apply(w.ctx, app, metav1.ApplyOptions{FieldManager: "one"})
	must(err, "apply it again")
	check(again.Generation == second.Generation, "applied twice", again.Generation)
	ok("lists are merged by their keys, and applying twice is applying once")
}
