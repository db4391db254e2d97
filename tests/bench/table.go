package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// line is a row at the moment it is measured.
func (r *row) line() string {
	text := fmt.Sprintf("%s  %-40s %4d clients %8.0f/s   mean %7.2f  p50 %7.2f  p99 %7.2f ms   %d errors", r.Letter, r.Name, r.Clients, r.Rate, r.Mean, r.P50, r.P99, r.Errors)
	if len(r.Void) > 0 {
		text += "   VOID"
	}
	return text
}

// print shows the whole report.
func (rep *report) print(w io.Writer) {
	if len(rep.Rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%d cores, %s, %s, set %s, %d s per row, commit %s\n\n", rep.Machine.Cores, rep.Machine.CPU, rep.Machine.Go, rep.Set, rep.Seconds, rep.Machine.Commit)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "row\tclients\trate/s\trejected/s\techoes/s\tmean ms\tp50 ms\tp99 ms\tmax ms\terrors\tbehind s\tCPU ms\tothers\t what")
	for _, r := range rep.Rows {
		what := r.Name
		if len(r.Void) > 0 {
			what += "  VOID"
		}
		fmt.Fprintf(t, "%s\t%d\t%.0f\t%s\t%s\t%.2f\t%.2f\t%.2f\t%.1f\t%d\t%.2f\t%.3f\t%.0f%%\t %s\n",
			r.Letter, r.Clients, r.Rate, orDash("%.0f", r.Rejected), orDash("%.0f", r.Echoes), r.Mean, r.P50, r.P99, r.Max, r.Errors, r.Behind, r.CPU, r.Others, what)
	}
	_ = t.Flush()
	rep.byProcess(w, "CPU ms per order or echo", "%.3f", func(r *row) map[string]float64 { return r.CPUBy })
	rep.byProcess(w, "resident memory, most seen, MB", "%.0f", func(r *row) map[string]float64 { return r.PeakBy })
	fmt.Fprintln(w)
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, x := range rep.Ratios {
		value := "-"
		if x.Measured {
			value = fmt.Sprintf("%.2f %s", x.Value, x.Unit)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", x.Name, value, x.Goal, x.verdict())
	}
	_ = t.Flush()
	if slices.ContainsFunc(rep.Rows, func(r *row) bool { return r.Others > 10 }) {
		fmt.Fprintln(w, "\nothers used more than 10 % of the machine in some row: do not keep these figures")
	}
	rep.printVoid(w)
}

func orDash(format string, v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

// byProcess shows one figure of each process, row by row. "order+d" is the sidecar of order.
func (rep *report) byProcess(w io.Writer, title, format string, figures func(*row) map[string]float64) {
	shown := slices.DeleteFunc(slices.Clone(processOrder), func(p string) bool {
		return !slices.ContainsFunc(rep.Rows, func(r *row) bool { return figures(r)[p] > 0 })
	})
	if len(shown) == 0 {
		fmt.Fprintf(w, "\n%s: not measured, there is no /proc here\n", title)
		return
	}
	fmt.Fprintf(w, "\n%s (+d is a sidecar)\n", title)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "row\tclients\t")
	for _, p := range shown {
		fmt.Fprint(t, short(p), "\t")
	}
	fmt.Fprintln(t)
	for _, r := range rep.Rows {
		fmt.Fprintf(t, "%s\t%d\t", r.Letter, r.Clients)
		for _, p := range shown {
			fmt.Fprint(t, orDash(format, figures(r)[p]), "\t")
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}

func (rep *report) printVoid(w io.Writer) {
	for _, r := range rep.Rows {
		for _, why := range r.Void {
			fmt.Fprintf(w, "\nVOID  %s, %d clients: %s\n", r.Letter, r.Clients, why)
		}
		for _, e := range r.Samples {
			fmt.Fprintf(w, "  such as  %s\n", e)
		}
	}
}
