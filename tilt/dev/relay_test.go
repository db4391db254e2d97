package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func ask(t *testing.T, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Host = "order.example"
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(text)
}

func TestARelayLeadsToWhoIsConnected(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, r.Method+" "+r.Host+r.URL.String()+" "+string(body))
	}))
	defer service.Close()
	sidecars := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "the app channel "+r.Header.Get(byChannel)+r.Header.Get("Dapr-Caller-App-Id"))
	}))
	defer sidecars.Close()
	app, channel, door := free(t), free(t), free(t)
	go func() { assert.NoError(t, relay(t.Context(), app, channel, door)) }()
	answers := func(status int, says string) {
		t.Helper()
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			code, text := ask(t, "http://"+app+"/v1/orders?x=%20", "body")
			assert.Equal(c, status, code)
			assert.Contains(c, text, says)
		}, 15*time.Second, 20*time.Millisecond)
	}
	answers(http.StatusBadGateway, "it does not run on the developer's machine now")

	connect := func(to string) context.CancelFunc {
		ctx, stop := context.WithCancel(t.Context())
		go func() { assert.NoError(t, local(ctx, door, to, strings.TrimPrefix(sidecars.URL, "http://"))) }()
		return stop
	}
	first := connect(strings.TrimPrefix(service.URL, "http://"))
	answers(http.StatusTeapot, "POST order.example/v1/orders?x=%20 body")
	code, text := ask(t, "http://"+app+"/", strings.Repeat("x", 3<<20))
	assert.Equal(t, http.StatusTeapot, code, "a body of 3 MB")
	assert.Greater(t, len(text), 3<<20)

	_, text = ask(t, "http://"+channel+"/expiry", "")
	assert.Equal(t, "the app channel ", text, "what comes from the sidecar goes to the service's port for it")

	// A caller's Connection header comes through sidecars, and would have a proxy take away what tells that it is one.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+channel+"/expiry", http.NoBody)
	require.NoError(t, err)
	req.Header = http.Header{"Dapr-Caller-App-Id": {"stranger"}, "Connection": {"Dapr-Caller-App-Id"}}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	assert.Equal(t, "the app channel stranger", string(said))

	first() // the machine leaves, and another comes, whose service does not run
	answers(http.StatusBadGateway, "does not run")
	second := connect(free(t))
	answers(http.StatusBadGateway, "connection refused")
	second()
	defer connect(strings.TrimPrefix(service.URL, "http://"))()
	answers(http.StatusTeapot, "order.example")
}
