// Package cluster brings up a real Kubernetes of one node on this machine, and takes it down without a trace.
//
// There is no Docker, no virtual machine and no registry in it. etcd, containerd, runc and the CNI plugins come from
// Debian; kube-apiserver, kubelet and the others, kubectl, CoreDNS, Helm and Dapr's control plane are built from the Go
// module proxy (tests/k8s/tools), and Dapr is installed by its official chart. Node, pods and clients share one network
// namespace with no way out, so nothing of it listens on the host. All state is in one folder, <project>/.dapr/k8s.
//
// It needs root. The node is small but it is one: real containers, cgroups, probes, evictions, webhooks.
package cluster
