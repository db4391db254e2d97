package simulation

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"
	"time"
)

// chunk is how many seeds one process of the fleet plays.
const chunk = 250

// fleet plays n seeds in processes side by side, one for each processor: each on
// one, so that a seed does the same wherever it is played.
func fleet(t *testing.T, from uint64, n int) {
	t.Helper()
	began := time.Now()
	chunks := make(chan uint64)
	var mu sync.Mutex
	did, failed := 0, false
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for first := range chunks {
				some := min(chunk, int(from)+n-int(first))
				out, err := child(first, some)
				mu.Lock()
				if did += some; err != nil {
					failed = true
					t.Errorf("%v\n%s", err, out)
				}
				if testing.Verbose() && did%10_000 == 0 {
					t.Logf("%d runs after %s", did, time.Since(began).Round(time.Second))
				}
				mu.Unlock()
			}
		})
	}
	for first := from; first < from+uint64(n); first += chunk {
		mu.Lock()
		stop := failed
		mu.Unlock()
		if stop && !*all {
			break
		}
		chunks <- first
	}
	close(chunks)
	wg.Wait()
}

// child plays seeds in a process of its own and returns what it printed.
func child(from uint64, n int, args ...string) (string, error) {
	args = append([]string{"-test.run=^TestSimulation$", "-test.timeout=0", "-alone", fmt.Sprintf("-from=%d", from), fmt.Sprintf("-runs=%d", n)}, args...)
	if *all {
		args = append(args, "-all")
	}
	cmd := exec.Command(os.Args[0], args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}
