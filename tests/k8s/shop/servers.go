package shop

import (
	"context"
	"fmt"
	"net"
	"strings"

	"orderly/dapr/local"
	"orderly/tests/harness"
	"orderly/tests/k8s/cluster"
)

// startServers starts the servers of the set as local stacks have them, which listen on 127.0.0.1, and opens them to the
// pods on the node's address. The embedded set has a broker of its own in the cluster.
func (s *Shop) startServers(ctx context.Context) error {
	bin, err := harness.Binaries(harness.Unraced)
	if err != nil {
		return err
	}
	run, err := local.ReadRunFile(s.Root, s.Set)
	if err != nil {
		return err
	}
	ports, release, err := local.FreePorts(run)
	if err != nil {
		return err
	}
	s.close = append(s.close, release)
	if s.servers, err = local.New(local.Options{Root: s.Root, Dir: s.Dir, Bin: bin, Run: run, Ports: ports}); err != nil {
		return err
	}
	s.close = append(s.close, s.servers.Kill)
	if s.Set == local.Embedded {
		return nil
	}
	for _, name := range s.servers.Servers() {
		if err := s.servers.Restart(ctx, name); err != nil {
			return err
		}
		if err := s.open(s.servers.ServerAddress(name)); err != nil {
			return err
		}
	}
	return nil
}

// open lets pods reach what listens on 127.0.0.1, by the same port of the node.
func (s *Shop) open(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort(cluster.NodeIP, port))
	if err != nil {
		return fmt.Errorf("%w: start this inside the cluster's network", err)
	}
	s.close = append(s.close, func() { l.Close() })
	go func() { _ = cluster.Relay(l, "tcp", address) }() // until it is closed
	return nil
}

// variables are what the component files take, as pods find the servers: by the Services of surroundings.
func (s *Shop) variables() map[string]string {
	all := map[string]string{}
	for _, name := range s.servers.Run.Set.Variables {
		value := s.servers.Given(name)
		for _, server := range s.servers.Servers() {
			address := s.servers.ServerAddress(server)
			value = strings.ReplaceAll(value, address, server+":"+cluster.Port(address))
		}
		value = strings.ReplaceAll(value, "127.0.0.1", "mailbox") // the one address that is told without its port
		if value != "" {
			all[name] = value
		}
	}
	return all
}
