package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatASuitePrintsBecomesAColumn(t *testing.T) {
	c := newColumn("redis")
	c.read("components", strings.NewReader(`=== RUN   TestLoad
load: 1200 orders/s, 1000 echoes/s
--- PASS: TestLoad (9.10s)
    --- PASS: TestServers/killed (1s)
    --- SKIP: TestTwoReplicas/settings (0.00s)
found: TestTransactionsAreWholeOrInParts: in parts
--- PASS: TestTransactionsAreWholeOrInParts (0.01s)
=== NAME  TestManyAtOnce/all
    state_test.go:9: one is gone
=== NAME  TestLoad
    load_test.go:1: all well
--- FAIL: TestManyAtOnce (0.10s)
FAIL
`))
	c.read("e2e", strings.NewReader("    --- PASS: TestPlace/direct (1s)\n--- PASS: TestPlace (1s)\n--- PASS: TestCancel (1s)\n--- PASS: TestOutage (0s)\n    --- PASS: TestOutage/store (9s)\n"))
	assert.Equal(t, map[string]string{"TestLoad": "ok", "TestTransactionsAreWholeOrInParts": "in parts", "TestTwoReplicas/settings": "not promised",
		"TestManyAtOnce": "FAILED", "TestServers/killed": "ok", "TestOutage/store": "ok"}, c.cells)
	assert.InDelta(t, 1200, c.orders, 0)
	assert.Equal(t, 3, c.stories)
	assert.Equal(t, []string{"    state_test.go:9: one is gone"}, c.said["TestManyAtOnce"])
	require.ErrorContains(t, verdict([]*column{c}, false), "redis: [TestManyAtOnce]")
	assert.Contains(t, c.unseen(), "TestEvents/away was not run")
	assert.NotContains(t, c.unseen(), "TestLoad was not run")

	var out strings.Builder
	print(&out, []*column{c, {set: "postgres-kafka", missing: errors.New("no")}})
	assert.Regexp(t, `promise +redis +postgres-kafka\n`, out.String())
	assert.Regexp(t, `orders ÷ echoes +1.20 +-\n`, out.String())
}

func TestAMissingServerFailsWhereNothingMayBeMissing(t *testing.T) {
	all := []*column{{set: "redis", missing: errors.New("redis-server is not installed: apt-get install redis-server")}}
	require.NoError(t, verdict(all, false))
	require.ErrorContains(t, verdict(all, true), "redis was not run: redis-server is not installed")
}
