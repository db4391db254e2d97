// Package settings is what a service is told: by its environment when it starts
// and, of variables that are live, by a configuration store while it runs. A bad
// value from the store changes nothing: what was there before stays.
package settings

import (
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// Live is the settings of a service. C is a struct as envconfig reads it, with
// `validate` rules; the tag `live:"true"` marks what the store may change.
type Live[C any] struct {
	variables []variable
	start     C // as the environment says
	current   atomic.Pointer[C]

	mu       sync.Mutex
	heard    map[string]string // from the store, by name
	accepted map[string]string // of it
	rejected map[string]Rejected
}

// Where a value is from.
const (
	Default       = "default"
	Environment   = "environment"
	Configuration = "configuration"
)

// Shown is a setting as people see it: a secret one is masked.
type Shown struct {
	Name     string    `json:"name"`
	Value    string    `json:"value"`
	Origin   string    `json:"origin"`
	Live     bool      `json:"live"`
	Rejected *Rejected `json:"rejected,omitempty"`
}

// Rejected is a value that the store has and that cannot be used.
type Rejected struct {
	Value  string    `json:"value"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"` // when it was first seen
}

// Open returns the settings that the environment says; see Load for its error.
func Open[C any]() (*Live[C], error) {
	l := &Live[C]{}
	if err := Load(&l.start); err != nil {
		return nil, err
	}
	l.variables = variablesOf(reflect.TypeFor[C](), nil)
	for _, v := range l.variables {
		if err := v.canBeLive(reflect.ValueOf(l.start)); err != nil {
			return nil, err
		}
	}
	l.current.Store(&l.start)
	return l, nil
}

// Current returns the settings as they are now. It takes nanoseconds.
func (l *Live[C]) Current() C { return *l.current.Load() }

// Show lists the settings as they are now.
func (l *Live[C]) Show() []Shown {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Shown, len(l.variables))
	values := reflect.ValueOf(l.Current())
	for i, v := range l.variables {
		out[i] = Shown{Name: v.name, Value: v.show(values), Live: v.live, Origin: v.origin}
		if _, ok := l.accepted[v.name]; ok {
			out[i].Origin = Configuration
		}
		if no, ok := l.rejected[v.name]; ok {
			no.Value = v.mask(no.Value)
			out[i].Rejected = &no
		}
	}
	return out
}

// Fixed returns settings that never change.
func Fixed[T any](value T) func() T { return func() T { return value } }
