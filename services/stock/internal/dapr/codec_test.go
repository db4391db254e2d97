package dapr

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/stock/internal/stock"
)

// life returns every document that a life of stock leaves, as it is kept.
func life(t testing.TB) map[string]string {
	t.Helper()
	fake := &fakestore.Store{}
	s, book := replica(fake, "a", time.Now, (&told{}).publish)
	product(t, s, "pen", 3)
	product(t, s, "book", 0)
	require.NoError(t, s.Remove(ctx, "book"))
	require.NoError(t, s.Hold(ctx, ask(t, "a", "pen")).Err)
	paid, err := stock.NewPaid("b", []stock.Line{{SKU: "pen", Quantity: 9, UnitPrice: euros(5)}})
	require.NoError(t, err)
	_, err = s.Pay(ctx, paid)
	require.NoError(t, err)
	_, err = s.Release(ctx, "c")
	require.NoError(t, err)
	running(t, book)()
	require.NoError(t, book.Drain(ctx))
	docs := map[string]string{}
	for key, doc := range fake.Docs() {
		if name, ours := strings.CutPrefix(key, "doc:"); ours {
			var sealed struct {
				D json.RawMessage `json:"d"`
			}
			require.NoError(t, json.Unmarshal(doc.Value, &sealed))
			docs[name] = string(sealed.D)
		}
	}
	return docs
}

func TestDocumentsReadBack(t *testing.T) {
	docs := life(t)
	first := refKey(stock.Reference{SKU: "pen", Name: "first"})
	for _, key := range []string{"sku:pen", "sku:book", "product:pen", "product:book", "hold:a", "hold:b", "hold:c", first} {
		require.Contains(t, docs, key)
		value, err := Codec{}.Decode(key, []byte(docs[key]))
		require.NoError(t, err)
		again, err := Codec{}.Encode(key, value)
		require.NoError(t, err)
		assert.Equal(t, docs[key], string(again))
	}
	assert.Equal(t, `{"v":1,"n":[3,2,1,0],"s":2,"t":2,"l":2,"a":100,"c":"USD"}`, docs["sku:pen"], "written with every reservation: keep it short")
	_, err := Codec{}.Encode("sku:pen", 7)
	assert.Error(t, err)
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	for key, body := range map[string]string{
		"sku:pen":     `{"v":1,"n":[3,2,0,0],"a":100,"c":"USD"}`,
		"sku:ink":     `{"v":1,"n":[0,0,0,0],"a":100,"c":"XYZ"}`,
		"sku:cap":     `{"v":2}`,
		"product:pen": `{"v":1,"name":"","amount":1,"currency":"USD"}`,
		"hold:a":      `{"v":1,"s":"held"}`,
		"hold:b":      `{"v":1,"s":"mislaid"}`,
		"hold:c":      `{"v":1,"s":"held","l":[{"s":"pen","q":-1,"a":1,"c":"USD"}]}`,
		"hold:d":      `{`,
		"ref:pen:abc": `{"v":1,"sku":"pen","ref":"r"}`,
		"what:ever":   `{"v":1}`,
	} {
		_, err := Codec{}.Decode(key, []byte(body))
		assert.ErrorContains(t, err, key+" cannot be read", body)
	}
	_, err := Codec{}.Decode("hold:a", []byte(`{"v":2}`))
	assert.ErrorContains(t, err, "it has version 2, this program knows 1")
}

func TestAnEntryReadsBack(t *testing.T) {
	at := time.Now().UTC()
	for _, e := range []stock.Entry{
		{Sequence: 7, Kind: stock.KindHeld, Quantity: 2, OrderID: "o1", At: at},
		{Sequence: 8, Kind: stock.KindAdjusted, Quantity: -2, Reference: "count", Reason: `"lost" <b>`, At: at},
		{Sequence: 9, Kind: stock.KindReceived, Quantity: 1, Reference: "truck", At: at},
		{Sequence: 10, Kind: stock.KindReleased, Quantity: 1, OrderID: "o2", Reason: "lapsed", At: at},
	} {
		line, err := entryOf(e)
		require.NoError(t, err)
		line.Pos = e.Sequence - 1
		again, err := readEntry(line)
		require.NoError(t, err)
		assert.Equal(t, e, again)
	}
	_, err := readEntry(ledger.Entry{Data: []byte(`7`)})
	assert.Error(t, err)
}

func TestAReferenceOfAnyLengthHasAShortKey(t *testing.T) {
	long := strings.Repeat("x", 128)
	key := refKey(stock.Reference{SKU: "pen", Name: long})
	assert.Regexp(t, `^ref:pen:[0-9a-f]{32}$`, key)
	assert.NotEqual(t, key, refKey(stock.Reference{SKU: "pen", Name: long[1:]}))
}

func FuzzDocuments(f *testing.F) {
	for key, body := range life(f) {
		f.Add(key, []byte(body))
	}
	f.Add("hold:a", []byte(`{"v":1,"s":"held","l":[{"s":"pen","q":-1,"a":1,"c":"USD"}]}`))
	f.Fuzz(func(t *testing.T, key string, body []byte) {
		value, err := Codec{}.Decode(key, body)
		if err != nil {
			return
		}
		switch v := value.(type) {
		case *stock.Shelf:
			if err := v.Level().Check(); err != nil {
				t.Fatal(err)
			}
		case *stock.Reservation:
			if v.State() == stock.Held && len(v.Lines()) == 0 {
				t.Fatal("held without lines")
			}
		}
		if _, err := (Codec{}).Encode(key, value); err != nil {
			t.Fatal(err)
		}
	})
}
