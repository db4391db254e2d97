package components

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"orderly/tests/harness"
)

// A document comes back as it was written, whatever is in it.
func TestDocumentsAreKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	st := newStore(harness.Shared(t))
	binary := make([]byte, 1<<20)
	for i := range binary {
		binary[i] = byte(i * 7 >> 3)
	}
	binary[0] = 0x02 // as a compressed page begins
	for name, value := range map[string]string{
		"json": `{"b": 1.10, "a":[1,2 ,3],"n":12345678901234567890}`, "binary": string(binary), "text": "no JSON: 中文 \u0000 \\", "number": "17",
	} {
		st.must(st.write(put(name, value)))
		st.holds(name, value)
		st.must(st.transact(put(name+"2", value), put(name+"3", value)))
		st.holds(name+"3", value)
	}
	st.holds("nothing", "")
}

// Keys that look alike are different documents, and a long one is one.
func TestKeysAreToldApart(t *testing.T) {
	t.Parallel()
	st := newStore(harness.Shared(t))
	long := strings.Repeat("long", 50)
	keys := []string{"teapot", "Teapot", "teapot ", "teapöt", "teapot.", "tea:pot", "茶壶", long + "1", long + "2"}
	for _, k := range keys {
		st.must(st.write(put(k, "of "+k)))
	}
	for _, k := range keys {
		st.holds(k, "of "+k)
	}
}

// An ETag admits one of several writers, and the loser is told so, alone and in a transaction.
func TestETagsAdmitOneWriter(t *testing.T) {
	t.Parallel()
	st := newStore(harness.Shared(t))
	st.must(st.write(put("doc", "1")))
	_, seen := st.read("doc")
	st.must(st.write(replace("doc", "2", seen)))
	st.lost(st.write(replace("doc", "3", seen)))
	st.holds("doc", "2")
	_, seen = st.read("doc")
	st.must(st.transact(replace("doc", "4", seen), put("other", "4")))
	st.lost(st.transact(replace("doc", "5", seen), put("other", "4")))
	st.holds("doc", "4")
}

// Of many who create the same document at once exactly one succeeds.
func TestOneOfManyCreates(t *testing.T) {
	t.Parallel()
	st := newStore(harness.Shared(t))
	for round := range 20 {
		var won, winner atomic.Int64
		harness.Together(8, func(i int) {
			if st.transact(create(numbered("new", round), numbered("by", i)), put(numbered("beside", i), "x")) == nil {
				won.Add(1)
				winner.Store(int64(i))
			}
		})
		if won.Load() != 1 {
			t.Fatalf("%d of 8 created one document", won.Load())
		}
		st.holds(numbered("new", round), numbered("by", int(winner.Load())))
	}
	st.must(st.write(create("alone", "1")))
	st.lost(st.write(create("alone", "2")))
	st.holds("alone", "1")
}

// A transaction with one condition that does not hold leaves nothing, or what the set promises.
func TestTransactionsAreWholeOrInParts(t *testing.T) {
	t.Parallel()
	st := newStore(harness.Shared(t))
	st.must(st.write(put("guard", "1")))
	st.lost(st.transact(put("before", "x"), create("guard", "2"), put("after", "x")))
	st.holds("guard", "1")
	left := ""
	if promised("transaction") == "in parts" {
		left = "x"
	}
	st.holds("before", left)
	st.holds("after", left)
	found(t, promised("transaction"))
}

// A transaction of a thousand documents and a read of hundreds at once, as an import and a replica that starts need.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	st := newStore(s)
	var ops []op
	for i := range 1000 {
		ops = append(ops, put(numbered("many", i), strings.Repeat("x", 1000)+numbered("", i)))
	}
	// On a machine that has much else to do a thousand documents may take longer than the sidecar waits, 10 s.
	s.Until("a thousand documents are kept", func() error { return st.transact(ops...) })
	var keys []string
	for i := range 500 {
		keys = append(keys, st.tag+numbered("many", 2*i), st.tag+numbered("missing", i))
	}
	items, err := st.client.GetBulkState(context.Background(), storeName, keys, nil, 100)
	st.must(err)
	found := map[string]string{}
	for _, it := range items {
		if it.Error != "" {
			t.Fatal(it.Error)
		}
		found[it.Key] = string(it.Value)
	}
	for i, k := range keys {
		want := ""
		if i%2 == 0 {
			want = strings.Repeat("x", 1000) + numbered("", i)
		}
		if found[k] != want {
			t.Errorf("%s holds %.30q", k, found[k])
		}
	}
}
