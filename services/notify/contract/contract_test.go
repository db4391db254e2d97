package contract

import (
	"testing"

	"orderly/services/internal/golden"
)

func TestTheContractChangesOnlyWithItsVersion(t *testing.T) {
	golden.Check(t, Files, "contract.lock")
}

func TestDocumentsAreWhatTheySay(t *testing.T) { golden.Documents(t, Files) }
