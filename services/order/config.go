package main

import (
	"time"

	"orderly/services/internal/serve"
	"orderly/services/order/wiring"
)

// config is what order is told; see package settings for who says it.
type config struct {
	serve.Config
	Open         bool          `envconfig:"ORDER_OPEN" default:"true" live:"true"`                                   // takes new orders; false answers 503 shop-closed to them, and to nothing else
	PaymentTTL   time.Duration `envconfig:"ORDER_PAYMENT_TTL" default:"15m" validate:"min=1s,max=696h" live:"true"`  // an unpaid order expires after it; of orders placed from now on
	HoldTTL      time.Duration `envconfig:"ORDER_HOLD_TTL" default:"4m" validate:"min=10s,max=24h" live:"true"`      // goods are given back after it whose order was never kept; of an open order stock prolongs it
	StockTimeout time.Duration `envconfig:"ORDER_STOCK_TIMEOUT" default:"3s" validate:"min=10ms,max=9s" live:"true"` // then the order is kept as pending
}

func (c config) wiring() wiring.Settings {
	return wiring.Settings{
		Closed: !c.Open, PaymentTTL: c.PaymentTTL, HoldTTL: c.HoldTTL, StockTimeout: c.StockTimeout,
		Batch: c.BatchLimit, Waiting: c.BatchWaiting, Published: c.PublishLimit,
	}
}
