package stock

// State is where a reservation stands.
type State string

// The states. Callers see three: lapsed and final count as released.
const (
	None      State = ""          // nobody asked for it
	Held      State = "held"      // goods are set aside until it expires
	Committed State = "committed" // goods are sold
	Lapsed    State = "lapsed"    // its time ran out; a payment, or asking again, may still bring it back
	Released  State = "released"  // given back by its caller
	Final     State = "final"     // its order is over: nothing brings it back
)

// Status returns the state as callers see it: held, committed or released.
func (s State) Status() string {
	switch s { //nolint:exhaustive // the others are what they are called
	case Lapsed, Final:
		return string(Released)
	}
	return string(s)
}

// Verb is what is asked of a reservation.
type Verb string

// The verbs.
const (
	Hold     Verb = "hold"
	Commit   Verb = "commit"
	Release  Verb = "release"
	Lapse    Verb = "lapse"     // its time is over
	Pay      Verb = "pay"       // the order was paid
	GiveBack Verb = "give back" // the order was cancelled or expired
)

// transitions is the one table of what becomes of a reservation. A state that
// maps to itself is a repeat: nothing changes. What is missing is refused.
//
// Events come twice, late and in the wrong order, so Pay and GiveBack are never
// refused, and Final outlives both.
var transitions = map[Verb]map[State]State{
	Hold:     {None: Held, Lapsed: Held, Held: Held, Committed: Committed},
	Commit:   {Held: Committed, Lapsed: Committed, Committed: Committed},
	Release:  {None: Released, Held: Released, Lapsed: Released, Released: Released, Final: Final},
	Lapse:    {None: None, Held: Lapsed, Lapsed: Lapsed, Released: Released, Final: Final, Committed: Committed},
	Pay:      {None: Committed, Held: Committed, Lapsed: Committed, Released: Committed, Committed: Committed, Final: Final},
	GiveBack: {None: Final, Held: Final, Lapsed: Final, Released: Final, Committed: Final, Final: Final},
}

// wanted is the state that a verb is after, for saying what was refused.
var wanted = map[Verb]State{Hold: Held, Commit: Committed, Release: Released, Lapse: Lapsed, Pay: Committed, GiveBack: Final}

// Next returns the state that verb leads to from s.
func (s State) Next(verb Verb) (State, error) {
	if to, ok := transitions[verb][s]; ok {
		return to, nil
	}
	switch {
	case s == None:
		return s, ErrNoReservation
	case verb == Hold:
		return s, ErrReleased
	}
	return s, &IllegalTransition{From: s, To: wanted[verb]}
}

// place is where the goods of a reservation are.
type place string

func (s State) place() place {
	switch s { //nolint:exhaustive // everywhere else they are not the reservation's
	case Held:
		return "reserved"
	case Committed:
		return "sold"
	}
	return "available"
}

// ways is how goods get from one place to another.
var ways = map[[2]place][]Kind{
	{"available", "reserved"}: {KindHeld},
	{"available", "sold"}:     {KindHeld, KindCommitted},
	{"reserved", "sold"}:      {KindCommitted},
	{"reserved", "available"}: {KindReleased},
	{"sold", "available"}:     {KindReturned},
}
