package cluster

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Down ends everything that Up started and removes what it made, and so for a cluster that is half there. What was built
// stays. It is an error when something is left.
func (c Cluster) Down(ctx context.Context) error {
	if _, err := os.Stat(c.state()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	began := time.Now()
	wasUp := c.Running()
	if wasUp {
		// The pods end in their own time while there is somebody to end them.
		patience, cancel := context.WithTimeout(ctx, 40*time.Second)
		_, _ = c.Kubectl(patience, nil, "delete", "deployments,statefulsets,pods", "--all", "--all-namespaces", "--grace-period=1", "--wait=true") // the rest is ended by force
		cancel()
	}
	spaces, err := c.podSpaces()
	failed := []error{err, c.closeOutside(ctx)}
	for _, d := range []daemon{coredns, proxy, kubelet, scheduler, controllerManager} {
		failed = append(failed, c.stop(ctx, d.name))
	}
	failed = append(failed, c.endContainers(ctx))
	for _, d := range []daemon{containerd, apiserver, etcd} {
		failed = append(failed, c.stop(ctx, d.name))
	}
	if err := errors.Join(failed...); err != nil {
		return err // its files are still needed to try again
	}
	if err := errors.Join(unmountBelow(c.state()), closeSpaces(ctx, spaces), removeCgroups(ctx), c.removeLinks()); err != nil {
		return err
	}
	for _, made := range []string{kubeletSocket, filepath.Dir(kubeletSocket), "/var/lib/kubelet", "/var/lib/cni/results", "/var/lib/cni"} {
		_ = os.Remove(made) // a folder stays when others have something in it
	}
	err = os.RemoveAll(c.state())
	if wasUp {
		c.say(began, "the cluster is gone")
	}
	return err
}

// endContainers ends the containers that are left, with the processes that watch over them.
func (c Cluster) endContainers(ctx context.Context) error {
	if c.pid(containerd.name) != 0 {
		tasks, err := c.ctr(ctx, "tasks", "ls", "-q")
		if err != nil {
			return err
		}
		for _, t := range strings.Fields(tasks) {
			_, _ = c.ctr(ctx, "tasks", "delete", "--force", t) // it may have ended meanwhile
		}
	}
	shims, err := c.strays("containerd-shim")
	if err != nil {
		return err
	}
	for _, pid := range shims {
		_ = syscall.Kill(pid, syscall.SIGTERM)
	}
	return Until(ctx, 10*time.Second, "the containers' shims to end", func(context.Context) error {
		if left, err := c.strays("containerd-shim"); err != nil || len(left) == 0 {
			return err
		}
		return errors.New("some still run")
	})
}

// removeLinks removes what kubelet links into the system's log folder.
func (c Cluster) removeLinks() error {
	links, _ := filepath.Glob("/var/log/containers/*") // the pattern is ours
	var failed []error
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && strings.HasPrefix(to, c.path()) {
			failed = append(failed, os.Remove(l))
		}
	}
	return errors.Join(failed...)
}
