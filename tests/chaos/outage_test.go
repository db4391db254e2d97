package chaos

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
)

// outage is a part of the system that is away for a while.
type outage struct {
	name  string
	long  bool // worth five minutes, too
	disk  bool // its stack has a disk of its own
	begin func(*harness.Story) (back func())
}

var outages = []outage{
	{name: "store killed", long: true, begin: away(harness.Store, harness.Killed)},
	{name: "store frozen", begin: away(harness.Store, harness.Frozen)},
	{name: "broker killed", long: true, begin: away(harness.Broker, harness.Killed)},
	{name: "broker frozen", begin: away(harness.Broker, harness.Frozen)},
	{name: "both killed", long: true, begin: away(harness.Both, harness.Killed)},
	{name: "disk full", disk: true, begin: (*harness.Story).DiskFull},
}

func away(part harness.Part, how harness.How) func(*harness.Story) func() {
	return func(s *harness.Story) func() { return s.Away(part, how) }
}

// While a part is away callers are refused at once or served, /readyz says so, and when it is back all goes on: no healthy
// event is a dead letter, and everything adds up.
func TestOutage(t *testing.T) {
	t.Parallel()
	for i, span := range strings.Split(*spans, ",") {
		lasts, err := time.ParseDuration(span)
		if err != nil {
			t.Fatalf("-spans: %v", err)
		}
		for _, o := range outages {
			if i > 0 && !o.long {
				continue
			}
			t.Run(o.name+" "+span, func(t *testing.T) {
				t.Parallel()
				o.run(t, lasts)
			})
		}
	}
}

// room is the disk of a stack that fills it, in MB: more than any set's servers begin with.
const room = 1500

func (o outage) run(t *testing.T, lasts time.Duration) {
	unhurried := map[string][]string{"order": {"ORDER_PAYMENT_TTL=3h"}} // no order expires while it is judged
	options := harness.Options{Build: harness.Unraced, Env: unhurried}
	if o.disk {
		options.Disk = room
	}
	s := harness.Own(t, options)
	if o.isAnother(s) {
		t.Skip("not another outage: one server is the store and the broker of this set")
	}
	traffic := s.TrafficAt("chaos", pace(lasts))
	traffic.Flowing(40)
	ready := watch(s)
	r := row{set: harness.Set(), outage: o.name, lasts: lasts, began: time.Now()}
	back := o.begin(s)
	if o.disk { // to fill it takes a while, in which all is well
		r.began = time.Now()
	}
	s.Lasts(lasts)
	back()
	r.returned = time.Now()
	s.Within(patience(lasts), "orders are placed again", func() error { return placedSince(traffic, r.returned) })
	traffic.Flowing(40)
	wrong := s.Judged(traffic, patience(lasts))
	ready.settle()
	r.see(traffic.Replies(), ready.end())
	r.differences, r.dead = count(wrong), len(s.DeadLetters("orders", ""))+len(s.DeadLetters("stock", ""))
	keep(r)
	for _, err := range append(r.broken(), wrong) {
		if err != nil {
			t.Error(err)
		}
	}
}

// isAnother says whether another row shows the same outage of the set already.
func (o outage) isAnother(s *harness.Story) bool {
	one := len(s.ServersOf(harness.Store)) > 0 && fmt.Sprint(s.ServersOf(harness.Store)) == fmt.Sprint(s.ServersOf(harness.Broker))
	return one && !o.disk && !strings.HasPrefix(o.name, "store")
}

func placedSince(traffic *harness.Traffic, since time.Time) error {
	for _, r := range traffic.Replies() {
		if r.Placed() && r.At.After(since) {
			return nil
		}
	}
	return fmt.Errorf("none was since %s", since)
}

// count is how many things an error says.
func count(err error) (n int) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			n += count(e)
		}
		return n
	}
	if err == nil {
		return 0
	}
	return 1
}
