package main

import (
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

// generator is the name of this process among those of a stack.
const generator = "generator"

// usage is what the processes of a stack used while it was watched, by name. Where there is no /proc it is empty.
type usage struct {
	cpu    map[string]time.Duration
	peak   map[string]int64 // resident memory in bytes, the most that was seen
	others float64          // share of the machine's CPU used by everything else
}

// watch watches the processes until stop, which returns what they used.
func (s *system) watch() (stop func() usage) {
	pids := s.pids()
	pids[generator] = os.Getpid()
	began, before := time.Now(), cpuTimes(pids)
	machine, noMachine := machineTime()
	u := usage{cpu: map[string]time.Duration{}, peak: map[string]int64{}}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for t := time.NewTicker(time.Second); ; {
			u.see(pids)
			select {
			case <-t.C:
			case <-done:
				t.Stop()
				return
			}
		}
	})
	return func() usage {
		close(done)
		wg.Wait()
		u.see(pids)
		elsewhere, err := machineTime()
		elsewhere -= machine
		for name, after := range cpuTimes(pids) {
			if b, known := before[name]; known {
				u.cpu[name] = after - b
				elsewhere -= after - b
			}
		}
		if err == nil && noMachine == nil {
			u.others = max(elsewhere.Seconds()/time.Since(began).Seconds()/float64(runtime.NumCPU()), 0)
		}
		return u
	}
}

// pids are the processes of the stack by name.
func (s *system) pids() map[string]int {
	pids := map[string]int{}
	for _, server := range s.Servers() {
		pids[server] = s.Process(server).PID()
	}
	for _, app := range s.Apps() {
		pids[app], pids[app+".sidecar"] = s.Process(app).PID(), s.Process(app+".sidecar").PID()
	}
	return pids
}

func (u usage) see(pids map[string]int) {
	for name, pid := range pids {
		if bytes, err := resident(pid); err == nil {
			u.peak[name] = max(u.peak[name], bytes)
		}
	}
}

func cpuTimes(pids map[string]int) map[string]time.Duration {
	all := map[string]time.Duration{}
	for name, pid := range pids {
		if t, err := cpuTime(pid); err == nil {
			all[name] = t
		}
	}
	return all
}

// order in which processes are shown.
var processOrder = []string{generator, "caller", "caller.sidecar", "echo", "echo.sidecar", "order", "order.sidecar",
	"stock", "stock.sidecar", "notify", "notify.sidecar",
	"broker", "redis", "postgres", "mariadb", "rabbitmq", "mosquitto", "nats", "kafka", "mailbox"}

// short is a process's name as the head of a column.
func short(process string) string { return strings.Replace(process, ".sidecar", "+d", 1) }
