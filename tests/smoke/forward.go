package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"time"
)

var forwarding = regexp.MustCompile(`^Forwarding from (127\.0\.0\.1:\d+) `)

// forward makes a service of a cluster reachable at a free port of this machine, until stop is called.
func forward(ctx context.Context, namespace, service string) (url string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, "kubectl", "port-forward", "--namespace="+namespace, "--address=127.0.0.1",
		"--pod-running-timeout=20s", "service/"+service, ":http")
	var said bytes.Buffer
	cmd.Stderr, cmd.WaitDelay = &said, time.Second
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return "", nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		address := forwarding.FindSubmatch(lines.Bytes())
		if address == nil {
			continue
		}
		go func() { _, _ = io.Copy(io.Discard, out) }() // a line for each connection, which wants a reader
		return "http://" + string(address[1]), func() {
			cancel()
			_ = cmd.Wait() // it was killed
		}, nil
	}
	err = cmd.Wait()
	cancel()
	return "", nil, fmt.Errorf("kubectl port-forward of service %s in %s: %w: %s", service, namespace, err, bytes.TrimSpace(said.Bytes()))
}
