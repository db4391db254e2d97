package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Relay joins every connection that l accepts with a new one to the address, until l is closed. A caller for whom nobody
// is there sees a connection that ends.
func Relay(l net.Listener, network, address string) error {
	for {
		from, err := l.Accept()
		if err != nil {
			return err
		}
		go join(from, network, address)
	}
}

func join(from net.Conn, network, address string) {
	defer from.Close()
	to, err := net.Dial(network, address)
	if err != nil {
		return
	}
	defer to.Close()
	done := make(chan struct{}, 2)
	pipe := func(a, b net.Conn) { _, _ = io.Copy(a, b); done <- struct{}{} }
	go pipe(from, to)
	go pipe(to, from)
	<-done
}

// RelayBetween relays from one address to another, each such as tcp:127.0.0.1:6443 or unix:/path, until it is ended.
func RelayBetween(from, to string) error {
	network, address, _ := strings.Cut(from, ":")
	l, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	network, address, _ = strings.Cut(to, ":")
	return Relay(l, network, address)
}

// The relays by which the host reaches the API server. A socket that is a file is in no network namespace: one relay
// listens on 127.0.0.1 of the host, the other is inside, and the file is between them.
const outside, inside = "relay-outside", "relay-inside"

// openOutside starts them and writes the kubeconfig for the host. This program must know `relay FROM TO`.
func (c Cluster) openOutside(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	free, err := FreeAddresses(1)
	if err != nil {
		return err
	}
	between := "unix:" + c.state("api.socket")
	if err := c.run(ctx, daemon{inside, func(Cluster) []string {
		return []string{program, "relay", between, "tcp:" + strings.TrimPrefix(apiURL, "https://")}
	}}); err != nil {
		return err
	}
	if err := c.start(outside, exec.Command(program, "relay", "tcp:"+free[0], between)); err != nil {
		return err
	}
	if err := c.kubeconfig(c.KubeconfigOutside(), "https://"+free[0], "admin"); err != nil {
		return err
	}
	return Until(ctx, 10*time.Second, "the API server on "+free[0], func(ctx context.Context) error {
		_, err := Output(exec.CommandContext(ctx, c.Bin("kubectl"), "--kubeconfig="+c.KubeconfigOutside(), "get", "--raw", "/readyz"))
		return err
	})
}

func (c Cluster) closeOutside(ctx context.Context) error {
	err := errors.Join(c.stop(ctx, outside), c.stop(ctx, inside))
	if err != nil {
		return fmt.Errorf("relays: %w", err)
	}
	return os.RemoveAll(c.KubeconfigOutside())
}
