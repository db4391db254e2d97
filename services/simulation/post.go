package simulation

import (
	"context"
	"errors"
	"sync"
	"time"
)

// post is the mail binding of a process.
type post struct{ p *process }

// mails is what the mail server was handed, by file name, which names an event.
type mails struct {
	mu   sync.Mutex
	sent map[string][]mail
}

// mail is one that the server accepted.
type mail struct {
	asked, accepted time.Time
	answered        bool // its sender knows
}

func newMails() *mails { return &mails{sent: map[string][]mail{}} }

func (m *mails) accept(name string, asked time.Time, answered bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent[name] = append(m.sent[name], mail{asked, time.Now(), answered})
}

// Bind accepts a mail when the director says so.
func (o post) Bind(ctx context.Context, _ string, _ []byte, meta map[string]string) error {
	w, name, asked := o.p.w, meta["fileName"], time.Now()
	if w.Mutant == MailLater {
		w.busy.Go(func() {
			time.Sleep(time.Duration(len(name)%7) * time.Second) // the name has the status in it
			w.mails.accept(name, time.Now(), true)
		})
		return nil
	}
	switch w.stage.wait(ctx, o.p.name, atMail, "mail "+name).verdict {
	case done:
		w.mails.accept(name, asked, !w.stage.isDead(o.p.name))
		return nil
	case lost:
		w.mails.accept(name, asked, false)
	case late:
		w.later(o.p.name+" mail "+name, func() { w.mails.accept(name, asked, false) })
	case torn, fail:
	}
	return errors.New("simulation: the mail server does not answer")
}
