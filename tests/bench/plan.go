package main

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// all measures the rows that are wanted, stack by stack, with echoes beside each.
func (b *bench) all(ctx context.Context) error {
	return b.on(ctx, echo, func(ctx context.Context, s *system) error {
		b.beside = s
		if b.o.wants("b") {
			if err := b.on(ctx, naive, b.naive); err != nil {
				return err
			}
		}
		if b.o.wants("a") {
			if err := b.echo(ctx, s); err != nil {
				return err
			}
		}
		if b.o.only != "" && !strings.ContainsAny(b.o.only, "cdefg") {
			return nil
		}
		if err := b.on(ctx, shipped, b.orders); err != nil || b.o.only != "" {
			return err
		}
		return b.on(ctx, again, b.fresh)
	})
}

func (b *bench) echo(ctx context.Context, s *system) error {
	for _, clients := range []int{1, 32} {
		if err := b.measure(ctx, s, &row{Letter: "a", Name: "echo through two sidecars"}, b.echoes(clients)); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) naive(ctx context.Context, s *system) error {
	for _, clients := range []int{32, many} {
		if err := b.measure(ctx, s, &row{Letter: "b", Name: "orders, no batching", orders: true}, b.load(s, s.orders(), uniform, clients)); err != nil {
			return err
		}
	}
	return nil
}

// many is how many clients the heavy rows have.
const many = 256

// orders measures rows c to g. Row c with many clients is always among them: the others are measured against it.
func (b *bench) orders(ctx context.Context, s *system) error {
	var steps []func() error
	add := func(letter string, r *row, l *load) {
		if b.o.wants(letter) {
			steps = append(steps, func() error { return b.measure(ctx, s, r, l) })
		}
	}
	add("c", placed(), b.load(s, s.orders(), uniform, 1))
	add("c", placed(), b.load(s, s.orders(), uniform, 32))
	steps = append(steps, func() error { return b.measure(ctx, s, placed(), b.steady(s)) })
	add("c", &row{Letter: "c", Name: "same, through order's sidecar", orders: true, aside: true}, b.load(s, s.ordersBySidecar(), uniform, many))
	add("d", &row{Letter: "d", Name: "orders, one hot product", orders: true}, b.load(s, s.orders(), oneHot, many))
	if b.o.wants("f") { // before the sale, which leaves a lot to tidy up: that is no part of half a load
		steps = append(steps, func() error { return b.delay(ctx, s) })
	}
	if b.o.wants("e") {
		steps = append(steps, func() error { return b.flashSale(ctx, s) })
	}
	if b.o.wants("g") && b.o.stored > 0 {
		steps = append(steps, func() error { return b.fill(ctx, s) })
		add("g", &row{Letter: "g", Name: "orders, " + group(float64(b.o.stored)) + " stored before", orders: true}, b.steady(s))
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func placed() *row { return &row{Letter: "c", Name: "orders, 10,000 products", orders: true} }

// fresh measures row c once more, at the end of a run: what was between is compared with both.
func (b *bench) fresh(ctx context.Context, s *system) error {
	for _, l := range []*load{b.load(s, s.orders(), uniform, 1), b.steady(s)} {
		r := placed()
		r.Name += ", again"
		if err := b.measure(ctx, s, r, l); err != nil {
			return err
		}
	}
	return nil
}

// housekeeping is how long a ledger takes to write once what changes often (its sweepTime). After so long a load pays for
// all it causes, and as long again shows what that is.
const housekeeping = 20 * time.Second

// steady is the load of rows c and g, the same before and after many orders are stored.
func (b *bench) steady(s *system) *load {
	l := b.load(s, s.orders(), uniform, many)
	l.warm, l.span = max(l.warm, housekeeping), max(l.span, housekeeping)
	return l
}

// load is a closed loop with the times of the flags that places orders.
func (b *bench) load(s *system, to target, choose chooser, clients int) *load {
	return &load{to: to, shelf: s.shelf, choose: choose, expect: []int{http.StatusCreated}, clients: clients,
		warm: time.Duration(b.o.warmup) * time.Second, span: time.Duration(b.o.seconds) * time.Second}
}
