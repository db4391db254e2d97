package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
)

// A hundred thousand products stream through in one call, and the service does not grow with them.
func TestImportLarge(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Build: harness.Unraced})
	rows := 100_000
	if s.LikeEmbedded() { // fewer tell as much
		rows = 20_000
	}
	before := resident(s)
	lines, sink := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(sink, 1<<16)
		for i := range rows {
			fmt.Fprintf(w, `{"sku":"p-%06d","name":"Product %d","unitPrice":{"amount":%d,"currency":"USD"},"receive":3,"reference":"first"}`+"\n", i, i, 100+i)
		}
		_ = w.Flush()
		_ = sink.Close()
	}()
	got := harness.As[imported](s.Stock.Patient(5*time.Minute).Post("/v1/products/import", harness.Raw{Type: "application/x-ndjson", Body: lines}).Want(http.StatusOK))
	if got.Created != rows || got.Received != rows || got.Failed != 0 {
		t.Errorf("imported %d, received %d, failed %d: %+v", got.Created, got.Received, got.Failed, got.Errors[:min(3, len(got.Errors))])
	}
	for _, sku := range []string{"p-000000", "p-014321", fmt.Sprintf("p-%06d", rows-1)} {
		s.HasUnits(sku, 3, 0, 0)
	}
	if grown := resident(s) - before; grown > 100<<20 {
		t.Errorf("the service grew by %d MiB", grown>>20)
	}
	s.Place("ann", line("p-017777", 3))
}

// resident is the memory of stock, as its metrics tell.
func resident(s *harness.Story) int64 {
	s.T.Helper()
	for l := range strings.Lines(string(s.Stock.Get("/metrics").Body)) {
		if value, found := strings.CutPrefix(l, "process_resident_memory_bytes "); found {
			bytes, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				s.T.Fatal(err)
			}
			return int64(bytes)
		}
	}
	s.T.Fatal("no process_resident_memory_bytes in /metrics")
	return 0
}
