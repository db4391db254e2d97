package stock_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"orderly/services/stock/internal/stock"
)

// story is the table once more, by hand: what each verb makes of each state, in
// the order none, held, committed, lapsed, released, final. "-" is refused.
var story = map[stock.Verb][6]string{
	stock.Hold:     {"held", "held", "committed", "held", "-", "-"},
	stock.Commit:   {"-", "committed", "committed", "committed", "-", "-"},
	stock.Release:  {"released", "released", "-", "released", "released", "final"},
	stock.Lapse:    {"", "lapsed", "committed", "lapsed", "released", "final"},
	stock.Pay:      {"committed", "committed", "committed", "committed", "committed", "final"},
	stock.GiveBack: {"final", "final", "final", "final", "final", "final"},
}

var states = [6]stock.State{stock.None, stock.Held, stock.Committed, stock.Lapsed, stock.Released, stock.Final}

func TestTransitions(t *testing.T) {
	for verb, row := range story {
		for i, from := range states {
			to, err := from.Next(verb)
			if row[i] == "-" {
				assert.Error(t, err, "%s of %q", verb, from)
				assert.Equal(t, from, to)
				continue
			}
			assert.NoError(t, err, "%s of %q", verb, from)
			assert.Equal(t, row[i], string(to), "%s of %q", verb, from)
		}
	}
}

func TestARefusalSaysWhy(t *testing.T) {
	_, err := stock.None.Next(stock.Commit)
	assert.ErrorIs(t, err, stock.ErrNoReservation)
	_, err = stock.Released.Next(stock.Hold)
	assert.ErrorIs(t, err, stock.ErrReleased)
	_, err = stock.Final.Next(stock.Commit)
	illegal, ok := errors.AsType[*stock.IllegalTransition](err)
	assert.True(t, ok)
	assert.Equal(t, "released cannot become committed", illegal.Error())
}
