package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// rows are the promises, by the test that looks at each.
var rows = []struct{ title, test string }{
	{"stories told", "stories"},
	{"documents as they are", "TestDocumentsAreKeptAsTheyAre"},
	{"keys told apart", "TestKeysAreToldApart"},
	{"one writer per ETag", "TestETagsAdmitOneWriter"},
	{"create-only", "TestOneOfManyCreates"},
	{"a transaction is kept", "TestTransactionsAreWholeOrInParts"},
	{"a thousand at once", "TestManyAtOnce"},
	{"kept through kill -9", "TestServers/killed"},
	{"backlog delivered", "TestEvents/backlog"},
	{"killed app: again after", "TestEvents/again"},
	{"app away for a while", "TestEvents/away"},
	{"order of a subject", "TestOrderOfASubject"},
	{"mail: each to its own", "TestMailsAreNotMixedUp"},
	{"mail server away", "TestServers/mail"},
	{"secrets of the environment", "TestTwoReplicas/secrets"},
	{"settings live", "TestTwoReplicas/settings"},
	{"two replicas", "TestTwoReplicas/judged"},
	{"load, kill -9, judged", "TestLoad"},
	{"store away for 20 s", "TestOutage/store"},
	{"broker away for 20 s", "TestOutage/broker"},
	{"stock away for 20 s", "TestOutage/stock_service"},
}

// print writes the matrix, a column for each set.
func print(w io.Writer, all []*column) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(title string, cell func(*column) string) {
		fmt.Fprint(t, title)
		for _, c := range all {
			text := "-"
			if c.missing == nil {
				text = cell(c)
			}
			fmt.Fprint(t, "\t", text)
		}
		fmt.Fprintln(t)
	}
	fmt.Fprint(t, "promise")
	for _, c := range all {
		fmt.Fprint(t, "\t", c.set)
	}
	fmt.Fprintln(t)
	for _, r := range rows {
		line(r.title, func(c *column) string { return cmp.Or(c.cells[r.test], "-") })
	}
	line("orders/s in the load", func(c *column) string { return fmt.Sprintf("%.0f", c.orders) })
	line("echoes/s beside it", func(c *column) string { return fmt.Sprintf("%.0f", c.echoes) })
	line("orders ÷ echoes", func(c *column) string { return fmt.Sprintf("%.2f", c.orders/max(c.echoes, 1)) })
	line("time", func(c *column) string { return c.took.Round(time.Second).String() })
	_ = t.Flush()
}
