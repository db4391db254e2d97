package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALineHasTheAgreedKeys(t *testing.T) {
	var out bytes.Buffer
	log, flush := Logger(&out, "order", slog.LevelInfo)
	log.InfoContext(t.Context(), `said ","msg":"x"`, "msg", "own", "time", "own")
	log.DebugContext(t.Context(), "not shown")
	flush()
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line), out.String())
	at, err := time.Parse(time.RFC3339Nano, line["timestamp"].(string))
	require.NoError(t, err)
	assert.Equal(t, time.UTC, at.Location())
	delete(line, "timestamp")
	assert.Equal(t, map[string]any{"level": "INFO", "service": "order", "message": `said ","msg":"x"`, "msg": "own", "time": "own"}, line)
}

func BenchmarkLine(b *testing.B) {
	log, _ := Logger(io.Discard, "order", slog.LevelInfo)
	for b.Loop() {
		log.InfoContext(context.Background(), "order.confirmed.v1", "order_id", "01a1fe54-08cd-7aa8-b9fe-cd89bf25b8e9", "sequence", 1, "status", "confirmed")
	}
}
