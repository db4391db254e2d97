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
