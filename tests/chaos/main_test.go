// Package chaos takes parts of a running system away for a while and shows what its callers saw of it.
package chaos

import (
	"flag"
	"os"
	"testing"
	"time"

	"orderly/tests/harness"
)

var (
	spans = flag.String("spans", "20s", "how long outages last, such as 20s,5m")
	table = flag.String("table", "", "file to which the rows of the table are added; they are printed in any case")
)

func TestMain(m *testing.M) {
	harness.Main(m, func() []string {
		if err := printRows(os.Stdout, *table); err != nil {
			return []string{err.Error()}
		}
		return nil
	})
}

// What is promised of every outage. A machine with two cores has more to do meanwhile than these times allow for, but they are
// what callers and operators rely on.
const (
	noticed = 5 * time.Second // /readyz says so
	known   = 5 * time.Second // from here on nobody is kept waiting
	atOnce  = time.Second     // for an answer
)

// restored is how long after the return /readyz takes it back. The Kafka client of Dapr 1.16.5, sarama, asks nobody for 10 s
// once it has failed three times.
func restored() time.Duration {
	if harness.Set() == "postgres-kafka" {
		return 15 * time.Second
	}
	return 5 * time.Second
}

// patience is how long it may take until all that was late is done: customers order while the broker is away, and what they
// are to be told waits.
func patience(lasted time.Duration) time.Duration { return 2*time.Minute + 2*lasted }

// pace is the time from one order of a customer to the next. The machine is for one outage at a time; of a long one the
// judge has to read back all that was ordered.
func pace(lasts time.Duration) time.Duration {
	if lasts > time.Minute {
		return 100 * time.Millisecond
	}
	return 25 * time.Millisecond
}
