package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestASlowStoreIsGivenFewDocumentsAtOnce(t *testing.T) {
	m := newMemory(Options{})
	assert.Equal(t, choresAtMost, m.affords(choresAlong), "nothing is known yet")
	for range 20 {
		m.took(100, time.Millisecond) // 10 µs each
	}
	assert.Greater(t, m.affords(choresAlong), choresAtMost)
	for range 20 {
		m.took(100, 100*time.Millisecond)
	}
	assert.InDelta(t, choreTime/time.Millisecond, m.affords(choresAlong), 10)
	m.took(2, time.Minute)
	assert.Greater(t, m.affords(choresAlong), choresAlong, "two say little about a hundred")
	for range 20 {
		m.took(100, time.Minute)
	}
	assert.Equal(t, choresAlong, m.affords(choresAlong), "they have to be written some time")
}
