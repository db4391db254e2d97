package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheTailIsTheLastLines(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	assert.Contains(t, (&Process{Log: log}).Tail(3), "no such file")
	for name, c := range map[string]struct{ log, tail string }{
		"nothing":          {"", ""},
		"fewer lines":      {"a\nb\n", "a\nb"},
		"more lines":       {"a\nb\nc\nd\ne\n", "c\nd\ne"},
		"no last newline":  {"a\nb\nc\nd", "b\nc\nd"},
		"a long log":       {strings.Repeat("long ago\n", tailBytes) + "x\ny\nz\n", "x\ny\nz"},
		"one endless line": {strings.Repeat("_", 3*tailBytes) + "the end", strings.Repeat("_", tailBytes-7) + "the end"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(log, []byte(c.log), 0o600))
			assert.Equal(t, c.tail, (&Process{Log: log}).Tail(3))
		})
	}
}
