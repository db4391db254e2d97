package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type line struct {
	SKU       string `json:"sku"`
	Quantity  int    `json:"quantity"`
	UnitPrice *money `json:"unitPrice,omitempty"`
}

type order struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Items  []line `json:"items"`
	Total  *money `json:"total"`
}

// journey places one order as alice and follows it until she has been told.
func (s shop) journey(ctx context.Context) error {
	basket := []line{{SKU: "mug-blue", Quantity: 2}, {SKU: "tea-assam", Quantity: 1}}
	fmt.Println("\nan order's journey")
	began := time.Now()
	step(0, "asked for", "2 mug-blue, 1 tea-assam, by alice, through the sidecar of order")
	var o order
	ask := map[string]any{"customerId": "alice", "items": basket}
	if _, err := s.call(ctx, "order", "POST", "/v1/orders", ask, &o, 201, 202); err != nil {
		return err
	}
	if o.Status == "pending" {
		step(time.Since(began), "accepted", o.ID+", stock has not answered yet")
	}
	err := s.until(ctx, "the order to settle", func() (bool, error) {
		_, err := s.call(ctx, "order", "GET", "/v1/orders/"+o.ID, nil, &o, 200)
		return o.Status != "pending", err
	})
	if err != nil {
		return err
	}
	if o.Status != "confirmed" || o.Total == nil {
		return fmt.Errorf("order %s became %s instead of confirmed", o.ID, o.Status)
	}
	step(time.Since(began), "stock held", held(o.Items))
	step(time.Since(began), "order confirmed", fmt.Sprintf("%s, total %s", o.ID, o.Total))
	var mail string
	err = s.until(ctx, "alice to be told", func() (bool, error) {
		var told struct{ Items []struct{ Status string } }
		_, err := s.call(ctx, "notify", "GET", "/v1/notifications?orderId="+o.ID, nil, &told, 200)
		if err == nil && len(told.Items) > 0 && told.Items[0].Status == "sent" {
			mail, err = findMail(filepath.Join(s.Dir, ".data", "mail"), o.ID)
		}
		return mail != "", err
	})
	if err != nil {
		return err
	}
	if rel, err := filepath.Rel(s.Dir, mail); err == nil {
		mail = rel
	}
	step(time.Since(began), "alice told", "read it: cat "+mail)
	return nil
}

func held(items []line) string {
	var parts []string
	for _, it := range items {
		parts = append(parts, fmt.Sprintf("%d %s at %s", it.Quantity, it.SKU, it.UnitPrice))
	}
	return strings.Join(parts, ", ")
}

// until asks again and again until the answer is yes. A process that dies meanwhile is the error.
func (s shop) until(ctx context.Context, what string, yes func() (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 30*time.Second, fmt.Errorf("waited 30 s in vain for %s; logs are in .dapr/logs", what))
	defer cancel()
	for {
		if ok, err := yes(); ok || err != nil {
			return err
		}
		select {
		case dead := <-s.Died():
			return dead
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// findMail returns the first file that speaks of the order, "" if there is none yet.
func findMail(dir, orderID string) (found string, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte(orderID)) {
			return err
		}
		found = path
		return fs.SkipAll
	})
	return found, err
}
