package main

import (
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/internal/serve"
	"orderly/services/stock/wiring"
)

// config is what stock is told; see package settings for who says it.
type config struct {
	serve.Config
	// How long a reservation that does not say holds goods that nobody commits. Then
	// its order is asked for: only where there is none they are given back.
	HoldTTL time.Duration `envconfig:"STOCK_HOLD_TTL" default:"30m" validate:"min=1s,max=720h" live:"true"`
	LowAt   int64         `envconfig:"STOCK_LOW_AT" default:"0" validate:"min=0,max=9007199254740991" live:"true"` // stock is low here of products with no lowStockAt of their own; 0 is never
}

func (c config) wiring() wiring.Settings {
	return wiring.Settings{HoldTTL: c.HoldTTL, LowAt: c.LowAt,
		Limits: ledger.Limits{Changes: c.BatchLimit, Waiting: c.BatchWaiting, Published: c.PublishLimit}}
}
