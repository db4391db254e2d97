package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// What comes from Debian, by package.
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
	for _, n := range needed {
		if _, err := exec.LookPath(n.program); err != nil {
			all = append(all, fmt.Errorf("%s is not installed: apt-get install %s", n.program, n.pkg))
		}
	}
	return errors.Join(all...)
}
