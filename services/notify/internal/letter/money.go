package letter

import (
	"fmt"
	"strings"

	"golang.org/x/text/currency"

	"orderly/services/notify/internal/notify"
)

// money writes an amount with as many digits as its currency has: 19.99 USD,
// 1999 JPY, 1.999 KWD. A currency nobody knows has two.
func money(m *notify.Money) string {
	digits := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	sign, amount := "", fmt.Sprint(m.Amount)
	if rest, negative := strings.CutPrefix(amount, "-"); negative {
		sign, amount = "-", rest
	}
	if short := digits + 1 - len(amount); short > 0 {
		amount = strings.Repeat("0", short) + amount
	}
	whole, part := amount[:len(amount)-digits], amount[len(amount)-digits:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		part = "." + part
	}
	return sign + whole + part + " " + m.Currency
}
