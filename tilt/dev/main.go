// Command dev is in every image of the Tilt loop beside the program: it starts it anew when a newer one arrives, is the
// tar that Tilt brings it with, and the way from a pod to a service that runs on the developer's machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

const usage = `usage: dev run PROGRAM [ARGUMENT...] | kill | relay | local
  run    run the program, or the one of the same name in /live, and start that anew whenever it changes
  kill   kill what run has started, as a crash would
  relay  in a pod: pass what comes to port 8080, and from the sidecar to 8180, on to who is connected to 127.0.0.1:9000
  local  on the developer's machine: connect a pod's relay, on 127.0.0.1:RELAY_PORT, to the service on 127.0.0.1:PUBLIC_PORT and APP_PORT`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := do(ctx, os.Args)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, filepath.Base(os.Args[0])+":", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// do returns the exit code of a program that was run.
func do(ctx context.Context, args []string) (int, error) {
	switch {
	case filepath.Base(args[0]) == "tar":
		return 0, untar(os.Stdin, args[1:])
	case len(args) >= 3 && args[1] == "run":
		return supervisor{live: "/live", out: os.Stdout}.run(ctx, args[2:])
	case len(args) == 2 && args[1] == "kill":
		return 0, kill("/proc", os.Getpid())
	case len(args) == 2 && args[1] == "relay":
		return 0, relay(ctx, ":8080", "127.0.0.1:8180", "127.0.0.1:9000")
	case len(args) == 2 && args[1] == "local":
		at := func(port string) string { return "127.0.0.1:" + os.Getenv(port) }
		return 0, local(ctx, at("RELAY_PORT"), at("PUBLIC_PORT"), at("APP_PORT"))
	}
	return 2, errors.New(usage)
}
