package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// openSpace makes the network namespace: loopback, and a bridge that is the node's address and the pods' gateway. There is
// no link to the host.
func openSpace(ctx context.Context) error {
	if _, err := Output(exec.CommandContext(ctx, "ip", "netns", "add", space)); err != nil {
		return err
	}
	for _, line := range []string{
		"ip link set lo up",
		"ip link add " + bridge + " type bridge",
		"ip addr add " + NodeIP + "/16 dev " + bridge,
		"ip link set " + bridge + " up",
		"ip route add default dev " + bridge,
		"sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1",
	} {
		words := strings.Fields(line)
		if _, err := Output(Cluster{}.Command(ctx, words[0], words[1:]...)); err != nil {
			return err
		}
	}
	return nil
}

// podSpaces are the network namespaces of the containers that containerd knows. Other programs of this machine may have
// some by the same kind of name.
func (c Cluster) podSpaces() ([]string, error) {
	files, _ := filepath.Glob(c.state("containerd", "state", "*", "*", "*", "config.json")) // the pattern is ours
	var spaces []string
	for _, f := range files {
		body, err := os.ReadFile(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it has just ended
		}
		var spec struct {
			Linux struct {
				Namespaces []struct{ Type, Path string }
			}
		}
		if err = errors.Join(err, json.Unmarshal(body, &spec)); err != nil {
			return nil, err
		}
		for _, n := range spec.Linux.Namespaces {
			if n.Type == "network" && n.Path != "" {
				spaces = append(spaces, n.Path)
			}
		}
	}
	slices.Sort(spaces)
	return slices.Compact(spaces), nil
}

// closeSpaces removes the namespace with everything in it, and those of pods that were left.
func closeSpaces(ctx context.Context, ofPods []string) error {
	var failed []error
	for _, s := range append(ofPods, netnsPath) {
		if _, err := os.Stat(s); err == nil {
			_, err := Output(exec.CommandContext(ctx, "ip", "netns", "del", filepath.Base(s)))
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// hierarchies are the roots under which the node has a folder for its pods: one, or with cgroup v1 one per controller.
func hierarchies() []string {
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		return []string{"/sys/fs/cgroup"}
	}
	roots, _ := filepath.Glob("/sys/fs/cgroup/*/cgroup.procs") // the pattern is ours
	for i, r := range roots {
		roots[i] = filepath.Dir(r)
	}
	return roots
}

func makeCgroups() error {
	for _, root := range hierarchies() {
		dir := filepath.Join(root, cgroup)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		// A new cpuset of v1 is empty, and nothing can run in it.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			all, err := os.ReadFile(filepath.Join(root, file))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, file), all, 0o644)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// removeCgroups waits for the last process of a pod to be gone.
func removeCgroups(ctx context.Context) error {
	return Until(ctx, 10*time.Second, "the end of the pods' processes", func(context.Context) error {
		var left []error
		for _, root := range hierarchies() {
			left = append(left, removeTree(filepath.Join(root, cgroup)))
		}
		return errors.Join(left...)
	})
}

// removeTree removes folders from the leaves up; the files in a cgroup are no files.
func removeTree(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if e.IsDir() {
			err = errors.Join(err, removeTree(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(err, syscall.Rmdir(dir))
}

// unmountBelow unmounts what is mounted in a folder, the deepest first.
func unmountBelow(dir string) error {
	body, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	var failed []error
	lines := strings.Split(string(body), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if fields := strings.Fields(lines[i]); len(fields) > 4 && strings.HasPrefix(fields[4], dir+"/") {
			failed = append(failed, syscall.Unmount(fields[4], syscall.MNT_DETACH))
		}
	}
	return errors.Join(failed...)
}
