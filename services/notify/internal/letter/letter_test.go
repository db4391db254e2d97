package letter

import (
	"bytes"
	"html"
	"strings"
	"testing"
	"time"

	"orderly/services/notify/internal/notify"
)

func event(t *testing.T, typ string, d notify.Details) notify.Event {
	t.Helper()
	e, err := notify.NewEvent(notify.EventFields{Source: "/orders", ID: "o1.1", Type: typ, Sequence: 1,
		OrderID: "o1", CustomerID: "alice", Status: "any", At: time.Now(), Details: d})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func full() notify.Details {
	at := time.Date(2026, 1, 31, 9, 45, 0, 0, time.UTC)
	return notify.Details{
		Items:     []notify.Item{{SKU: "tea", Quantity: 2, UnitPrice: &notify.Money{Amount: 1999, Currency: "USD"}}, {SKU: "cup", Quantity: 1}},
		Total:     &notify.Money{Amount: 3998, Currency: "USD"},
		Shortages: []notify.Shortage{{SKU: "tea", Requested: 2, Available: 1}},
		Reason:    "a <b>reason</b>", Payment: &notify.Payment{Reference: "pay-1"}, Carrier: "DHL", TrackingNumber: "0034", ExpiresAt: &at,
	}
}

func TestEveryMessageIsWrittenInEveryLanguage(t *testing.T) {
	carried := map[string]string{"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "baggage": "tenant=a%22b"}
	for tag := range languages {
		for typ := range notify.Types() {
			for story, d := range map[string]notify.Details{"full": full(), "bare": {}} {
				l, err := Write(event(t, typ, d), tag, false, carried)
				if err != nil {
					t.Errorf("%s %s %s: %v", tag, typ, story, err)
					continue
				}
				page := string(l.HTML)
				for _, want := range []string{"<title>" + l.Subject + "</title>", ">" + l.Subject + "</h1>", `lang="` + tag + `"`,
					`<meta name="traceparent" content="` + carried["traceparent"] + `">`, `<meta name="baggage" content="` + html.EscapeString(carried["baggage"]) + `">`} {
					if !strings.Contains(page, want) {
						t.Errorf("%s %s %s misses %s in\n%s", tag, typ, story, want, page)
					}
				}
				for _, never := range []string{"no value", "&lt;nil&gt;", "%!", "ZgotmplZ", "<b>reason", "{{"} {
					if strings.Contains(page, never) {
						t.Errorf("%s %s %s shows %s in\n%s", tag, typ, story, never, page)
					}
				}
				if !strings.Contains(l.Subject, "o1") || strings.ContainsAny(l.Subject, "\r\n") {
					t.Errorf("subject %q", l.Subject)
				}
			}
		}
	}
}

func TestEachMessageSaysWhatItsTypeAdds(t *testing.T) {
	for typ, want := range map[string][]string{
		"order.confirmed.v1": {"39.98 USD", "19.99 USD", "2026-01-31 09:45 UTC"},
		"order.rejected.v1":  {"a &lt;b&gt;reason", "tea: you asked for 2, we have 1"},
		"order.paid.v1":      {"39.98 USD", "pay-1"},
		"order.shipped.v1":   {"DHL", "0034"},
		"order.cancelled.v1": {"a &lt;b&gt;reason"},
	} {
		l, err := Write(event(t, typ, full()), "en", false, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(l.HTML), w) {
				t.Errorf("%s does not say %s", typ, w)
			}
		}
	}
}

func TestTheLanguageFallsBack(t *testing.T) {
	for locale, want := range map[string]string{"zh-CN": "zh", "zh-Hant-TW": "zh", "ZH": "zh", "en-GB": "en", "fr": "en", "": "en", "-": "en"} {
		if got := speak(locale); got != want {
			t.Errorf("%s: %s, want %s", locale, got, want)
		}
	}
}

func TestMoneyHasTheDigitsOfItsCurrency(t *testing.T) {
	for _, c := range []struct {
		amount         int64
		currency, want string
	}{
		{1999, "USD", "19.99 USD"}, {1999, "JPY", "1,999 JPY"}, {1999, "KWD", "1.999 KWD"}, {5, "EUR", "0.05 EUR"}, {0, "JPY", "0 JPY"},
		{-5, "KWD", "-0.005 KWD"}, {123456789, "USD", "1,234,567.89 USD"}, {199, "ZZZ", "1.99 ZZZ"}, {-9223372036854775808, "USD", "-92,233,720,368,547,758.08 USD"},
	} {
		if got := money(&notify.Money{Amount: c.amount, Currency: c.currency}); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestALateLetterSaysSo(t *testing.T) {
	for tag, want := range map[string]string{"en": "This message is late", "zh": "延迟"} {
		for _, late := range []bool{true, false} {
			l, err := Write(event(t, "order.cancelled.v1", full()), tag, late, nil)
			if err != nil || bytes.Contains(l.HTML, []byte(want)) != late {
				t.Errorf("%s, late %v: %v\n%s", tag, late, err, l.HTML)
			}
		}
	}
}
