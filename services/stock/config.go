package main

import (
	"time"

	"orderly/services/internal/serve"
)

// Config is what the environment tells the service stock.
type Config struct {
	serve.Config
	// How long a reservation holds goods that nobody commits. It outlives the
	// order's own time to pay (ORDER_PAYMENT_TTL, 15m) by a margin of 15m: the
	// order decides, this only catches holds whose order was never saved.
	HoldTTL time.Duration `envconfig:"STOCK_HOLD_TTL" default:"30m" validate:"min=1s,max=720h"`
}
