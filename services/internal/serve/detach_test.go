package serve

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// detached serves one stream and returns the frame, its log, and the client's end, whose header has been read.
func detached(t *testing.T, stream func(context.Context, net.Conn)) (*Frame, *bytes.Buffer, *http.Response, net.Conn) {
	t.Helper()
	var log bytes.Buffer
	f := &Frame{Log: slog.New(slog.NewTextHandler(&log, nil)), streams: newStreams()}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		assert.NoError(t, f.Detach(w, r, stream))
	}))
	t.Cleanup(srv.Close)
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	return f, &log, resp, conn
}

func TestAStreamGoesOnAfterItsHandler(t *testing.T) {
	more := make(chan string)
	f, _, resp, _ := detached(t, func(_ context.Context, conn net.Conn) {
		for m := range more {
			_, err := io.WriteString(conn, m)
			assert.NoError(t, err)
		}
	})
	assert.Equal(t, 200, resp.StatusCode)
	assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	assert.Empty(t, resp.TransferEncoding)
	assert.True(t, resp.Close)
	for _, m := range []string{"one", "two"} {
		more <- m
		got := make([]byte, 3)
		_, err := io.ReadFull(resp.Body, got)
		require.NoError(t, err)
		assert.Equal(t, m, string(got))
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	go func() { <-short.Done(); close(more) }()
	f.streams.end(t.Context())
	require.Error(t, short.Err(), "a stop waits for it")
	rest, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Empty(t, rest)
}

func TestAStreamEndsWithItsClient(t *testing.T) {
	f, _, _, conn := detached(t, func(ctx context.Context, _ net.Conn) { <-ctx.Done() })
	_, err := io.WriteString(conn, "GET /next HTTP/1.1\r\n") // not its turn, and no reason to go
	require.NoError(t, err)
	f2, _, _, conn2 := detached(t, func(ctx context.Context, _ net.Conn) { <-ctx.Done() })
	require.NoError(t, conn2.Close())
	f2.streams.end(t.Context())

	f.streams.end(t.Context()) // cuts off what does not end
	_, err = io.Copy(io.Discard, conn)
	assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestAStopDoesNotWaitForAClientThatDoesNotRead(t *testing.T) {
	f, _, _, _ := detached(t, func(_ context.Context, conn net.Conn) {
		for block := make([]byte, 1<<20); ; {
			if _, err := conn.Write(block); err != nil {
				return
			}
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	f.streams.end(ctx)
	assert.NoError(t, ctx.Err())
}

func TestAStreamThatPanicsEndsAlone(t *testing.T) {
	f, log, resp, _ := detached(t, func(context.Context, net.Conn) { panic("oh") })
	rest, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Empty(t, rest)
	f.streams.end(t.Context())
	assert.Contains(t, log.String(), "panic=oh")
}

func TestAConnectionThatCannotBeTakenOver(t *testing.T) {
	f := &Frame{streams: newStreams()}
	err := f.Detach(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), nil)
	require.ErrorIs(t, err, http.ErrNotSupported)
	f.streams.end(t.Context())
}
