package notify

import (
	"errors"
	"testing"
	"time"
)

func TestADeadLetterIsKnownAgain(t *testing.T) {
	now := time.Now()
	id := func(body string) string { return NewDeadLetter("orders", "", "", []byte(body), now).Fields().ID }
	same := id(`{"id":"a","n":12345678901234567890}`)
	for _, body := range []string{
		`{"n":12345678901234567890, "id":"a"}`,
		`{"id":"a","n":12345678901234567890,"traceid":"x","traceparent":"y","topic":"orders","pubsubname":"pubsub"}`,
		`{"id":"a","n":12345678901234567890,"deadletterreason":"r","deadletterapp":"stock"}`,
	} {
		if id(body) != same {
			t.Errorf("%s is taken for another", body)
		}
	}
	for _, body := range []string{`{"id":"a","n":12345678901234567891}`, `{"id":"a"}`, `garbage`, `"a"`, `[]`, ``, `null`} {
		if id(body) == same {
			t.Errorf("%s is taken for the same", body)
		}
	}
	if id("garbage") == NewDeadLetter("stock", "", "", []byte("garbage"), now).Fields().ID {
		t.Error("two topics share an id")
	}
}

func TestADeadLettersLife(t *testing.T) {
	now := time.Now()
	d := NewDeadLetter("orders", "stock", "why", []byte(`{"id":"o1.1","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}`), now)
	if f := d.Fields(); f.EventID != "o1.1" || f.TraceID != "4bf92f3577b34da6a3ce929d0e0e4736" || f.Status != Open || f.Times != 1 {
		t.Fatalf("%+v", f)
	}
	if _, err := d.came(d); !errors.Is(err, ErrNothingToDo) {
		t.Error("the same delivery counted twice")
	}
	out, err := d.replaying(nil, ReplayRecord{})
	if err != nil {
		t.Fatal(err)
	}
	back, err := out.came(d) // faster than the publisher returns
	if err != nil || back.f.Times != 2 || back.f.Status != Open {
		t.Errorf("%+v %v", back.f, err)
	}
	if _, err := back.replayed(out.f.Times); !errors.Is(err, ErrNothingToDo) {
		t.Error("what came back was said to be replayed")
	}
	done, _ := out.replayed(1)
	if done.f.Status != Replayed {
		t.Errorf("%+v", done.f)
	}
	if again, err := done.came(d); err != nil || again.f.Times != 2 || again.f.Status != Open {
		t.Errorf("%+v %v", again.f, err)
	}
	dropped, _ := out.discarded() // while it is being published
	if _, err := dropped.replayed(1); !errors.Is(err, ErrNothingToDo) {
		t.Error("what was discarded is said to be replayed")
	}
	gone, _ := done.discarded()
	if _, err := gone.replaying(nil, ReplayRecord{}); !errors.Is(err, ErrDiscarded) {
		t.Error(err)
	}
	for _, body := range []string{"garbage", "[]", `"text"`, "", "{"} {
		g := NewDeadLetter("orders", "", "", []byte(body), now)
		if _, err := g.replaying(nil, ReplayRecord{}); !errors.Is(err, ErrNotReplayable) {
			t.Errorf("%q: %v", body, err)
		}
		if _, err := g.replaying([]byte(`{}`), ReplayRecord{}); !errors.Is(err, ErrNotReplayable) {
			t.Errorf("%q edited: %v", body, err)
		}
	}
}

func FuzzDeadLetter(f *testing.F) {
	f.Add([]byte(`{"id":"a","traceparent":1}`))
	f.Add([]byte{0xff, 0x00})
	f.Fuzz(func(t *testing.T, body []byte) {
		a, b := NewDeadLetter("orders", "", "", body, time.Now()), NewDeadLetter("orders", "x", "y", body, time.Now())
		if a.f.ID != b.f.ID || string(a.f.Body) != string(body) {
			t.Error("not the same message any more")
		}
		if _, err := RestoreDeadLetter(a.Fields()); err != nil {
			t.Error(err)
		}
	})
}
