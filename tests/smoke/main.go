// Command smoke asks a running system for one order and follows it everywhere: stock holds it, sells it and takes it back,
// and notify hears of it. It ends with 0 if all of that came true in time, and takes away what it made.
//
//	go run ./tests/smoke                               # against `make run`
//	go run ./tests/smoke -namespace orderly-staging    # in a cluster, by kubectl port-forward
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

var services = []string{"order", "stock", "notify"}

func main() {
	urls := map[string]*string{
		"order":  flag.String("order", "http://127.0.0.1:8081", "base `URL` of the service"),
		"stock":  flag.String("stock", "http://127.0.0.1:8082", "base `URL` of the service"),
		"notify": flag.String("notify", "http://127.0.0.1:8083", "base `URL` of the service"),
	}
	namespace := flag.String("namespace", "", "of a cluster, that kubectl can reach; the URLs are not used then")
	commit := flag.String("commit", "", "that every service must say it is built from")
	mail := flag.String("mail", "", "`address` to send mail to; without one the customer has none, and gets none")
	limit := flag.Duration("limit", time.Minute, "time for everything but cleaning up")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := newShop(os.Stdout)
	s.commit, s.mail = *commit, *mail
	for service, url := range urls {
		s.urls[service] = *url
	}
	if err := run(ctx, s, *namespace, *limit); err != nil {
		fmt.Fprintln(os.Stderr, "smoke: "+err.Error())
		os.Exit(1)
	}
}

// run keeps the ways to the services open as long as it needs them: until it has cleaned up.
func run(ctx context.Context, s *shop, namespace string, limit time.Duration) error {
	if namespace != "" {
		for _, service := range services {
			url, stop, err := forward(context.WithoutCancel(ctx), namespace, service)
			if err != nil {
				return err
			}
			defer stop()
			s.urls[service] = url
		}
	}
	return s.run(ctx, limit)
}
