package event

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKnownVersion(t *testing.T) {
	known := func(typ string) bool { return typ == "order.paid.v1" }
	for _, typ := range []string{"order.paid.v1", "order.held.v1", "order.held.v2", "", ".v2", "order.very.v1",
		"order.paid.v1.v1"} {
		assert.NoError(t, KnownVersion(typ, known), typ)
	}
	for _, typ := range []string{"order.paid.v2", "order.paid.v", "order.paid", "order.paid.v10"} {
		assert.EqualError(t, KnownVersion(typ, known),
			"unknown-event-version: This service reads order.paid.v1, not "+typ+".")
	}
}
