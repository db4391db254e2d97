package notify

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func toldOf(t *testing.T, sequence int64) Told {
	t.Helper()
	e, err := NewEvent(EventFields{Source: "/orders", ID: fmt.Sprintf("o.%d", sequence), Type: "order.paid.v1", Sequence: sequence,
		OrderID: "o", CustomerID: "c", Status: "paid"})
	if err != nil {
		t.Fatal(err)
	}
	return noticesOf(e, Contact{}, 0, time.Now(), nil, Rules{})
}

func TestAStoryNeverChanges(t *testing.T) {
	var none Story
	one, err := none.With(toldOf(t, 2))
	if err != nil {
		t.Fatal(err)
	}
	two, _ := one.With(toldOf(t, 1))
	other, _ := one.With(toldOf(t, 3)) // beside two: neither may see the other
	late := toldOf(t, 2)
	late.f.Late = true
	changed, _ := two.With(late)
	for i, c := range []struct {
		s      Story
		n      int
		newest int64
	}{{none, 0, 0}, {one, 1, 2}, {two, 2, 2}, {other, 2, 3}, {changed, 2, 2}} {
		if len(c.s.Told()) != c.n || c.s.Newest() != c.newest {
			t.Errorf("story %d: %d told, newest %d", i, len(c.s.Told()), c.s.Newest())
		}
	}
	if was, _ := two.Find(late.event); was.f.Late {
		t.Error("a change reached an older story")
	}
	if is, found := changed.Find(late.event); !found || !is.f.Late {
		t.Error("the change is lost")
	}
	if _, found := one.Find(toldOf(t, 1).event); found {
		t.Error("found what was not told")
	}
}

func TestAStoryEnds(t *testing.T) {
	var s Story
	for n := range int64(storyEnd) {
		var err error
		if s, err = s.With(toldOf(t, n+1)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.With(toldOf(t, storyEnd+1)); !errors.Is(err, ErrStoryFull) {
		t.Errorf("%v", err)
	}
	if _, err := s.With(toldOf(t, 1)); err != nil { // what was told can still be settled
		t.Error(err)
	}
	back, err := RestoreStory(s.Fields(), nil)
	if err != nil || len(back.Told()) != storyEnd || back.Newest() != storyEnd {
		t.Errorf("%d told, %v", len(back.Told()), err)
	}
}
