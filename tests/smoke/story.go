package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// shop is the system as its callers see it, and what one run does with it.
type shop struct {
	urls   map[string]string // of each service
	commit string            // that the services are built from; "" if that does not matter
	mail   string            // of the customer; "" for none
	tag    string            // name of the product and the customer of this run
	order  order             // as it was answered last
	filled bool              // the product is there
	out    io.Writer

	patience time.Duration // for cleaning up
}

type money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

type order struct {
	ID, Status string
	Total      money
}

// The shelf of the run's product, and what is ordered of it.
const onShelf, wanted = 3, 2

func newShop(out io.Writer) *shop {
	return &shop{urls: map[string]string{}, tag: fmt.Sprintf("smoke-%x", time.Now().UnixNano()), out: out, patience: 20 * time.Second}
}

// run tells the story and cleans up. An error says which step did not come true.
func (s *shop) run(ctx context.Context, limit time.Duration) error {
	err := s.story(ctx, limit)
	// Whatever ended the story: what it made has to go.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience)
	defer cancel()
	if left := s.cleanUp(ctx); left != nil {
		return errors.Join(err, fmt.Errorf("%s is left behind: %w", s.tag, left))
	}
	return err
}

func (s *shop) story(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%s were not enough", limit))
	defer cancel()
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"the services are ready", s.ready},
		{"a product is on the shelf", s.fill},
		{"an order is confirmed", s.place},
		{"stock holds it", s.shelf(onShelf-wanted, wanted, 0)},
		{"the customer is told", s.told},
		{"the order is paid", s.pay},
		{"stock has sold it", s.shelf(onShelf-wanted, 0, wanted)},
		{"the order is cancelled", s.cancel},
		{"stock has it back", s.shelf(onShelf, 0, 0)},
	} {
		began := time.Now()
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("not true: %s: %w", step.name, err)
		}
		fmt.Fprintf(s.out, "%6d ms  %s\n", time.Since(began).Milliseconds(), step.name)
	}
	return nil
}
