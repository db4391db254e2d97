package main

import (
	"context"
	"fmt"
	"strings"
)

func (s *shop) ready(ctx context.Context) error {
	for _, service := range services {
		if err := s.until(ctx, func() error { return s.call(ctx, service, "GET", "/readyz", nil, nil, 200) }); err != nil {
			return err
		}
		var runs struct{ Version, Commit string }
		if err := s.call(ctx, service, "GET", "/version", nil, &runs, 200); err != nil {
			return err
		}
		if s.commit != "" && runs.Commit != s.commit {
			return fmt.Errorf("%s is built from commit %q and not from %s", service, runs.Commit, s.commit)
		}
		fmt.Fprintf(s.out, "           %-6s %s %s\n", service, runs.Version, runs.Commit)
	}
	return nil
}

func (s *shop) fill(ctx context.Context) error {
	product := map[string]any{"sku": s.tag, "name": "Smoke test", "unitPrice": money{100, "USD"}}
	if err := s.call(ctx, "stock", "POST", "/v1/products", product, nil, 201); err != nil {
		return err
	}
	s.filled = true
	if s.mail != "" {
		contact := map[string]any{"email": s.mail, "channels": []string{"email"}}
		if err := s.call(ctx, "notify", "PUT", s.contact(), contact, nil, 200); err != nil {
			return err
		}
	}
	receipt := map[string]any{"quantity": onShelf, "reference": s.tag}
	return s.call(ctx, "stock", "POST", "/v1/stock/"+s.tag+"/receipts", receipt, nil, 201)
}

// place waits for an order that is pending: while pods come and go, stock may be unable to answer for a moment.
func (s *shop) place(ctx context.Context) error {
	ask := map[string]any{"customerId": s.tag, "items": []any{map[string]any{"sku": s.tag, "quantity": wanted}}}
	if err := s.call(ctx, "order", "POST", "/v1/orders", ask, &s.order, 201, 202); err != nil {
		return err
	}
	err := s.until(ctx, func() error {
		if s.order.Status != "pending" {
			return nil
		}
		if err := s.call(ctx, "order", "GET", "/v1/orders/"+s.order.ID, nil, &s.order, 200); err != nil {
			return err
		}
		if s.order.Status == "pending" {
			return fmt.Errorf("order %s is still pending", s.order.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.is("confirmed")
}

func (s *shop) pay(ctx context.Context) error {
	payment := map[string]any{"reference": s.tag, "amount": s.order.Total}
	if err := s.call(ctx, "order", "POST", "/v1/orders/"+s.order.ID+"/payment", payment, &s.order, 200); err != nil {
		return err
	}
	return s.is("paid")
}

func (s *shop) cancel(ctx context.Context) error {
	reason := map[string]any{"reason": "smoke test"}
	if err := s.call(ctx, "order", "DELETE", "/v1/orders/"+s.order.ID, reason, &s.order, 200); err != nil {
		return err
	}
	return s.is("cancelled")
}

func (s *shop) is(status string) error {
	if s.order.Status != status {
		return fmt.Errorf("order %s is %s", s.order.ID, s.order.Status)
	}
	return nil
}

// told waits until notify has settled what it owes the customer: a mail that the mail server took, or a note that there
// is nobody to write to.
func (s *shop) told(ctx context.Context) error {
	return s.until(ctx, func() error {
		var told struct {
			Items []struct{ Template, Status, Error string }
		}
		if err := s.call(ctx, "notify", "GET", "/v1/notifications?orderId="+s.order.ID, nil, &told, 200); err != nil {
			return err
		}
		want := "suppressed"
		if s.mail != "" {
			want = "sent"
		}
		var seen []string
		for _, n := range told.Items {
			if n.Template == "confirmed" && n.Status == want {
				return nil
			}
			seen = append(seen, strings.TrimSpace(n.Template+" "+n.Status+" "+n.Error))
		}
		return fmt.Errorf("no notification of %s is confirmed and %s; there are %q", s.order.ID, want, seen)
	})
}

// shelf waits until the product's counters are these.
func (s *shop) shelf(available, reserved, sold int64) func(context.Context) error {
	want := counters{available, reserved, sold}
	return func(ctx context.Context) error {
		return s.until(ctx, func() error {
			have, err := s.counters(ctx)
			if err == nil && have != want {
				err = fmt.Errorf("%s are on the shelf instead of %s", have, want)
			}
			return err
		})
	}
}
