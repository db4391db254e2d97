package api

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

// rowRequest is one row of an import: a product, and goods that came with it.
type rowRequest struct {
	SKU        string        `json:"sku" validate:"required,slug"`
	Name       string        `json:"name" validate:"required,max=200"`
	UnitPrice  *moneyRequest `json:"unitPrice" validate:"required"`
	LowStockAt *int64        `json:"lowStockAt" validate:"omitempty,min=0,max=9007199254740991"`
	Attributes attributes    `json:"attributes" validate:"max=50,dive,keys,min=1,max=64,endkeys,max=1000"`
	Receive    int64         `json:"receive" validate:"min=0,max=9007199254740991"`
	Reference  string        `json:"reference" validate:"omitempty,id"`
}

// rowError is one thing wrong with one row; rows count from 1.
type rowError struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// rowFields is what is wrong with a row; the rows after it can still be read.
type rowFields []problem.Field

func (f rowFields) Error() string { return f[0].Field + " " + f[0].Message }

func wrong(field, message string) error { return rowFields{{Field: field, Message: message}} }

// row checks what was read.
func (in rowRequest) row() (stock.Row, error) {
	if err := wire.Validate(in); err != nil {
		return stock.Row{}, fieldsOf(err)
	}
	price, err := stock.NewMoney(*in.UnitPrice.Amount, in.UnitPrice.Currency)
	if err != nil {
		return stock.Row{}, fieldsOf(err)
	}
	free, err := in.Attributes.text()
	if err != nil {
		return stock.Row{}, err
	}
	row, err := stock.NewRow(in.SKU, in.Name, price, in.LowStockAt, free, in.Receive, in.Reference)
	if err != nil {
		return stock.Row{}, fieldsOf(err)
	}
	return row, nil
}

// fieldsOf returns what a refusal says about the fields of a row.
func fieldsOf(err error) error {
	p := problem.Table(Problems).Of(err)
	if len(p.Fields) > 0 {
		return rowFields(p.Fields)
	}
	return wrong("", p.Detail)
}

// rowDecoder turns one line into a row.
type rowDecoder func(line []byte) (rowRequest, error)

// jsonRow decodes a line of application/x-ndjson.
func jsonRow(line []byte) (in rowRequest, err error) {
	if !utf8.Valid(line) {
		return in, wrong("", "is not UTF-8")
	}
	if !json.Valid(line) {
		return in, wrong("", "is not one JSON object")
	}
	if err := wire.Unmarshal(line, &in); err != nil {
		return in, fieldsOf(err)
	}
	return in, nil
}

// readRow reads the next row. rowFields: it is wrong, read on. io.EOF: that was
// the last. Any other error: the body cannot be read on.
func readRow(l *lines, decode rowDecoder) (stock.Row, int, error) {
	line, tooLong, err := l.next()
	if err != nil {
		return stock.Row{}, 0, err
	}
	if tooLong {
		return stock.Row{}, 0, wrong("", "is longer than 65536 bytes")
	}
	in, err := decode(line)
	if err != nil {
		return stock.Row{}, 0, err
	}
	row, err := in.row()
	return row, len(line), err
}

func asFields(err error) (rowFields, bool) { return errors.AsType[rowFields](err) }
