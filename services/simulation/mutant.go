package simulation

import (
	"context"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

// Mutant is a mistake made on purpose, to see that the judge finds it.
type Mutant string

// The mistakes.
const (
	NoMutant        Mutant = ""
	DropETag        Mutant = "drop the condition of every write"
	DropPageETag    Mutant = "drop the condition of a page only"
	DropDocumentTag Mutant = "drop the condition of documents only"
	WrongDialect    Mutant = "speak to a store like Redis as to one like SQLite"
	AnswerEarly     Mutant = "answer before the page is kept"
	PublishEarly    Mutant = "publish before the page is kept"
	ForgetPending   Mutant = "forget what is in the pages only"
	ForgetReminders Mutant = "do not write the lists of reminders"
	ForgetMarks     Mutant = "believe that an index has what is in the pages only"
	ForgetBranches  Mutant = "do not write the branches of an index"
	ForgetToTell    Mutant = "move the outbox's cursor before the broker accepted"
	SkipTombstone   Mutant = "do not remember a release that came before its hold"
	KeepHoldsOfOld  Mutant = "do not give back what an order held that is over"
	AckEarly        Mutant = "acknowledge an event before it is handled"
	TellTwice       Mutant = "do not see what another replica has told"
	LapseUnasked    Mutant = "let holds lapse, and believe events, as if no order existed"
	BelieveAnyone   Mutant = "believe an event of an order that nothing was reserved for"
	MailLater       Mutant = "answer for a mail before it leaves"
	ClaimNew        Mutant = "say of an order that was sent before that it is new"
)

// Mutants are all of them.
var Mutants = []Mutant{DropETag, DropPageETag, DropDocumentTag, WrongDialect, AnswerEarly, PublishEarly, ForgetPending, ForgetReminders,
	ForgetMarks, ForgetBranches,
	ForgetToTell, SkipTombstone, KeepHoldsOfOld, AckEarly, TellTwice, MailLater, ClaimNew, LapseUnasked, BelieveAnyone}

// Partial reports whether the mistake is one on stores like Redis only.
func (m Mutant) Partial() bool { return m == WrongDialect || m == DropDocumentTag }

func newStore(p Plan) *fakestore.Store {
	s := &fakestore.Store{Partial: p.Partial}
	if p.Mutant == WrongDialect {
		plain, _ := sidecar.DialectOf("state.sqlite", "v1")
		s.Dialect = &plain
	}
	return s
}

// door is what a process knows its store by.
func (w *world) door(p *process) ledger.Store {
	d := door{w, p.name, storeOf(p.service), w.stores[p.service]}
	switch w.Mutant {
	case DropETag, DropPageETag, DropDocumentTag:
		return careless{d}
	case AnswerEarly, PublishEarly:
		return hasty{d}
	case ForgetPending, ForgetToTell, ForgetReminders, ForgetMarks, ForgetBranches:
		return forgetful{d}
	default: // the others are made elsewhere
		return d
	}
}

// hearAsStock is stock's ear.
func (p *process) hearAsStock(ctx context.Context, e event.Event) error {
	over := e.Type == "order.cancelled.v1" || e.Type == "order.expired.v1"
	if over && p.w.Mutant == KeepHoldsOfOld {
		return nil
	}
	return p.stock.Hear(ctx, e)
}

// hearAsNotify is notify's ear.
func (p *process) hearAsNotify(ctx context.Context, e event.Event) error {
	if p.w.Mutant == TellTwice {
		e.Source += "/" + p.replica // another event, as far as notify knows
	}
	return p.notify.Hear(ctx, e)
}
