package api

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"orderly/services/internal/problem"
)

// columns are the fields of a row by the names that a CSV header may give them.
var columns = map[string]string{
	"sku": "sku", "name": "name", "amount": "unitPrice.amount", "unitPrice.amount": "unitPrice.amount", "currency": "unitPrice.currency",
	"unitPrice.currency": "unitPrice.currency", "lowStockAt": "lowStockAt", "receive": "receive", "reference": "reference",
}

// csvRows decodes lines below one header. A record is one line: a quoted field
// may hold commas and quotes, but no line break.
type csvRows struct {
	header []string // as the file names them
	fields []string // what they are
	buffer *bufio.Reader
}

// newCSV reads the header line.
func newCSV(header []byte) (*csvRows, error) {
	c := &csvRows{buffer: bufio.NewReader(nil)}
	names, err := c.split(header)
	if err != nil {
		return nil, badHeader("The first line must be the names of the columns, with commas between them.")
	}
	for _, name := range names {
		name = strings.TrimSpace(name)
		field, known := columns[name]
		if !known {
			return nil, badHeader("There is no column %q; use sku, name, amount, currency, lowStockAt, receive and reference.", name)
		}
		if slices.Contains(c.fields, field) {
			return nil, badHeader("The column %q is there twice; leave one out.", name)
		}
		c.header, c.fields = append(c.header, name), append(c.fields, field)
	}
	for _, must := range []string{"sku", "name", "unitPrice.amount", "unitPrice.currency"} {
		if !slices.Contains(c.fields, must) {
			return nil, badHeader("The column for %s is missing; sku, name, amount and currency are required.", must)
		}
	}
	return c, nil
}

func badHeader(detail string, args ...any) error {
	return problem.New(http.StatusBadRequest, "invalid-csv-header", detail, args...)
}

func (c *csvRows) split(line []byte) ([]string, error) {
	c.buffer.Reset(bytes.NewReader(line))
	return csv.NewReader(c.buffer).Read()
}

// row decodes one line; what is wrong is named by the column of the file.
func (c *csvRows) row(line []byte) (in rowRequest, err error) {
	if !utf8.Valid(line) {
		return in, wrong("", "is not UTF-8")
	}
	values, err := c.split(line)
	if err != nil {
		return in, wrong("", "is not one line of CSV: quote a value with commas or quotes, and double the quotes inside")
	}
	if len(values) != len(c.fields) {
		return in, wrong("", "must have "+strconv.Itoa(len(c.fields))+" values, as the header has, not "+strconv.Itoa(len(values)))
	}
	in.UnitPrice = &moneyRequest{}
	for i, v := range values {
		if !in.set(c.fields[i], strings.TrimSpace(v)) {
			return in, wrong(c.header[i], "must be a whole number")
		}
	}
	return in, nil
}

// set sets one field from its text; false when it must be a number and is not.
func (in *rowRequest) set(field, text string) bool {
	switch field {
	case "sku":
		in.SKU = strings.Clone(text) // it stays in memory, the line it is part of must not
	case "name":
		in.Name = text
	case "unitPrice.currency":
		in.UnitPrice.Currency = text
	case "reference":
		in.Reference = text
	default:
		return text == "" || in.setNumber(field, text)
	}
	return true
}

func (in *rowRequest) setNumber(field, text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	switch field {
	case "unitPrice.amount":
		in.UnitPrice.Amount = &n
	case "lowStockAt":
		in.LowStockAt = &n
	case "receive":
		in.Receive = n
	}
	return err == nil
}

// name returns what the file calls a field.
func (c *csvRows) name(field string) string {
	if i := slices.Index(c.fields, field); i >= 0 {
		return c.header[i]
	}
	return field
}
