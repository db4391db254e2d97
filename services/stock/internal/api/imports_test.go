package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/wire"
)

func (d *door) load(kind string, rows ...string) answer {
	d.t.Helper()
	return d.call("POST", "/v1/products/import", strings.Join(rows, "\n"), "Content-Type", kind)
}

func TestImportingCSV(t *testing.T) {
	d := newDoor(t)
	d.product("old", "0")
	file := []string{"\ufeffname,currency,sku,amount, receive ,reference,lowStockAt\r",
		`"Tea, black ""Assam""",EUR,tea,450,30,truck,5` + "\r",
		"",
		"Old,USD,old,200,,,",
		"Nothing,USD,,100,,,",
		"Cheap,USD,cheap,free,,,",
		"Short,USD",
		"Two,XYZ,two,-1,1,,",
		`Broken "quote,USD,q,1,,,`,
		"Free,USD,free,0,0,,",
		"Unnamed,USD,unnamed,1,5,,",
		"\xff,USD,bin,1,,,",
		strings.Repeat("x", maxLine) + ",USD,long,1,,,",
		"Tea,EUR,tea,500,,,",
	}
	d.load("text/csv; charset=utf-8", file...).is(200, `{"created":2,"updated":2,"received":1,"failed":8,"errors":[
		{"row":3,"field":"sku","message":"is required"},
		{"row":4,"field":"amount","message":"must be a whole number"},
		{"row":5,"field":"","message":"must have 7 values, as the header has, not 2"},
		{"row":6,"field":"amount","message":"must be at least 0"},
		{"row":7,"field":"","message":"is not one line of CSV: quote a value with commas or quotes, and double the quotes inside"},
		{"row":9,"field":"reference","message":"is required with receive"},
		{"row":10,"field":"","message":"is not UTF-8"},
		{"row":11,"field":"","message":"is longer than 65536 bytes"}]}`)
	tea := d.call("GET", "/v1/products/tea", "").is(200)
	assert.Equal(t, "Tea", tea.body["name"])
	assert.Equal(t, 5.0, tea.body["lowStockAt"], "an empty value leaves what is there")
	d.has("tea", `{"received":30,"available":30,"reserved":0,"sold":0}`)
	assert.Equal(t, 0.0, d.load("text/csv", file...).body["received"], "the same file again receives nothing")
}

func TestHeadersOfCSV(t *testing.T) {
	d := newDoor(t)
	d.load("text/csv", "sku,name,unitPrice.amount,unitPrice.currency", "a,A,1,USD").is(200, `{"created":1,"updated":0,"received":0,"failed":0,"errors":[]}`)
	got := d.load("text/csv", "sku,name,unitPrice.amount,unitPrice.currency", "a,A,x,USD").is(200)
	assert.Contains(t, got.Body.String(), `"field":"unitPrice.amount"`)
	for _, header := range []string{"", "\n\n", "sku,name,amount", "sku,name,amount,currency,color", "sku,name,amount,currency,sku", "sku,name,amount,unitPrice.amount,currency", `"sku`, strings.Repeat("x", maxLine+1)} {
		d.load("text/csv", header).refused(400, "invalid-csv-header")
	}
	d.load("application/json", "[]").refused(415, "unsupported-media-type")
}

func TestImportingNDJSON(t *testing.T) {
	d := newDoor(t)
	d.load("application/x-ndjson",
		`{"sku":"a","name":"A","unitPrice":{"amount":1,"currency":"USD"},"receive":5,"reference":"r","attributes":{"x":1}}`,
		`{"sku":"b"}`,
		`{"sku":`,
		`{"sku":"c","surprise":1}`,
		`{"sku":"d","name":"D","unitPrice":{"amount":"1","currency":"USD"}}`,
		`{"sku":"a","name":"A","unitPrice":{"amount":2,"currency":"USD"},"receive":6,"reference":"r"}`,
		`{"sku":"e","name":"E","unitPrice":{"amount":1,"currency":"USD"}} 7`,
		`{"sku":"f","name":"F","unitPrice":{"amount":1,"currency":"XXX"}}`,
		`[]`,
	).is(200, `{"created":1,"updated":0,"received":1,"failed":8,"errors":[
		{"row":2,"field":"name","message":"is required"},
		{"row":2,"field":"unitPrice","message":"is required"},
		{"row":3,"field":"","message":"is not one JSON object"},
		{"row":4,"field":"surprise","message":"is not a field of this call"},
		{"row":5,"field":"unitPrice.amount","message":"must be a whole number, not string"},
		{"row":6,"field":"","message":"This reference was used for another change of this sku; use a new one for a new change."},
		{"row":7,"field":"","message":"is not one JSON object"},
		{"row":8,"field":"unitPrice.currency","message":"must be an ISO 4217 code such as USD"},
		{"row":9,"field":"","message":"must be an object, not array"}]}`)
	d.load("application/x-ndjson", "").is(200, `{"created":0,"updated":0,"received":0,"failed":0,"errors":[]}`)
}

