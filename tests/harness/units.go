package harness

import "fmt"

// Sound returns an error unless received = available + reserved + sold, none of them negative.
func (u Units) Sound() error {
	if u.Received != u.Available+u.Reserved+u.Sold || min(u.Received, u.Available, u.Reserved, u.Sold) < 0 {
		return fmt.Errorf("stock of %s does not add up: %+v", u.SKU, u)
	}
	return nil
}

// Are returns an error unless the counters are these.
func (u Units) Are(available, reserved, sold int64) error {
	if err := u.Sound(); err != nil {
		return err
	}
	if u.Available != available || u.Reserved != reserved || u.Sold != sold {
		return fmt.Errorf("stock of %s is %d available, %d reserved, %d sold, not %d, %d, %d",
			u.SKU, u.Available, u.Reserved, u.Sold, available, reserved, sold)
	}
	return nil
}

// HasUnits waits until the counters of a SKU are these: an order's events move them, so they may come a moment later.
func (s *Story) HasUnits(sku string, available, reserved, sold int64) {
	s.T.Helper()
	s.Until("stock has settled", func() error { return s.Units(sku).Are(available, reserved, sold) })
}
