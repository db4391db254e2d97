package e2e

import (
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

type imported struct {
	Created, Updated, Received, Failed int
	Errors                             []struct {
		Row            int
		Field, Message string
	}
}

func importRows(s *harness.Story, kind string, rows ...string) imported {
	s.T.Helper()
	a := s.Stock.Post("/v1/products/import", harness.Raw{Type: kind, Body: strings.NewReader(strings.Join(rows, "\n") + "\n")})
	return harness.As[imported](a.Want(http.StatusOK))
}

// failedRows returns the numbers of the rows that have errors.
func (i imported) failedRows() map[int]bool {
	rows := map[int]bool{}
	for _, e := range i.Errors {
		rows[e.Row] = e.Message != ""
	}
	return rows
}

// A list of products as NDJSON: good rows are kept, bad ones are named, and the same file again changes nothing.
func TestImportNDJSON(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		known := s.Product("known", 1)
		rows := []string{
			`{"sku":"` + s.SKU("a") + `","name":"A","unitPrice":{"amount":100,"currency":"USD"},"receive":5,"reference":"truck"}`,
			`{"sku":"not a sku","name":"B","unitPrice":{"amount":100,"currency":"USD"}}`,
			`{"sku":`,
			`{"sku":"` + s.SKU("c") + `","name":"C","unitPrice":{"amount":100,"currency":"USD"},"surprise":1}`,
			`{"sku":"` + known + `","name":"Renamed","unitPrice":{"amount":250,"currency":"USD"}}`,
			`{"sku":"` + s.SKU("d") + `","name":"D","unitPrice":{"amount":-1,"currency":"USD"}}`,
		}
		got := importRows(s, "application/x-ndjson", rows...)
		if got.Created != 1 || got.Updated != 1 || got.Received != 1 || got.Failed != 4 {
			t.Errorf("imported %+v", got)
		}
		failed := got.failedRows()
		for _, row := range []int{2, 3, 4, 6} {
			if !failed[row] {
				t.Errorf("row %d has no error: %+v", row, got.Errors)
			}
		}
		s.HasUnits(s.SKU("a"), 5, 0, 0)
		if p := harness.As[harness.Product](s.Stock.Get("/v1/products/" + known)); p.Name != "Renamed" || p.UnitPrice.Amount != 250 {
			t.Errorf("updated to %+v", p)
		}
		s.Stock.Get("/v1/products/"+s.SKU("c")).Problem(http.StatusNotFound, "")
		if again := importRows(s, "application/x-ndjson", rows[0]); again.Failed != 0 || again.Created != 0 {
			t.Errorf("again %+v", again)
		}
		s.HasUnits(s.SKU("a"), 5, 0, 0)
	})
}

// The same as CSV, with quotes and columns in another order.
func TestImportCSV(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		got := importRows(s, "text/csv",
			"name,sku,amount,currency,receive,reference",
			`"Tea, black ""Assam""",`+s.SKU("tea")+",450,EUR,30,truck",
			"Nothing,,100,USD,,",
			"Cheap,"+s.SKU("cheap")+",free,USD,,",
			"Short row,"+s.SKU("short"),
			"Pen,"+s.SKU("pen")+",99,USD,,",
		)
		if got.Created != 2 || got.Received != 1 || got.Failed != 3 || len(got.failedRows()) != 3 {
			t.Errorf("imported %+v", got)
		}
		p := harness.As[harness.Product](s.Stock.Get("/v1/products/" + s.SKU("tea")).Want(http.StatusOK))
		if p.Name != `Tea, black "Assam"` || p.UnitPrice != (harness.Money{Amount: 450, Currency: "EUR"}) {
			t.Errorf("imported as %+v", p)
		}
		s.HasUnits(s.SKU("tea"), 30, 0, 0)
		s.HasUnits(s.SKU("pen"), 0, 0, 0)
		s.Stock.Post("/v1/products/import", harness.Raw{Type: "application/json", Body: strings.NewReader("[]")}).
			Problem(http.StatusUnsupportedMediaType, "unsupported-media-type")
	})
}
