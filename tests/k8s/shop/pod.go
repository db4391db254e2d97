package shop

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Evict asks for a pod to leave, as a drained node does; a disruption budget may say no.
func (s *Shop) Evict(ctx context.Context, pod string) (string, error) {
	body, err := json.Marshal(object{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": object{"name": pod, "namespace": s.Namespace}})
	if err != nil {
		return "", err
	}
	return s.Kubectl(ctx, strings.NewReader(string(body)), "create", "--raw",
		"/api/v1/namespaces/"+s.Namespace+"/pods/"+pod+"/eviction", "-f", "-")
}

// Kill ends the process of a container as a crash would.
func (s *Shop) Kill(ctx context.Context, pod, container string) error {
	return s.Signal(ctx, pod, container, syscall.SIGKILL)
}

// Signal sends a signal to the process of a container.
func (s *Shop) Signal(ctx context.Context, pod, container string, signal syscall.Signal) error {
	pid, err := s.pid(ctx, pod, container)
	if err != nil {
		return err
	}
	return syscall.Kill(pid, signal)
}

// pid is that of a container's first process, as this machine counts.
func (s *Shop) pid(ctx context.Context, pod, container string) (int, error) {
	out, err := s.In(ctx, "get", "pod", pod, "-o", `jsonpath={.status.containerStatuses[?(@.name=="`+container+`")].containerID}`)
	if err != nil {
		return 0, err
	}
	_, id, found := strings.Cut(out, "://")
	if !found {
		return 0, fmt.Errorf("%s of %s has no container: %q", container, pod, out)
	}
	return s.PID(ctx, id)
}

// Limits reads what the kernel lets a container use: bytes of memory, and hundredths of a processor.
func (s *Shop) Limits(ctx context.Context, pod, container string) (memory, percent int64, err error) {
	pid, err := s.pid(ctx, pod, container)
	if err != nil {
		return 0, 0, err
	}
	groups, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cgroup"))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(groups)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			continue
		}
		switch controllers := fields[1]; {
		case controllers == "": // version 2
			if dir := "/sys/fs/cgroup" + fields[2]; exists(dir + "/memory.max") {
				var quota, period int64
				memory, err = number(dir + "/memory.max")
				if text, readErr := os.ReadFile(dir + "/cpu.max"); err == nil && readErr == nil {
					_, err = fmt.Sscan(string(text), &quota, &period)
					percent = quota * 100 / max(period, 1)
				}
			}
		case controllers == "memory":
			memory, err = number("/sys/fs/cgroup/memory" + fields[2] + "/memory.limit_in_bytes")
		case strings.Contains(","+controllers+",", ",cpu,"):
			var quota, period int64
			if quota, err = number("/sys/fs/cgroup/cpu" + fields[2] + "/cpu.cfs_quota_us"); err == nil {
				period, err = number("/sys/fs/cgroup/cpu" + fields[2] + "/cpu.cfs_period_us")
				percent = quota * 100 / max(period, 1)
			}
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return memory, percent, nil
}

func number(file string) (int64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
