package components

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"orderly/tests/harness"
)

// A short load shows what the set can do, beside what its sidecars can; then a service is killed in the middle of
// traffic, and the judge looks at all of it. Nothing runs beside the load.
func TestLoad(t *testing.T) {
	s := harness.Own(t, harness.Options{Build: harness.Unraced})
	const products, each, clients = 100, 100_000, 96
	var skus []string
	for i := range products {
		skus = append(skus, s.Product(strconv.Itoa(i), each))
	}
	echo := harness.Rate(t, 32, 2*time.Second, func(int) error { return s.Echo() })
	placed := make([]int64, clients)
	orders := harness.Rate(t, clients, 4*time.Second, func(client int) error {
		n := int(placed[client])
		placed[client]++
		a, err := s.Order.Try(http.MethodPost, "/v1/orders", s.Asking(strconv.Itoa(client), harness.Line(skus[(client+7*n)%products], 1)))
		if err == nil && a.Status != http.StatusCreated {
			err = fmt.Errorf("%s", a)
		}
		return err
	})
	echo = (echo + harness.Rate(t, 32, 2*time.Second, func(int) error { return s.Echo() })) / 2
	fmt.Printf("load: %.0f orders/s, %.0f echoes/s\n", orders, echo)

	var sum int64
	for _, n := range placed {
		sum += n
	}
	s.Until("stock is what was answered", func() error {
		var reserved int64
		for _, sku := range skus {
			reserved += s.Units(sku).Reserved
		}
		return harness.Expect("reserved", reserved, sum)
	})

	t.Parallel() // from here on
	traffic := s.Traffic("killed")
	traffic.Flowing(30)
	for _, victim := range []string{"stock", "order", "notify"} {
		s.Murder(victim)
		if err := s.Restart(victim); err != nil {
			t.Fatal(err)
		}
		traffic.Flowing(30)
	}
	s.Judge(traffic)
}
