package api

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

// So many rows of an import, and bytes of them, are loaded at once, at most.
const (
	rowsAtOnce  = 256
	bytesAtOnce = 2 << 20
	maxErrors   = 1000 // told; all are counted
)

// tally is the answer to an import: how many rows did what.
type tally struct {
	Created  int        `json:"created"`
	Updated  int        `json:"updated"`
	Received int        `json:"received"`
	Failed   int        `json:"failed"`
	Errors   []rowError `json:"errors"`
}

func (t *tally) fail(row int, fields rowFields, name func(string) string) {
	t.Failed++
	for _, f := range fields {
		if len(t.Errors) < maxErrors {
			t.Errors = append(t.Errors, rowError{row, name(f.Field), f.Message})
		}
	}
}

// importProducts loads rows as they come, and keeps no more of them than are
// loaded at once.
func (a *api) importProducts(w http.ResponseWriter, r *http.Request) error {
	l, err := a.loader(r)
	if err != nil {
		return err
	}
	if err := l.run(r.Context()); err != nil {
		return l.stopped(err)
	}
	a.log.InfoContext(r.Context(), "catalogue imported", "created", l.Created, "updated", l.Updated, "received", l.Received, "failed", l.Failed)
	return wire.Reply(w, http.StatusOK, l.tally)
}

func (a *api) loader(r *http.Request) (*loader, error) {
	if err := wire.WantType(r, "text/csv", "application/x-ndjson"); err != nil {
		return nil, err
	}
	l := &loader{stock: a.Stock, leaving: a.frame.Leaving(), lines: newLines(r.Body), decode: jsonRow, name: strings.Clone, tally: tally{Errors: []rowError{}}}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/") {
		return l, nil
	}
	header, tooLong, err := l.lines.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, wire.ReadFailed(err)
	}
	if err != nil || tooLong {
		return nil, badHeader("The first line must be the names of the columns.")
	}
	c, err := newCSV(header)
	if err != nil {
		return nil, err
	}
	l.decode, l.name = c.row, c.name
	return l, nil
}

// loader reads rows and loads them, some at a time.
type loader struct {
	tally
	stock   *stock.Service
	leaving <-chan struct{} // closed when the service begins to stop
	lines   *lines
	decode  rowDecoder
	name    func(field string) string

	read    int // rows so far, wrong ones too
	rows    []stock.Row
	numbers []int // of rows
	bytes   int
}

// run loads all rows. What is wrong is told in their order, however they were
// found out.
func (l *loader) run(ctx context.Context) error {
	defer func() {
		slices.SortStableFunc(l.Errors, func(a, b rowError) int { return cmp.Compare(a.Row, b.Row) })
	}()
	for {
		row, size, err := readRow(l.lines, l.decode)
		if fields, ok := asFields(err); ok {
			l.read++
			l.fail(l.read, fields, l.name)
			continue
		}
		if err != nil {
			if lerr := l.load(ctx); lerr != nil {
				return lerr
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			return wire.ReadFailed(err)
		}
		l.read++
		l.rows, l.numbers, l.bytes = append(l.rows, row), append(l.numbers, l.read), l.bytes+size
		if len(l.rows) == rowsAtOnce || l.bytes >= bytesAtOnce {
			if err := l.load(ctx); err != nil {
				return err
			}
		}
	}
}

// load loads the rows that are waiting.
func (l *loader) load(ctx context.Context) error {
	if len(l.rows) == 0 {
		return nil
	}
	select {
	case <-l.leaving: // a long file must not hold up the stop
		return problem.New(http.StatusServiceUnavailable, "stopping", "The service is stopping.").After(time.Second)
	default:
	}
	done, err := l.stock.Load(ctx, l.rows)
	for i, d := range done {
		if d.Unknown {
			continue
		}
		if d.Err != nil {
			fields, _ := asFields(fieldsOf(d.Err))
			l.fail(l.numbers[i], fields, l.name)
			continue
		}
		l.Created += count(d.Created)
		l.Updated += count(d.Updated)
		l.Received += count(d.Received)
	}
	l.rows, l.numbers, l.bytes = l.rows[:0], l.numbers[:0], 0
	return err
}

// stopped is the problem of an import that ended before its last row. It tells
// what was done until then.
func (l *loader) stopped(err error) error {
	p := problem.Table(Problems).Of(err)
	kept := p.With("imported", l.tally)
	kept.Detail += " Rows read before that were imported and are kept: imported tells how many, of " + strconv.Itoa(l.read) +
		" rows. Send the rest, or all again: the same references receive nothing twice."
	return kept
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
