// A program of client-go as controllers are written: protobuf, shared informers, server-side apply, leader election, the dynamic
// and the metadata client. It prints one line for each thing that is as it should be, and ends with 1 at the first that is not.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	namespace = "clients-go"
	protobuf  = "application/vnd.kubernetes.protobuf"
)

// world is what each part of the program gets: plain speaks JSON, typed speaks protobuf.
type world struct {
	ctx   context.Context
	plain *rest.Config
	typed *rest.Config
	kubernetes.Interface
}

func ok(format string, args ...any) { fmt.Printf("ok "+format+"\n", args...) }

func fail(format string, args ...any) {
	fmt.Printf("WRONG "+format+"\n", args...)
	os.Exit(1)
}

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func check(right bool, what string, got any) {
	if !right {
		fail("%s: got %v", what, got)
	}
}

// eventually waits for what an informer or a controller is about to do.
func eventually(ctx context.Context, what string, condition func() bool) {
	must(wait.PollUntilContextTimeout(ctx, 5*time.Millisecond, 30*time.Second, true,
		func(context.Context) (bool, error) { return condition(), nil }), what)
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Second)
	defer cancel()
	plain, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	must(err, "kubeconfig")
	plain.QPS = -1
	typed := rest.CopyConfig(plain)
	typed.ContentConfig = rest.ContentConfig{AcceptContentTypes: protobuf + ",application/json", ContentType: protobuf}
	client, err := kubernetes.NewForConfig(typed)
	must(err, "client")
	w := world{ctx, plain, typed, client}

	version, err := client.Discovery().ServerVersion()
	must(err, "version")
	check(version.Major == "1" && version.GitVersion != "", "version", version)
	_, lists, err := client.Discovery().ServerGroupsAndResources()
	must(err, "discovery")
	check(len(lists) > 15, "discovery", len(lists))
	ok("discovery lists the resources of %d group versions", len(lists))

	_, err = client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		metav1.CreateOptions{})
	must(err, "namespace")
	w.objects()
	w.conflicts()
	w.workload()
	w.apply()
	w.sharedInformers()
	w.reconnects()
	w.watchResumes()
	w.justMetadata()
	w.anyKind()
	w.oneLeader()
	must(client.CoreV1().Namespaces().Delete(ctx, namespace, metav1.DeleteOptions{}), "delete the namespace")
	eventually(ctx, "the end of the namespace", func() bool {
		_, err := client.CoreV1().Namespaces().Get(ctx, namespace, metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
	ok("the namespace and all in it is gone")
	fmt.Println("done")
}

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"own": "go"}}, Data: data}
}
