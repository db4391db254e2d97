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
	HoldMargin   time.Duration `envconfig:"ORDER_HOLD_MARGIN" default:"15m" validate:"min=1m,max=24h" live:"true"`   // a hold outlives the payment TTL by it
	StockTimeout time.Duration `envconfig:"ORDER_STOCK_TIMEOUT" default:"3s" validate:"min=10ms,max=9s" live:"true"` // then the order is kept as pending
}

func (c config) wiring() wiring.Settings {
	return wiring.Settings{
		Closed: !c.Open, PaymentTTL: c.PaymentTTL, HoldTTL: c.PaymentTTL + c.HoldMargin, StockTimeout: c.StockTimeout,
		Batch: c.BatchLimit, Waiting: c.BatchWaiting, Published: c.PublishLimit,
	}
}
