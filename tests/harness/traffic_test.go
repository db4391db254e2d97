package harness

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A refusal is right only if it is for want of what the order asked for and is scarce.
func TestRefusalsOfTraffic(t *testing.T) {
	traffic := &Traffic{skus: []string{"plenty"}, scarce: "few"}
	lines := []Item{Line("plenty", 2), Line("few", 2)}
	refusal := func(code, order string, shortages ...string) string {
		return fmt.Sprintf(`{"code":%q,"orderId":%q,"shortages":[%s]}`, code, order, strings.Join(shortages, ","))
	}
	short := func(sku string, requested, available int) string {
		return fmt.Sprintf(`{"sku":%q,"requested":%d,"available":%d}`, sku, requested, available)
	}
	for name, c := range map[string]struct {
		status int
		body   string
		right  bool
	}{
		"for what is scarce":    {409, refusal("out-of-stock", "o", short("few", 2, 1)), true},
		"for what there is":     {409, refusal("out-of-stock", "o", short("plenty", 2, 1)), false},
		"there is enough":       {409, refusal("out-of-stock", "o", short("few", 2, 2)), false},
		"another quantity":      {409, refusal("out-of-stock", "o", short("few", 3, 1)), false},
		"less than nothing":     {409, refusal("out-of-stock", "o", short("few", 2, -1)), false},
		"two shortages":         {409, refusal("out-of-stock", "o", short("few", 2, 1), short("plenty", 2, 1)), false},
		"no shortage":           {409, refusal("out-of-stock", "o"), false},
		"without the order":     {409, refusal("out-of-stock", "", short("few", 2, 1)), false},
		"for another reason":    {409, refusal("idempotency-key-reused", "o", short("few", 2, 1)), false},
		"as a mistake":          {422, refusal("out-of-stock", "o", short("few", 2, 1)), false},
		"no problem in the way": {409, "out of stock", false},
	} {
		id, err := traffic.rightlyRefused(Answer{Status: c.status, Body: []byte(c.body)}, lines)
		if (err == nil) != c.right || (id == "o") != c.right {
			t.Errorf("%s: %q, %v", name, id, err)
		}
	}
	if _, err := traffic.rightlyRefused(Answer{Status: 409, Body: []byte(refusal("out-of-stock", "o", short("few", 2, 1)))}, lines[:1]); err == nil {
		t.Error("an order was refused for what it did not ask for")
	}
}

// A step leads to its status, or beyond when somebody else went on.
func TestStepsOfTraffic(t *testing.T) {
	pay := step{what: "pay", status: "paid"}
	for body, c := range map[string]struct {
		status int
		right  bool
	}{
		`{"status":"paid"}`: {200, true}, `{"status":"shipped"}`: {200, true}, `{"status":"confirmed"}`: {200, false},
		`{"status":"expired"}`: {200, false}, `{}`: {200, false}, `none`: {200, false}, `{"status": "paid"}`: {409, false}, `{"status":"paid" }`: {202, false},
	} {
		if _, err := pay.done(Answer{Status: c.status, Body: []byte(body)}); (err == nil) != c.right {
			t.Errorf("%d %s: %v", c.status, body, err)
		}
	}
}

// Traffic that was never short of anything has shown nothing, and what was wrong is said.
func TestTrafficRunsShort(t *testing.T) {
	traffic := &Traffic{attempts: []Attempt{{Status: "paid"}}}
	if err := traffic.Wrong(); err == nil || !strings.Contains(err.Error(), "too short") {
		t.Error(err)
	}
	traffic.attempts = append(traffic.attempts, Attempt{Status: "rejected"})
	if err := traffic.Wrong(); err != nil {
		t.Error(err)
	}
	traffic.bad(errors.New("a mistake"))
	if err := traffic.Wrong(); err == nil || !strings.Contains(err.Error(), "a mistake") {
		t.Error(err)
	}
}
