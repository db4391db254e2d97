package main

import (
	"time"

	"orderly/services/internal/serve"
)

// config is what order is told by its environment.
type config struct {
	serve.Config
	PaymentTTL   time.Duration `envconfig:"ORDER_PAYMENT_TTL" default:"15m" validate:"min=1s,max=696h"`  // an unpaid order expires after it
	HoldMargin   time.Duration `envconfig:"ORDER_HOLD_MARGIN" default:"15m" validate:"min=1m,max=24h"`   // a hold outlives the payment TTL by it
	StockTimeout time.Duration `envconfig:"ORDER_STOCK_TIMEOUT" default:"3s" validate:"min=10ms,max=9s"` // then the order is kept as pending
}
