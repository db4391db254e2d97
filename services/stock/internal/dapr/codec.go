package dapr

import (
	"encoding/json"
	"fmt"
	"strings"

	"orderly/services/stock/internal/stock"
)

// Codec implements ledger.Codec for the four kinds of documents. Records leave
// out what their key says.
type Codec struct{}

// recordVersion is the version of the stored documents. A reader refuses
// another one rather than lose what it does not know.
const recordVersion = 1

// Decode returns a *stock.Shelf, *stock.Product, *stock.Reservation or
// *stock.Answer; one that breaks a rule of the core is refused.
func (Codec) Decode(key string, body []byte) (value any, err error) {
	kind, name, _ := strings.Cut(key, ":")
	switch kind {
	case "sku":
		value, err = open(body, func(r shelfRecord) (any, error) { return r.open(name) })
	case "product":
		value, err = open(body, func(r productRecord) (any, error) { return r.open(name) })
	case "hold":
		value, err = open(body, func(r holdRecord) (any, error) { return r.open(name) })
	case "ref":
		value, err = open(body, func(r answerRecord) (any, error) { return r.open(key) })
	default:
		err = fmt.Errorf("nothing is kept under such a key")
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", key, err)
	}
	return value, nil
}

// record is what is stored of a document.
type record interface{ version() int }

// V is the version of a record.
type V struct {
	V int `json:"v"`
}

func (v V) version() int { return v.V }

func open[R record](body []byte, as func(R) (any, error)) (any, error) {
	var r R
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	if r.version() != recordVersion {
		return nil, fmt.Errorf("it has version %d, this program knows %d", r.version(), recordVersion)
	}
	return as(r)
}

// Encode is the inverse of Decode.
func (Codec) Encode(key string, value any) ([]byte, error) {
	switch v := value.(type) {
	case *stock.Shelf:
		return encodeShelf(v.State()), nil
	case *stock.Product:
		return json.Marshal(productRecordOf(v.State()))
	case *stock.Reservation:
		return json.Marshal(holdRecordOf(v.Kept()))
	case *stock.Answer:
		return json.Marshal(answerRecordOf(*v))
	}
	return nil, fmt.Errorf("%s cannot be a %T", key, value)
}
