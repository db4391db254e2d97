package serve

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// streams are answers that go on after their handlers.
type streams struct {
	open sync.WaitGroup
	ctx  context.Context // of all
	cut  context.CancelFunc
}

func newStreams() streams {
	ctx, cut := context.WithCancel(context.Background())
	return streams{ctx: ctx, cut: cut}
}

// Detach answers 200 with the header of w, and gives the connection to stream, which writes the body after the handler
// has returned: an answer that stays open costs its connection and two small goroutines, and neither the buffers of
// http.Server nor the stack of all that a request passes. The context ends with the client, and when a stop waits no
// longer; its trace is that of the request. The body and the connection end when stream returns. Only connections of
// HTTP/1 can be taken over; the others are an error.
func (f *Frame) Detach(w http.ResponseWriter, r *http.Request, stream func(context.Context, net.Conn)) error {
	w.Header().Set("Transfer-Encoding", "identity") // no chunks: the body ends with the connection
	w.WriteHeader(http.StatusOK)
	f.streams.open.Add(1) // while a stop waits for the handler
	conn, head, err := http.NewResponseController(w).Hijack()
	if err != nil {
		f.streams.open.Done()
		return fmt.Errorf("take over the connection: %w", err)
	}
	of := trace.SpanContextFromContext(r.Context())
	ctx, leave := context.WithCancel(trace.ContextWithSpanContext(f.streams.ctx, of))
	context.AfterFunc(ctx, func() { _ = conn.Close() }) // it is of no more use, whatever the error
	if err := head.Flush(); err != nil {
		leave() // the client is gone
	}
	go func() { // a client has nothing more to say: if it does, its going shows at a write
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			leave()
		}
	}()
	go func() {
		defer f.streams.open.Done()
		defer leave()
		defer func() {
			if v := recover(); v != nil {
				f.Log.ErrorContext(ctx, "stream panicked", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			}
		}()
		stream(ctx, conn)
	}()
	return nil
}

// streamTime is how long a stream may go on when the service stops: one writes to a client that does not read, and
// clients come back anyway.
const streamTime = time.Second

// end waits until all streams have ended, and cuts off those that have not when streamTime is over or ctx ends.
func (s *streams) end(ctx context.Context) {
	ended := make(chan struct{})
	go func() { s.open.Wait(); close(ended) }()
	ctx, cancel := context.WithTimeout(ctx, streamTime)
	defer cancel()
	select {
	case <-ended:
	case <-ctx.Done():
		s.cut()
		<-ended
	}
}
