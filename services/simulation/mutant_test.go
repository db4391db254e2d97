package simulation

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTheJudgeFindsEveryMistake plays each mutant until the judge finds something.
func TestTheJudgeFindsEveryMistake(t *testing.T) {
	if raced {
		t.Skip("the seeds are those of runs without the race detector, which `make test` does too")
	}
	for _, mutant := range Mutants {
		t.Run(string(mutant), func(t *testing.T) {
			for seed := uint64(1); seed <= 3000; seed++ {
				p := PlanOf(seed)
				p.Mutant, p.Partial = mutant, p.Partial || mutant.Partial()
				if wrong := play(t, p); len(wrong) > 0 {
					t.Logf("caught by seed %d, %d findings: %s", seed, len(wrong), wrong[0])
					return
				}
			}
			assert.Fail(t, "nobody noticed")
		})
	}
}
