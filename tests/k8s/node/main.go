// Command node is `make k8s-up`, `make k8s-down`, `make k8s-test` and `make tilt-test`: a real Kubernetes of one node on this machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"orderly/tests/k8s/cluster"
)

const usage = `usage: node up | down | test [overlay ...] | loop | build [program ...] | load image.tar | run program [argument ...]
  up     build what is missing, start the cluster, install Dapr
  down   end it and remove all of it but what was built
  test   check all overlays, and try the product in the cluster; one is brought up and ended if none is there. Where none
         can be, the overlays only
  loop   go through the Tilt loop in a cluster, likewise
  build  build the programs of a cluster, or some of them
  load   put the images of an archive into the cluster
  run    run a program inside the cluster's network, with KUBECONFIG set`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := do(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "node:", err)
		os.Exit(1)
	}
}

func do(ctx context.Context, args []string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	c := cluster.Cluster{Root: root, Progress: os.Stderr}
	switch {
	case len(args) == 1 && args[0] == "up":
		return c.Up(ctx)
	case len(args) == 1 && args[0] == "down":
		return c.Down(ctx)
	case len(args) >= 1 && args[0] == "test":
		return test(ctx, c, args[1:])
	case len(args) == 1 && args[0] == "loop":
		return loop(ctx, c)
	case len(args) >= 1 && args[0] == "build":
		return c.Build(ctx, args[1:]...)
	case len(args) == 2 && args[0] == "load":
		return c.Import(ctx, args[1])
	case len(args) == 3 && args[0] == "relay": // started by up
		return cluster.RelayBetween(args[1], args[2])
	case len(args) >= 2 && args[0] == "run":
		cmd := c.Command(ctx, args[1], args[2:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		cmd.Env = append(os.Environ(), "KUBECONFIG="+c.Kubeconfig())
		return cmd.Run()
	}
	return errors.New(usage)
}
