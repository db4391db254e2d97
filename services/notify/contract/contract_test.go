package contract

import (
	"testing"

	"orderly/services/internal/golden"
)

func TestTheContractChangesOnlyWithItsVersion(t *testing.T) {
	golden.Check(t, Files, "contract.lock")
}

func TestEveryExampleKeepsItsSchema(t *testing.T) { golden.Examples(t, Files, "/deadletters") }

func TestDocumentsAreWhatTheySay(t *testing.T) { golden.Documents(t, Files) }
