package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	toolswatch "k8s.io/client-go/tools/watch"
)

// told tells the events of an informer as words.
func told(events chan<- string) cache.ResourceEventHandler {
	name := func(object any) string {
		if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = gone.Obj
		}
		key, err := cache.MetaNamespaceKeyFunc(object)
		must(err, "key")
		return strings.TrimPrefix(key, namespace+"/")
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { events <- "add " + name(object) },
		UpdateFunc: func(_, object any) { events <- "update " + name(object) },
		DeleteFunc: func(object any) { events <- "delete " + name(object) },
	}
}

func (w world) expect(events <-chan string, wanted ...string) {
	for _, word := range wanted {
		select {
		case got := <-events:
			check(got == word, "informer: wanted "+word, got)
		case <-w.ctx.Done():
			must(w.ctx.Err(), "informer: waiting for "+word)
		}
	}
}

// sharedInformers: caches that are filled and kept in protobuf.
func (w world) sharedInformers() {
	maps := w.CoreV1().ConfigMaps(namespace)
	_, err := maps.Create(w.ctx, configMap("first", map[string]string{"a": "1"}), metav1.CreateOptions{})
	must(err, "create")
	factory := informers.NewSharedInformerFactoryWithOptions(w, 0, informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "own=go" }))
	events := make(chan string, 100)
	informer := factory.Core().V1().ConfigMaps()
	_, err = informer.Informer().AddEventHandler(told(events))
	must(err, "handler")
	must(informer.Informer().AddIndexers(cache.Indexers{"a": func(object any) ([]string, error) {
		return []string{object.(*corev1.ConfigMap).Data["a"]}, nil
	}}), "indexer")
	factory.Start(w.ctx.Done())
	factory.WaitForCacheSync(w.ctx.Done())
	second, err := maps.Create(w.ctx, configMap("second", nil), metav1.CreateOptions{})
	must(err, "create")
	w.expect(events, "add first", "add second")
	second.Data = map[string]string{"b": "2"}
	second, err = maps.Update(w.ctx, second, metav1.UpdateOptions{})
	must(err, "update")
	w.expect(events, "update second")
	// An object that leaves the selector is deleted to those who watch by it.
	second.Labels = nil
	second, err = maps.Update(w.ctx, second, metav1.UpdateOptions{})
	must(err, "update of labels")
	w.expect(events, "delete second")
	second.Labels = map[string]string{"own": "go"}
	_, err = maps.Update(w.ctx, second, metav1.UpdateOptions{})
	must(err, "update of labels")
	must(maps.Delete(w.ctx, "second", metav1.DeleteOptions{}), "delete")
	w.expect(events, "add second", "delete second")
	left, err := informer.Lister().ConfigMaps(namespace).List(labels.Everything())
	must(err, "lister")
	indexed, err := informer.Informer().GetIndexer().ByIndex("a", "1")
	must(err, "index")
	check(len(left) == 1 && left[0].Name == "first" && len(indexed) == 1, "lister", left)
	ok("a shared informer saw 7 events in order, its lister holds what is left")
}

// reconnects: a server that ends watches when they asked to is asked again where it stopped: no list, nothing missed, no hurry.
func (w world) reconnects() {
	var watches, lists atomic.Int32
	config := rest.CopyConfig(w.typed)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if request.URL.Query().Get("watch") != "" {
				watches.Add(1)
			} else {
				lists.Add(1)
			}
			return next.RoundTrip(request)
		})
	})
	client, err := kubernetes.NewForConfig(config)
	must(err, "client")
	one, events, start := int64(1), make(chan string, 1000), time.Now()
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) {
			if options.TimeoutSeconds != nil {
				options.TimeoutSeconds = &one
			}
		}))
	_, err = factory.Core().V1().Secrets().Informer().AddEventHandler(told(events))
	must(err, "handler")
	ctx, cancel := context.WithCancel(w.ctx)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	for made := 0; watches.Load() < 4; made++ {
		_, err := w.CoreV1().Secrets(namespace).Create(w.ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("secret-%d", made)}}, metav1.CreateOptions{})
		must(err, "create a secret")
		w.expect(events, fmt.Sprintf("add secret-%d", made))
		time.Sleep(20 * time.Millisecond)
	}
	took := time.Since(start)
	cancel()
	check(lists.Load() == 0, "lists where watches begin with what is there", lists.Load())
	check(took > 2500*time.Millisecond, "time of 4 watches of a second", took)
	ok("an informer whose watches end each second begins where it stopped, without a list, and misses nothing")
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// watchResumes: a watch from a version gets what has changed since, once and in order.
func (w world) watchResumes() {
	maps := w.CoreV1().ConfigMaps(namespace)
	start, err := maps.List(w.ctx, metav1.ListOptions{})
	must(err, "list")
	made, err := maps.Create(w.ctx, configMap("resumed", nil), metav1.CreateOptions{})
	must(err, "create")
	must(maps.Delete(w.ctx, "resumed", metav1.DeleteOptions{}), "delete")
	words := func(watcher watch.Interface, count int) (all []string) {
		defer watcher.Stop()
		for range count {
			select {
			case event, open := <-watcher.ResultChan():
				check(open, "a watch that goes on", all)
				all = append(all, string(event.Type))
			case <-w.ctx.Done():
				fail("watch: only %v", all)
			}
		}
		return all
	}
	byName := metav1.ListOptions{FieldSelector: "metadata.name=resumed"}
	retried, err := toolswatch.NewRetryWatcherWithContext(w.ctx, start.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = byName.FieldSelector
			return maps.Watch(ctx, options)
		}})
	must(err, "retry watcher")
	check(fmt.Sprint(words(retried, 2)) == "[ADDED DELETED]", "watch from a list", nil)
	byName.ResourceVersion = made.ResourceVersion
	later, err := maps.Watch(w.ctx, byName)
	must(err, "watch")
	check(fmt.Sprint(words(later, 1)) == "[DELETED]", "watch from an object", nil)
	_, err = maps.Watch(w.ctx, metav1.ListOptions{ResourceVersion: "soon"})
	check(err != nil, "a watch from a version that is none", err)
	ok("a watch resumes after a list and after an object, and not after a version that is none")
}

// justMetadata: the garbage collector's kind of informer, which asks for PartialObjectMetadata in protobuf.
func (w world) justMetadata() {
	light, err := metadata.NewForConfig(w.plain)
	must(err, "metadata client")
	factory := metadatainformer.NewFilteredSharedInformerFactory(light, 0, namespace,
		func(options *metav1.ListOptions) { options.LabelSelector = "own=go" })
	lister := factory.ForResource(corev1.SchemeGroupVersion.WithResource("configmaps")).Lister()
	factory.Start(w.ctx.Done())
	factory.WaitForCacheSync(w.ctx.Done())
	_, err = w.CoreV1().ConfigMaps(namespace).Create(w.ctx, configMap("third", nil), metav1.CreateOptions{})
	must(err, "create")
	eventually(w.ctx, "metadata of a new object", func() bool {
		all, err := lister.List(labels.Everything())
		return err == nil && len(all) == 2
	})
	ok("an informer of mere metadata sees what is made")
}
