package dapr

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/sidecar"
	"orderly/services/stock/internal/stock"
)

// Every document that a life of stock leaves reads back as it was.
func TestDocumentsReadBack(t *testing.T) {
	fake := &fakestore.Store{}
	s, _ := service(fake)
	product(t, s, "pen", 3)
	require.NoError(t, s.Hold(ctx, ask(t, "a", "pen")).Err)
	price, err := stock.NewMoney(5, "EUR")
	require.NoError(t, err)
	paid, err := stock.NewPaid("b", []stock.Line{{SKU: "pen", Quantity: 9, UnitPrice: price}})
	require.NoError(t, err)
	_, err = s.Pay(ctx, paid)
	require.NoError(t, err)
	docs := fake.Docs()
	for key, record := range map[string]func(sidecar.Doc) (any, error){
		"sku:pen": func(d sidecar.Doc) (any, error) { s, err := readShelf(d); return shelfRecordOf(s.State()), err },
		"hold:a": func(d sidecar.Doc) (any, error) {
			r, err := readReservation(d)
			return reservationRecordOf(r.Kept()), err
		},
		"hold:b": func(d sidecar.Doc) (any, error) {
			r, err := readReservation(d)
			return reservationRecordOf(r.Kept()), err
		},
		refKey(stock.Reference{SKU: "pen", Name: "first"}): func(d sidecar.Doc) (any, error) { a, err := readAnswer(d); return answerRecordOf(a), err },
	} {
		require.True(t, docs[key].Found(), key)
		again, err := record(docs[key])
		require.NoError(t, err)
		text, err := json.Marshal(again)
		require.NoError(t, err)
		assert.JSONEq(t, string(docs[key].Value), string(text))
	}
}

func TestADocumentOfALaterVersionIsRefused(t *testing.T) {
	fake := &fakestore.Store{}
	s, _ := service(fake)
	require.NoError(t, fake.Apply(ctx, sidecar.Put("sku:pen", []byte(`{"v":2}`)), sidecar.Put("hold:a", []byte(`{"v":2}`)), sidecar.Put("hold:b", []byte(`{`))))
	_, err := s.Levels(ctx, "pen")
	assert.ErrorContains(t, err, "sku:pen cannot be read: it has version 2")
	assert.ErrorContains(t, s.Hold(ctx, ask(t, "a", "x")).Err, "version 2")
	assert.ErrorContains(t, s.Hold(ctx, ask(t, "b", "x")).Err, "cannot be read")
}

func TestAReferenceOfAnyLengthHasAShortKey(t *testing.T) {
	long := make([]byte, 128)
	for i := range long {
		long[i] = 'x'
	}
	key := refKey(stock.Reference{SKU: "pen", Name: string(long)})
	assert.Regexp(t, `^ref:pen:[0-9a-f]{32}$`, key)
	assert.NotEqual(t, key, refKey(stock.Reference{SKU: "pen", Name: string(long[1:])}))
}

func FuzzDocuments(f *testing.F) {
	fake := &fakestore.Store{}
	s, _ := service(fake)
	product(f, s, "pen", 3)
	s.Hold(ctx, ask(f, "a", "pen"))
	for _, doc := range fake.Docs() {
		f.Add(doc.Key, doc.Value)
	}
	f.Add("hold:a", []byte(`{"v":1,"orderId":"a","state":"held","lines":[{"sku":"pen","quantity":-1,"unitPrice":{"amount":1,"currency":"USD"}}]}`))
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		doc := sidecar.Doc{Key: key, Value: value, ETag: "1"}
		if shelf, err := readShelf(doc); err == nil {
			if err := shelf.Level().Check(); err != nil {
				t.Fatal(err)
			}
			_, _ = json.Marshal(shelfRecordOf(shelf.State()))
		}
		if r, err := readReservation(doc); err == nil {
			if r.State() == stock.Held && len(r.Lines()) == 0 {
				t.Fatal("held without lines")
			}
			_ = r.ExpiresAt().After(time.Now())
		}
		_, _ = readAnswer(doc)
	})
}
