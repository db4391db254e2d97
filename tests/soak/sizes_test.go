package soak

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"orderly/dapr/local"
	"orderly/tests/harness"
)

// Limits of what may grow, in MB. See "What grows has a limit" in components/README.md.
const (
	logLimit  = local.MakeRunLogs
	walMB     = 64   // of SQLite; it is emptied when a write finds it larger
	streamsMB = 1024 // of one topic
	slackMB   = 16   // beyond a limit: what is written until it is looked at
)

// sizes are those of files and processes over time, in MB.
type sizes struct {
	s    *harness.Story
	seen map[string]*growth
}

// growth is the size of one thing: the most in each quarter of the time.
type growth struct {
	now      float64
	quarters [4]float64
}

func newSizes(s *harness.Story) *sizes { return &sizes{s, map[string]*growth{}} }

func (z *sizes) look(since, of time.Duration) {
	quarter := min(int(4*since/of), 3)
	for name, mb := range z.now() {
		g := z.seen[name]
		if g == nil {
			g = &growth{}
			z.seen[name] = g
		}
		g.now = mb
		g.quarters[quarter] = max(g.quarters[quarter], mb)
	}
}

// now measures the files of the stack, the streams of the broker as one, and the memory of its processes.
func (z *sizes) now() map[string]float64 {
	all := map[string]float64{}
	_ = filepath.WalkDir(z.s.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // a file that has just gone has no size
		}
		info, err := d.Info()
		if err != nil {
			return nil //nolint:nilerr // the same
		}
		all[z.name(path)] += float64(info.Size()) / (1 << 20)
		return nil
	})
	names := z.s.Servers()
	for _, app := range harness.Services {
		names = append(names, app, app+".sidecar")
	}
	for _, name := range names {
		if mb, ok := resident(z.s.Process(name).PID()); ok {
			all["memory of "+name] = mb
		}
	}
	return all
}

// name is what the table calls a file: those of the broker and of the mailbox are one.
func (z *sizes) name(path string) string {
	short, err := filepath.Rel(z.s.Dir, path)
	if err != nil {
		return path
	}
	for _, folder := range []string{"broker", "mail", "nats"} {
		if strings.HasPrefix(short, filepath.Join(".data", folder)+string(filepath.Separator)) {
			return filepath.Join(".data", folder)
		}
	}
	return short
}

// resident is the memory of a process in MB, where the system tells it as Linux does.
func resident(pid int) (float64, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	_, rest, found := strings.Cut(string(text), "VmRSS:")
	if !found {
		return 0, false
	}
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	return kb / 1024, err == nil
}

// broken says what grew beyond its limit.
func (z *sizes) broken() (all []error) {
	for _, name := range slices.Sorted(maps.Keys(z.seen)) {
		g := z.seen[name]
		most := slices.Max(g.quarters[:])
		bad := func(limit float64) {
			if most > limit {
				all = append(all, fmt.Errorf("%s grew to %.0f MB, more than %.0f", name, most, limit))
			}
		}
		switch {
		case strings.HasSuffix(name, "-wal"):
			bad(walMB + slackMB)
		case strings.HasSuffix(name, ".log"), strings.HasSuffix(name, ".log.1"):
			bad(float64(logLimit)/(1<<20) + slackMB)
		case name == filepath.Join(".data", "broker"):
			bad(2*streamsMB + slackMB)
		case strings.HasPrefix(name, "memory of "):
			bad(1.25*g.quarters[1] + slackMB)
		}
	}
	return all
}

// brief is the largest of each kind now.
func (z *sizes) brief() string {
	most := map[string]string{}
	sizes := map[string]float64{}
	for name, g := range z.seen {
		kind := "database"
		switch {
		case strings.HasSuffix(name, "-wal"):
			kind = "write-ahead log"
		case strings.Contains(name, ".log"):
			kind = "log"
		case strings.HasPrefix(name, "memory"):
			kind = "memory"
		case !strings.HasSuffix(name, ".db"):
			continue
		}
		if g.now > sizes[kind] {
			sizes[kind], most[kind] = g.now, fmt.Sprintf("%s %.0f MB (%s)", kind, g.now, strings.TrimPrefix(filepath.Base(name), "memory of "))
		}
	}
	return strings.Join(slices.Sorted(maps.Values(most)), ", ")
}

// table has what grew to a megabyte, by quarter of the time.
func (z *sizes) table() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "most in MB, by quarter of the time\t1\t2\t3\t4\t")
	for _, name := range slices.Sorted(maps.Keys(z.seen)) {
		if q := z.seen[name].quarters; slices.Max(q[:]) >= 1 {
			fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.0f\t%.0f\t\n", name, q[0], q[1], q[2], q[3])
		}
	}
	_ = w.Flush() // into memory
	return text.String()
}
