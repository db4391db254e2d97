package simulation

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

var (
	runs = flag.Int("runs", 200, "how many seeds TestSimulation runs")
	from = flag.Uint64("from", 1, "the first seed")
	loud = flag.Bool("loud", false, "print the logs of the services")
)

// play runs one plan and returns what the judge found.
func play(t *testing.T, p Plan) (wrong []string) {
	t.Helper()
	if *loud {
		p.Log = os.Stderr
	}
	synctest.Test(t, func(t *testing.T) {
		wrong = newWorld(p).run(t.Context())
	})
	return wrong
}

func TestSimulation(t *testing.T) {
	for i := range *runs {
		seed := *from + uint64(i)
		p := Plan{Seed: seed, Partial: seed%2 == 0}
		wrong := play(t, p)
		require.Empty(t, wrong, "seed %d, partial %t:\n%s", p.Seed, p.Partial, strings.Join(wrong, "\n"))
	}
}
