package components

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// Two replicas of every service on one store, with their secrets in the environment.
func TestTwoReplicas(t *testing.T) {
	t.Parallel()
	key := []string{"webhook-signing-key=" + signingKey}
	s := harness.Own(t, harness.Options{Twice: true,
		Swap: map[string]string{"secrets.yaml": "components/secrets/environment.yaml"},
		Env:  map[string][]string{"notify.sidecar": key, "notify-2.sidecar": key},
	})
	t.Run("secrets", func(t *testing.T) { secretsOfTheEnvironment(s.In(t)) })
	t.Run("settings", func(t *testing.T) { settingsReload(s.In(t)) })
	t.Run("judged", func(t *testing.T) { replicasJudged(s.In(t)) })
}

// A hot product is sold from both and never twice; a replica that is killed has its journal taken over by the other, and
// what both served adds up.
func replicasJudged(one *harness.Story) {
	t, two := one.T, one.Second()
	hot := one.Product("hot", 20)
	statuses := make([]int, 60)
	harness.Together(len(statuses), func(i int) {
		s := []*harness.Story{one, two}[i%2]
		a, err := s.Order.Try(http.MethodPost, "/v1/orders", s.Asking("ann", harness.Line(hot, 1)))
		if err != nil {
			t.Error(err)
		}
		statuses[i] = a.Status
	})
	one.HasUnits(hot, 0, 20, 0)
	two.Until("twenty orders are confirmed and no others", func() error {
		confirmed, open := 0, 0
		for _, o := range harness.All[harness.Order](two.Order, "/v1/orders?customerId="+two.Customer("ann")) {
			switch o.Status {
			case "confirmed":
				confirmed++
			case "pending":
				open++
			}
		}
		if err := harness.Expect("pending", open, 0); err != nil {
			return err
		}
		return harness.Expect("confirmed", confirmed, 20)
	})

	first, second := one.Traffic("one"), two.Traffic("two")
	first.Flowing(15)
	second.Flowing(15)
	for _, victim := range []string{"order", "stock", "notify"} {
		one.Murder(victim)
		second.Flowing(15)
		if err := one.Restart(victim); err != nil {
			t.Fatal(err)
		}
		first.Flowing(15)
	}
	one.Judge(first)
	two.Judge(second)
}
