package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// What comes from Debian, by package. An API server alone needs the first.
var needed = []struct{ program, pkg string }{
	{"etcd", "etcd-server"},
	{"containerd", "containerd"},
	{"ctr", "containerd"},
	{"runc", "runc"},
	{"/usr/lib/cni/bridge", "containernetworking-plugins"},
	{"iptables", "iptables"},
	{"conntrack", "conntrack"},
	{"ip", "iproute2"},
	{"nsenter", "util-linux"},
}

// Missing says what this machine lacks for a cluster, and how to get it; nil when nothing.
func Missing() error {
	var all []error
	if os.Getuid() != 0 {
		all = append(all, errors.New("a node needs root: network namespaces, cgroups, mounts"))
	}
	return errors.Join(append(all, missing(len(needed)))...)
}

// ServerMissing says what it lacks for an API server alone.
func ServerMissing() error { return missing(1) }

func missing(first int) error {
	var all []error
	for _, n := range needed[:first] {
		if _, err := exec.LookPath(n.program); err != nil {
			all = append(all, fmt.Errorf("%s is not installed: apt-get install %s", n.program, n.pkg))
		}
	}
	return errors.Join(all...)
}
