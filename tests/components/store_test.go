package components

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	dapr "github.com/dapr/go-sdk/client"

	"orderly/tests/harness"
)

// store is the state store of order, spoken to as services do: by the gRPC API of the sidecar.
type store struct {
	t      *testing.T
	client dapr.Client
	tag    string // begins every key
}

const storeName = "order-state"

func newStore(s *harness.Story) store {
	s.T.Helper()
	c, err := dapr.NewClientWithAddress("127.0.0.1:" + strconv.Itoa(s.Ports.Apps["order"].GRPC))
	if err != nil {
		s.T.Fatal(err)
	}
	c.WithAuthToken(s.Tokens.Dapr)
	s.T.Cleanup(c.Close)
	return store{s.T, c, "promise:" + s.Tag + ":"}
}

// op is one write.
type op struct {
	key, value string
	etag       string
	first      bool
}

func put(key, value string) op { return op{key: key, value: value} }

// create must not find the document; how that is said to a store is part of its promises.
func create(key, value string) op {
	o := op{key: key, value: value, first: true}
	if by := promised("create-only"); strings.HasPrefix(by, "ETag ") {
		o.etag = strings.TrimPrefix(by, "ETag ")
	}
	return o
}

// replace must find the document as it was seen.
func replace(key, value, etag string) op { return op{key: key, value: value, etag: etag, first: true} }

func (st store) item(o op) *dapr.SetStateItem {
	it := &dapr.SetStateItem{Key: st.tag + o.key, Value: []byte(o.value),
		Options: &dapr.StateOptions{Concurrency: dapr.StateConcurrencyLastWrite, Consistency: dapr.StateConsistencyStrong}}
	if o.first {
		it.Options.Concurrency = dapr.StateConcurrencyFirstWrite
	}
	if o.etag != "" {
		it.Etag = &dapr.ETag{Value: o.etag}
	}
	return it
}

// transact writes all in one transaction.
func (st store) transact(ops ...op) error {
	var all []*dapr.StateOperation
	for _, o := range ops {
		all = append(all, &dapr.StateOperation{Type: dapr.StateOperationTypeUpsert, Item: st.item(o)})
	}
	return st.client.ExecuteStateTransaction(context.Background(), storeName, nil, all)
}

// write writes one, as the services do: alone where the store's dialect says so, else as a transaction of one.
func (st store) write(o op) error {
	if promised("transaction") == "whole" {
		return st.client.SaveBulkState(context.Background(), storeName, st.item(o))
	}
	return st.transact(o)
}

func (st store) must(err error) {
	st.t.Helper()
	if err != nil {
		st.t.Fatal(err)
	}
}

// read returns a document and its ETag, both empty when there is none.
func (st store) read(key string) (value, etag string) {
	st.t.Helper()
	it, err := st.client.GetState(context.Background(), storeName, st.tag+key, nil)
	st.must(err)
	return string(it.Value), it.Etag
}

func (st store) holds(key, want string) {
	st.t.Helper()
	if got, _ := st.read(key); got != want {
		st.t.Errorf("%s holds %.80q, not %.80q", key, got, want)
	}
}

// lost says that a write was refused as the table has it.
func (st store) lost(err error) {
	st.t.Helper()
	if err == nil {
		st.t.Fatal("the write was not refused")
	}
	for _, text := range strings.Split(promised("a lost race says"), " or ") {
		if strings.Contains(err.Error(), strings.Trim(text, "`")) {
			return
		}
	}
	st.t.Errorf("a lost race says %q; the table has %s", err, promised("a lost race says"))
}

func numbered(name string, i int) string { return fmt.Sprintf("%s-%04d", name, i) }
