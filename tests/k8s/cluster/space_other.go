//go:build !linux

package cluster

import (
	"context"
	"errors"
)

var errNotLinux = errors.New("a node needs Linux")

func openSpace(context.Context) error             { return errNotLinux }
func closeSpaces(context.Context, []string) error { return errNotLinux }
func (Cluster) podSpaces() ([]string, error)      { return nil, errNotLinux }
func makeCgroups() error                          { return errNotLinux }
func removeCgroups(context.Context) error         { return errNotLinux }
func unmountBelow(string) error                   { return errNotLinux }
func startLoopback() error                        { return errNotLinux }

func IsApart() bool       { return false }
func Apart() (int, error) { return 0, errors.New("network namespaces need Linux") }
