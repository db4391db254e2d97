package simulation

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTheJudgeFindsEveryMistake plays each mutant until the judge finds something.
func TestTheJudgeFindsEveryMistake(t *testing.T) {
	for _, mutant := range Mutants {
		t.Run(string(mutant), func(t *testing.T) {
			for seed := uint64(1); seed <= 300; seed++ {
				wrong := play(t, Plan{Seed: seed, Partial: seed%2 == 0 || mutant == WrongDialect, Mutant: mutant})
				if len(wrong) > 0 {
					t.Logf("caught by seed %d: %s", seed, wrong[0])
					return
				}
			}
			assert.Fail(t, "nobody noticed")
		})
	}
}
