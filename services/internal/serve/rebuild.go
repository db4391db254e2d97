package serve

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

// Rebuilding reports whether the service was started as `<service> rebuild`, which
// may be followed by how far back events are to be published again, such as 24h.
func Rebuilding() bool { return len(os.Args) > 1 && os.Args[1] == "rebuild" }

// republish is since when, by what follows `rebuild`; the zero time is not at all.
func republish(args []string, now time.Time) (since time.Time, err error) {
	if len(args) == 0 {
		return since, nil
	}
	back, err := time.ParseDuration(args[0])
	if err != nil || back <= 0 || len(args) > 1 {
		return since, fmt.Errorf("rebuild %s: how far back events are published again is one time such as 24h", strings.Join(args, " "))
	}
	return now.Add(-back), nil
}

// Rebuild derives the documents and lists of a store from its pages again, says
// to out what differed, and mends it. No replica of the service may run. The
// error says that something differed, or could not be read. derived is that of the
// service's ledger.
func Rebuild(ctx context.Context, sc *sidecar.Client, store string, derived ledger.Derived, out io.Writer) error {
	since, err := republish(os.Args[2:], time.Now())
	if err != nil {
		return err
	}
	for {
		missing, err := sc.Check(ctx, sidecar.Needs{Components: []string{store}})
		if err != nil {
			return err
		}
		if len(missing) == 0 {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the sidecar is not ready: %v", missing)
		case <-time.After(100 * time.Millisecond):
		}
	}
	found, err := ledger.Rebuild(ctx, sc.State(store), derived, since, func(pages int64) { fmt.Fprintf(out, "  %d pages read\n", pages) })
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d documents, %d lists and %d nodes of indexes of %d pages; %d were not written yet, %d were not as the pages say\n",
		store, found.Documents, found.Lists, found.Nodes, found.Pages, found.Late, len(found.Wrong)+found.Others)
	if !since.IsZero() {
		fmt.Fprintf(out, "  %d events will be published again\n", found.Again)
	}
	for _, what := range found.Wrong {
		fmt.Fprintln(out, "  "+what)
	}
	if found.Others > 0 {
		fmt.Fprintf(out, "  and %d more\n", found.Others)
	}
	if len(found.Wrong) > 0 {
		return fmt.Errorf("%s: mended what differed", store)
	}
	return nil
}
