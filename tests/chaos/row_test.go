package chaos

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"orderly/tests/harness"
)

// row is what was seen of one outage.
type row struct {
	set, outage     string
	lasts           time.Duration
	began, returned time.Time

	answers           map[int]int   // by status, while it lasted; 0 is none
	slowest           time.Duration // wait for an answer, once the outage is known
	silence           time.Duration // the longest without an order that was placed
	unready, ready    time.Duration // until the last service says so
	neverUn, neverIn  []string      // services that never say so
	first             time.Duration // order that was placed, after the end
	dead, differences int
}

// see fills in what customers and an operator saw.
func (r *row) see(replies []harness.Reply, changes map[string][]change) {
	r.answers = map[int]int{}
	slices.SortFunc(replies, func(a, b harness.Reply) int { return a.At.Add(a.Took).Compare(b.At.Add(b.Took)) })
	last := r.began
	for _, reply := range replies {
		end := reply.At.Add(reply.Took)
		if end.After(r.began) && reply.At.Before(r.returned) {
			r.answers[reply.Status]++
		}
		r.slowest = max(r.slowest, earlier(end, r.returned).Sub(later(reply.At, r.began.Add(known))))
		if !reply.Placed() || end.Before(r.began) {
			continue
		}
		r.silence, last = max(r.silence, end.Sub(last)), end
		if r.first == 0 && end.After(r.returned) {
			r.first = end.Sub(r.returned)
		}
	}
	r.unready, r.neverUn = unready(changes, r.began, r.returned)
	r.ready, r.neverIn = readyAgain(changes, r.returned)
}

// broken are the promises that the outage broke, but for what the judge says.
func (r row) broken() (all []error) {
	bad := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	for status := range r.answers {
		if !slices.Contains([]int{0, 200, 201, 202, http.StatusConflict, http.StatusTooManyRequests, http.StatusServiceUnavailable}, status) {
			bad("callers were answered %d", status)
		}
	}
	if r.slowest > atOnce {
		bad("a caller waited %s while the outage was known", r.slowest)
	}
	if len(r.neverUn) > 0 || r.unready > noticed {
		bad("/readyz was 503 after %s; never of %v", r.unready, r.neverUn)
	}
	if len(r.neverIn) > 0 || r.ready > restored() {
		bad("/readyz was 200 again after %s; never of %v", r.ready, r.neverIn)
	}
	if r.dead > 0 {
		bad("%d healthy events are dead letters", r.dead)
	}
	return all
}

var (
	mu   sync.Mutex
	rows []row
)

func keep(r row) {
	mu.Lock()
	defer mu.Unlock()
	rows = append(rows, r)
}

const head = `| set | away | for | answers to callers | longest wait after 5 s | longest silence | /readyz 503 after | 200 after | first order after | dead letters | differences |
|---|---|---|---|---|---|---|---|---|---|---|
`

// printRows writes the table, and adds its rows to a file if there is one.
func printRows(w io.Writer, file string) error {
	slices.SortStableFunc(rows, func(a, b row) int { return int(a.lasts - b.lasts) })
	var text strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %d | %d |\n", r.set, r.outage, r.lasts, r.statuses(), short(r.slowest),
			short(r.silence), orNever(r.unready, r.neverUn), orNever(r.ready, r.neverIn), short(r.first), r.dead, r.differences)
	}
	if text.Len() == 0 {
		return nil
	}
	fmt.Fprint(w, head+text.String())
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text.String())
	return errors.Join(err, f.Close())
}

func (r row) statuses() string {
	var all []string
	for _, status := range slices.Sorted(maps.Keys(r.answers)) {
		word := fmt.Sprint(status)
		if status == 0 {
			word = "none"
		}
		all = append(all, fmt.Sprintf("%s ×%d", word, r.answers[status]))
	}
	return strings.Join(all, ", ")
}

func short(d time.Duration) string { return fmt.Sprintf("%.1f s", max(d, 0).Seconds()) }

func orNever(d time.Duration, never []string) string {
	if len(never) > 0 {
		return "never: " + strings.Join(never, ", ")
	}
	return short(d)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
