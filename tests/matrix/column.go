package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// column is what was found on one set.
type column struct {
	set     string
	cells   map[string]string   // by row
	missing error               // servers that are not installed
	brief   bool                // the longest stories are left out
	failed  []string            // tests
	said    map[string][]string // what each test printed first
	stories int
	took    time.Duration
	orders  float64 // per second in the short load
	echoes  float64
}

func newColumn(set string) *column {
	return &column{set: set, cells: map[string]string{}, said: map[string][]string{}}
}

func (c *column) log() string { return filepath.Join(out, c.set+".log") }

// alone are stories that make the machine busy, which others would feel: `make stories` tells them apart.
const alone = "^TestBacklog"

// notOfASet are stories that say nothing about components, and take their time: they are told on the embedded set.
const notOfASet = "^(TestBadConfiguration|TestBrokenComponents|TestDeadReceiver|TestFeedCrowd|TestFullBroker|TestLapse|TestOrderIndex|TestMakeRunSurvives|TestMakeRunEndsInAPause|TestImpatientCallers|TestReadiness|TestTooMany|TestWebhookRedirect)$"

// long are stories with a stack of their own, which say nothing about a set that others do not say of it: a load with
// kills is among the promises, too. In CI they are told on the embedded set; each set alone (SET=redis), and all sets by
// hand, have them.
const long = "^(TestExpiry|TestImportLarge|TestKill|TestMakeRun|TestOutsiders|TestOutsidersByGRPC|TestPanicLosesNothing|" +
	"TestPendingSettles|TestRestore|TestStartOrder|TestStopUnderLoad|TestWebhook)$"

// direct is one of the two doors by which stories are told, the other leads through the sidecars: in CI a set has the
// latter. harness.Uncalled knows it by these words.
const direct = "^Test/^direct$"

// fill runs all suites on the set. What they print is in the log.
func (c *column) fill(ctx context.Context) error {
	log, err := os.Create(c.log())
	if err != nil {
		return err
	}
	defer log.Close()
	began := time.Now()
	for _, suite := range suites {
		if err := c.run(ctx, suite, log); err != nil {
			return err
		}
	}
	c.failed = append(c.failed, c.unseen()...)
	c.took = time.Since(began)
	c.cells["stories"] = fmt.Sprint(c.stories)
	fmt.Printf("%-18s %s in %s\n", c.set, c.word(), c.took.Round(time.Second))
	for _, test := range c.failed {
		fmt.Println(strings.Join(c.said[test], "\n"))
	}
	return nil
}

// unseen are the promises that no test has looked at: one that is not run proves nothing.
func (c *column) unseen() (all []string) {
	for _, r := range rows {
		if r.test != "stories" && c.cells[r.test] == "" {
			all = append(all, r.test+" was not run")
		}
	}
	return all
}

func (c *column) word() string {
	if len(c.failed) > 0 {
		return fmt.Sprintf("FAILED %v", c.failed)
	}
	return "ok"
}

// run runs one suite; a test that fails is no error.
func (c *column) run(ctx context.Context, suite string, log io.Writer) error {
	binary, err := filepath.Abs(filepath.Join(out, suite+".test"))
	if err != nil {
		return err
	}
	args := []string{"-test.v", "-test.timeout=15m"}
	skip := alone
	if c.set != "embedded" {
		skip += "|" + notOfASet
	}
	if c.brief {
		skip += "|" + long + "|" + direct
	}
	args = append(args, "-test.skip="+skip)
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // the kernel ends its children with it
	cmd.Dir = filepath.Join("tests", suite)
	cmd.Env = append(os.Environ(), "SET="+c.set)
	printed, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return err
	}
	done := progress(c.set, suite)
	c.read(suite, io.TeeReader(printed, log))
	err = cmd.Wait()
	done()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && len(c.failed) == 0 { // not a test: the stack did not end well, a row was left out, a panic
		c.failed = append(c.failed, suite)
	}
	return nil
}

// Of a test that fails, so many lines are printed; the rest is in the log.
const reasons = 40

var (
	about = regexp.MustCompile(`^=== [A-Z]+ +([^/ ]+)`)
	ended = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): (\S+) `)
	seen  = regexp.MustCompile(`^found: (\S+): (.*)$`)
	load  = regexp.MustCompile(`^load: (\S+) orders/s, (\S+) echoes/s$`)
)

// read takes in what a suite prints.
func (c *column) read(suite string, printed io.Reader) {
	lines := bufio.NewScanner(printed)
	lines.Buffer(nil, 64<<20)
	speaker := ""
	for lines.Scan() {
		line := lines.Text()
		if m := about.FindStringSubmatch(line); m != nil {
			speaker = m[1]
		} else if len(c.said[speaker]) < reasons {
			c.said[speaker] = append(c.said[speaker], line)
		}
		if m := load.FindStringSubmatch(line); m != nil {
			_, _ = fmt.Sscan(m[1]+" "+m[2], &c.orders, &c.echoes)
		}
		if m := seen.FindStringSubmatch(line); m != nil {
			c.cells[m[1]] = m[2]
		}
		m := ended.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		whole := !strings.Contains(m[2], "/")
		if m[1] == "FAIL" && whole {
			c.failed = append(c.failed, m[2])
		}
		switch {
		case suite == "e2e" && whole:
			c.stories++
		case suite == "e2e" && !isRow(m[2]):
		case m[1] == "FAIL":
			c.cells[m[2]] = "FAILED"
		case m[1] == "SKIP":
			c.cells[m[2]] = "not promised"
		case c.cells[m[2]] == "":
			c.cells[m[2]] = "ok"
		}
	}
}

// isRow says whether a test is a promise of its own in the matrix.
func isRow(test string) bool {
	return slices.ContainsFunc(rows, func(r struct{ title, test string }) bool { return r.test == test })
}

// progress says every now and then that something is going on.
func progress(set, suite string) (done func()) {
	began, t, stop := time.Now(), time.NewTicker(20*time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				fmt.Printf("%-18s %s, %s so far\n", set, strings.Replace(suite, "e2e", "stories", 1), time.Since(began).Round(time.Second))
			}
		}
	}()
	return func() { t.Stop(); close(stop) }
}
