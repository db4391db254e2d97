package simulation

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

// Plan is what one run is made of.
type Plan struct {
	Seed    uint64
	Partial bool // stores apply transactions partially, as Redis does
	Mutant  Mutant
	Log     *slog.Logger // of the services and the director; nil is nobody's
}

// PlanOf is the plan of a seed: every other one has stores like Redis.
func PlanOf(seed uint64) Plan { return Plan{Seed: seed, Partial: seed%2 == 0} }

// weather is what goes wrong in a run, and how often. Each run has its own: one
// in which everything fails a little finds less than many in which something
// fails a lot (Groce et al., "Swarm Testing", ISSTA 2012).
type weather struct {
	steps    int           // decisions of the director, before everything is made good
	faults   int           // of 100 things that are waited for, how many go wrong
	crashes  int           // of 100 steps, how many end a process
	outages  int           // of 1000 steps, how many take something away for a while
	jumps    int           // of 1000 steps, how many set a clock
	wrong    time.Duration // how far a clock may be off
	long     int           // of 20 pauses, how many are longer than a lease
	blackout bool          // at last all processes die at once
	outlast  bool          // the judge comes when all that can expire has expired
	full     bool          // lists are about to fill a part before anything goes wrong
}

// mild is how far clocks may be off that nobody notices: what order promises to
// be over before stock forgets about it is over by more.
const mild = 2 * time.Second

func weatherOf(seed uint64) weather {
	rng := rand.New(rand.NewPCG(seed, 1))
	one := func(of ...int) int { return of[rng.IntN(len(of))] }
	e := weather{steps: one(80, 140, 220, 360), faults: one(0, 4, 12, 12, 30), crashes: one(0, 1, 2, 2, 5), outages: one(0, 0, 0, 5, 15), wrong: mild, long: one(0, 1, 1, 2)}
	if rng.IntN(6) == 0 {
		e.jumps, e.wrong = 20, time.Minute
	}
	e.blackout, e.outlast, e.full = rng.IntN(2) == 0, rng.IntN(4) == 0, rng.IntN(16) == 0
	return e
}

// calm reports whether clocks are right, as far as it matters.
func (e weather) calm() bool { return e.wrong <= mild }

// Times of the simulated shop. They are shorter than a real shop's, as each
// second costs: reminders are kept by the second.
const (
	stockTimeout = 3 * time.Second
	sendLease    = 15 * time.Second // longer than it takes to send, at any clock that is not set
	sendTimeout  = 5 * time.Second
	sendWait     = 10 * time.Second // for the message before; shorter than what settle waits for
)

var sendPauses = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 10 * time.Second}

// paymentTTL is how long an order waits for its payment.
func (e weather) paymentTTL() time.Duration { return 2*time.Minute + e.wrong }

// firstTTL is shorter than that: holds are over before their orders are, and prolonged.
func (e weather) firstTTL() time.Duration { return time.Minute + e.wrong }

// holdTTL is longer than that by more than clocks can be off, and order needs to
// tell stock of the end of an order.
func (e weather) holdTTL() time.Duration { return e.paymentTTL() + time.Minute + 3*e.wrong }
