package settings

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// Change is news of one setting: another value, or one that was rejected.
type Change struct {
	Shown
	Was string // the value before
}

// Take takes in what the store has now, by name; at is the time. A name that is
// gone has the value again that the environment says, or its default. It returns
// what is new. Names that are no variables are ignored.
func (l *Live[C]) Take(values map[string]string, at time.Time) []Change {
	before := l.Show()
	if !l.take(values, at) {
		return nil
	}
	var news []Change
	for i, now := range l.Show() {
		was := before[i]
		same := now.Value == was.Value && now.Origin == was.Origin
		if told := now.Rejected == nil || was.Rejected != nil && *was.Rejected == *now.Rejected; !same || !told {
			news = append(news, Change{now, was.Value})
		}
	}
	return news
}

// take reports whether the store has anything new to say.
func (l *Live[C]) take(values map[string]string, at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := map[string]string{}
	for _, v := range l.variables {
		if text, ok := values[v.name]; ok {
			heard[v.name] = text
		}
	}
	if maps.Equal(heard, l.heard) {
		return false
	}
	accepted, reasons := l.settle(heard)
	settings, err := l.with(accepted)
	if err != nil { // settle saw to it
		return false
	}
	rejected := map[string]Rejected{}
	for name, reason := range reasons {
		no := Rejected{Value: heard[name], Reason: reason.Error(), At: at}
		if was, ok := l.rejected[name]; ok && was.Value == no.Value && was.Reason == no.Reason {
			no = was
		}
		rejected[name] = no
	}
	l.heard, l.accepted, l.rejected = heard, accepted, rejected
	l.current.Store(&settings)
	return true
}

// settle decides which values of the store are used, and why the others are not:
// all of them if they go together. Else each by itself, on top of those that were
// used before; where these do not go together any more, because one that they
// rested on is gone, on top of none.
func (l *Live[C]) settle(heard map[string]string) (accepted map[string]string, reasons map[string]error) {
	if _, err := l.with(heard); err == nil {
		return heard, nil
	}
	accepted, reasons = maps.Clone(l.accepted), map[string]error{}
	maps.DeleteFunc(accepted, func(name, _ string) bool { _, there := heard[name]; return !there })
	if _, err := l.with(accepted); err != nil || accepted == nil {
		accepted = map[string]string{}
	}
	for more := true; more; { // one that is accepted may make room for another
		more = false
		for _, name := range slices.Sorted(maps.Keys(heard)) {
			if used, ok := accepted[name]; ok && used == heard[name] {
				continue
			}
			try := maps.Clone(accepted)
			try[name] = heard[name]
			_, reason := l.with(try)
			if reasons[name] = reason; reason == nil {
				accepted, more = try, true
				delete(reasons, name)
			}
		}
	}
	return accepted, reasons
}

// with returns the settings of the start with these values in their place.
func (l *Live[C]) with(values map[string]string) (C, error) {
	settings := l.start
	for _, v := range l.variables {
		text, ok := values[v.name]
		if !ok {
			continue
		}
		if !v.live {
			return settings, fmt.Errorf("%s is read at the start only, from the environment", v.name)
		}
		if err := parse(reflect.ValueOf(&settings).Elem().FieldByIndex(v.index), text); err != nil {
			return settings, fmt.Errorf("%s %w", v.name, err)
		}
	}
	bad := check(&settings)
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		return settings, bad[name]
	}
	return settings, nil
}