func TestAnImportOfManyRows(t *testing.T) {
	d := newDoor(t)
	rows := []string{"sku,name,amount,currency,receive,reference"}
	for i := range 3000 {
		rows = append(rows, fmt.Sprintf("s%d,Thing,%d,USD,1,r", i, i))
	}
	got := d.load("text/csv", rows...).is(200)
	assert.Equal(t, 3000.0, got.body["created"])
	for i := range rows[1:] {
		rows[i+1] = "bad row"
	}
	got = d.load("text/csv", rows...).is(200)
	assert.Equal(t, 3000.0, got.body["failed"])
	assert.Len(t, got.body["errors"], maxErrors)
}

func TestAnImportThatIsTooLargeSaysWhatItKept(t *testing.T) {
	d := newDoor(t)
	row := func(i int) string {
		return fmt.Sprintf(`{"sku":"s%d","name":"A","unitPrice":{"amount":1,"currency":"USD"},"attributes":{%s}}`, i, strings.Repeat(`"x":"`+strings.Repeat("y", 990)+`",`, 60)+`"z":1`)
	}
	var rows []string
	for size := 0; size < wire.MaxBatchBody; size += len(rows[len(rows)-1]) + 1 {
		rows = append(rows, row(len(rows)))
	}
	got := d.load("application/x-ndjson", rows...).refused(413, "body-too-large")
	assert.Equal(t, float64(len(rows)-1), got.body["imported"].(map[string]any)["created"])
	assert.Contains(t, got.body["detail"], "are kept")
	d.call("GET", fmt.Sprintf("/v1/products/s%d", len(rows)-2), "").is(200)
	d.call("GET", fmt.Sprintf("/v1/products/s%d", len(rows)-1), "").is(404)
}

func TestAnImportWithoutAStoreSaysSo(t *testing.T) {
	d := newDoor(t)
	d.store.Err = assert.AnError
	got := d.load("text/csv", "sku,name,amount,currency", "a,A,1,USD").is(500)
	assert.Equal(t, 0.0, got.body["imported"].(map[string]any)["created"])
}

func FuzzImport(f *testing.F) {
	f.Add(true, "sku,name,amount,currency,receive,reference\na,A,1,USD,5,r\n\"b\",\"B\"\"\",2,EUR,,\n")
	f.Add(false, `{"sku":"a","name":"A","unitPrice":{"amount":1,"currency":"USD"},"receive":5,"reference":"r"}`)
	f.Fuzz(func(t *testing.T, csv bool, body string) {
		d := newDoor(t)
		kind := "application/x-ndjson"
		if csv {
			kind = "text/csv"
		}
		a := d.load(kind, body)
		require.Contains(t, []int{200, 400}, a.Code, a.Body)
		if a.Code == 400 {
			return
		}
		rows := 0
		for line := range strings.Lines(body) {
			if strings.TrimSpace(line) != "" {
				rows++
			}
		}
		if got := a.body["created"].(float64) + a.body["updated"].(float64) + a.body["failed"].(float64); got > float64(rows) {
			t.Fatalf("%v rows of %d: %s", got, rows, a.Body)
		}
	})
}

func FuzzReservation(f *testing.F) {
	f.Add(`{"orderId":"o1","items":[{"sku":"pen","quantity":2}],"ttlSeconds":60}`)
	f.Add(`{"orderId":"o1","items":[{"sku":"pen","quantity":1e3}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		d := newDoor(t)
		d.product("pen", "5")
		a := d.call("POST", "/v1/reservations", body, "Content-Type", "application/json")
		require.Contains(t, []int{201, 400, 409, 422}, a.Code, a.Body)
	})
}
