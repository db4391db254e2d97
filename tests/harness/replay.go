package harness

import (
	"errors"
	"fmt"
	"reflect"
)

// Replays says whether a history is gap-free, legal, and ends in the order as it is.
func Replays(history []Step, o Order) error {
	if len(history) == 0 {
		return errors.New("no history")
	}
	was := ""
	for i, step := range history {
		d := step.Data
		switch {
		case step.Sequence != int64(i+1):
			return fmt.Errorf("event %d has sequence %d", i+1, step.Sequence)
		case d.OrderID != o.ID || d.CustomerID != o.CustomerID:
			return fmt.Errorf("event %d is about order %s of %s", i+1, d.OrderID, d.CustomerID)
		case was != "" && was != d.Status && !canBecome(was, d.Status):
			return fmt.Errorf("event %d goes from %s to %s", i+1, was, d.Status)
		case was != d.Status && step.Type != TypeOf(d.Status):
			return fmt.Errorf("event %d brings %s and is called %s", i+1, d.Status, step.Type)
		case !step.At.Equal(d.At):
			return fmt.Errorf("event %d is of %s and of %s", i+1, step.At, d.At)
		}
		was = d.Status
	}
	last := history[len(history)-1]
	switch {
	case last.Data.Status != o.Status:
		return fmt.Errorf("history ends %s, the order is %s", last.Data.Status, o.Status)
	case last.Sequence != o.Version:
		return fmt.Errorf("history has %d events, the order version %d", last.Sequence, o.Version)
	case !reflect.DeepEqual(last.Data.Items, o.Items) || !reflect.DeepEqual(last.Data.Total, o.Total):
		return fmt.Errorf("history ends with %+v, the order has %+v", last.Data.Items, o.Items)
	case !history[0].At.Equal(o.CreatedAt) || !last.At.Equal(o.UpdatedAt):
		return fmt.Errorf("history runs from %s to %s, the order from %s to %s", history[0].At, last.At, o.CreatedAt, o.UpdatedAt)
	}
	return nil
}
