package contract_test

import (
	"testing"

	"orderly/services/internal/golden"
	"orderly/services/stock/contract"
)

func TestAChangeRaisesTheVersion(t *testing.T) { golden.Check(t, contract.Files, "contract.lock") }

func TestEveryExampleKeepsItsSchema(t *testing.T) { golden.Examples(t, contract.Files, "/stock") }

func TestDocumentsAreWhatTheySay(t *testing.T) { golden.Documents(t, contract.Files) }
