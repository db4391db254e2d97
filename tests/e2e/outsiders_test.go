package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	common "github.com/dapr/dapr/pkg/proto/common/v1"
	runtime "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/anypb"

	"orderly/tests/harness"
)

// sidecarRoutes are those that only the own sidecar may call.
var sidecarRoutes = []struct{ app, path string }{
	{"order", "/events/stock"}, {"order", "/expiry"},
	{"stock", "/events/orders"}, {"stock", "/holds"},
	{"notify", "/events/orders"}, {"notify", "/deadletters/orders"}, {"notify", "/deadletters/stock"}, {"notify", "/retries"},
}

// Events and ticks are taken from the own sidecar alone: nobody else may forge one, not even by invocation.
func TestOutsiders(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	o := s.Place("ann", line(book, 4))
	forged := `{"id":"b","entries":[{"entryId":"1","event":` + string(s.Forge(o.ID, "cancelled", 2, []harness.Item{line(book, 4)}, nil)) + `}]}`
	invoke := "/v1.0/invoke/"
	for _, route := range sidecarRoutes {
		foreign, own := s.SidecarURL(harness.Probe)+invoke+route.app+"/method", s.SidecarURL(route.app)+invoke+route.app+"/method"
		calls := map[string]struct {
			url    string
			status int
			header http.Header // beside what clients send
		}{
			"the public port":               {s.AppURL(route.app), http.StatusNotFound, http.Header{"dapr-api-token": {s.Tokens.App}}},
			"another sidecar":               {foreign, http.StatusForbidden, nil},
			"another sidecar, empty caller": {foreign, http.StatusForbidden, http.Header{"Dapr-Caller-App-Id": {""}}},
			"another sidecar, two callers":  {foreign, http.StatusForbidden, http.Header{"Dapr-Caller-App-Id": {"", route.app}}},
			"the own sidecar":               {own, http.StatusForbidden, nil},
		}
		if channel := s.ChannelURL(route.app); channel != "" {
			calls["the channel without a token"] = struct {
				url    string
				status int
				header http.Header
			}{channel, http.StatusForbidden, nil}
		}
		for how, call := range calls {
			// What clients send, as curl does: */*. A client of another sidecar may leave it out.
			for _, accept := range []string{"*/*", ""} {
				if accept == "" && !strings.HasPrefix(how, "another") {
					continue
				}
				if status := post(t, call.url+route.path, forged, s.Tokens.Dapr, accept, call.header); status != call.status {
					t.Errorf("%s%s by %s, Accept %q, answers %d, not %d", route.app, route.path, how, accept, status, call.status)
				}
			}
		}
	}
	// A sidecar asks for its token too.
	res, err := http.Get(s.SidecarURL("order") + "/v1.0/invoke/order/method/v1/orders")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a sidecar without its token answers %d", res.StatusCode)
	}
	if err := s.Units(book).Are(6, 4, 0); err != nil {
		t.Error(err)
	}
}

func post(t *testing.T, url, body, token, accept string, more http.Header) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("dapr-api-token", token)
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	for name, values := range more {
		req.Header.Del(name)
		for _, v := range values {
			req.Header.Add(name, v)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// The same by gRPC, whose metadata becomes headers.
func TestOutsidersByGRPC(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	for _, from := range []string{harness.Probe, ""} { // another sidecar, the own one
		for _, route := range sidecarRoutes {
			through := from
			if through == "" {
				through = route.app
			}
			conn, err := grpc.NewClient(s.GRPCAddress(through), grpc.WithTransportCredentials(insecure.NewCredentials()))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			for what, callers := range map[string][]string{"none": nil, "empty": {""}, "empty and the own": {"", route.app}} {
				ctx := metadata.AppendToOutgoingContext(context.WithoutCancel(t.Context()), "dapr-api-token", s.Tokens.Dapr)
				for _, c := range callers {
					ctx = metadata.AppendToOutgoingContext(ctx, "dapr-caller-app-id", c)
				}
				_, err := runtime.NewDaprClient(conn).InvokeService(ctx, &runtime.InvokeServiceRequest{Id: route.app, Message: &common.InvokeRequest{
					Method: strings.TrimPrefix(route.path, "/"), ContentType: "application/json", Data: &anypb.Any{Value: []byte(`{"entries":[]}`)},
					HttpExtension: &common.HTTPExtension{Verb: common.HTTPExtension_POST}}})
				if err == nil || !strings.Contains(err.Error(), "own-sidecar-only") && !strings.Contains(err.Error(), "403") && !strings.Contains(err.Error(), "PermissionDenied") {
					t.Errorf("%s%s through %s with caller ids %s: %v", route.app, route.path, through, what, err)
				}
			}
		}
	}
}

// Any app may subscribe; none but its own publishes to a topic, and no foreign one to the dead letters.
func TestStrangersPublishNothing(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	o := s.Place("ann", line(book, 4))
	paid := s.Forge(o.ID, "paid", 2, []harness.Item{line(book, 4)}, nil)
	bulk := harness.JSON([]M{{"entryId": "1", "contentType": "application/cloudevents+json", "event": json.RawMessage(paid)}})
	for _, c := range []struct{ app, topic string }{
		{harness.Probe, "orders"}, {harness.Probe, "stock"}, {harness.Probe, "orders.deadletter"}, {harness.Probe, "stock.deadletter"},
		{"stock", "orders"}, {"order", "stock"}, {"order", "orders.deadletter"}, {"stock", "stock.deadletter"}, {"notify", "stock.deadletter"},
	} {
		if status, answer := s.Sidecar(c.app, http.MethodPost, "/v1.0/publish/pubsub/"+c.topic, "application/cloudevents+json", paid); status != http.StatusForbidden {
			t.Errorf("%s publishes to %s: %d %s", c.app, c.topic, status, answer)
		}
		if status, answer := s.Sidecar(c.app, http.MethodPost, "/v1.0-alpha1/publish/bulk/pubsub/"+c.topic, "application/json", bulk); status != http.StatusForbidden {
			t.Errorf("%s publishes to %s in bulk: %d %s", c.app, c.topic, status, answer)
		}
	}
	s.Events(o.ID, "order.confirmed.v1") // which the probe hears as any app does
	if err := s.Units(book).Are(6, 4, 0); err != nil {
		t.Error(err)
	}
}
