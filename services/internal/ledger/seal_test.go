package ledger

import (
	"encoding/json"
	"testing"

	"orderly/services/internal/sidecar"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A sealed document is read the same by unwrap and as JSON, whatever its body is.
func FuzzSeal(f *testing.F) {
	f.Add(int64(1), []byte(`{}`))
	f.Add(int64(1<<62), []byte(`{"n":3,"d":{"d":",\"d\":"}}`))
	f.Fuzz(func(t *testing.T, n int64, body []byte) {
		if n < 1 || !json.Valid(body) {
			return
		}
		pos, back, err := unseal(sidecar.Doc{Key: "doc:a", Value: seal(n, body), ETag: "1"})
		require.NoError(t, err)
		assert.Equal(t, n, pos)
		assert.Equal(t, body, back)
	})
}

// MySQL, for one, keeps JSON in a way of its own.
func TestASealedDocumentMayBeWrittenAnewByTheStore(t *testing.T) {
	for _, text := range []string{`{"d": {"a": 1}, "n": 7}`, `{"n": 7, "d": {"a": 1}}`, "{\"n\":7,\"d\":{\"a\":1}\n}", `{"n":7,"d":{"a":1}}`} {
		n, body, err := unseal(sidecar.Doc{Key: "doc:a", Value: []byte(text), ETag: "1"})
		require.NoError(t, err, text)
		assert.Equal(t, int64(7), n, text)
		assert.JSONEq(t, `{"a":1}`, string(body), text)
	}
	for _, text := range []string{`{"n":0,"d":{}}`, `{"n":7,"d":}`, `{"n":7,"d":{"a"}}`, `{"n":7`, `{"n":x,"d":{}}`, `[]`} {
		_, body, err := unseal(sidecar.Doc{Key: "doc:a", Value: []byte(text), ETag: "1"})
		assert.Error(t, err, "%s is %s", text, body)
	}
}
