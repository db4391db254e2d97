package simulation

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/sidecar"
)

func TestTheWatchFindsWhatIsWrongInAPage(t *testing.T) {
	page := func(counters string) string {
		return `{"v":1,"id":"a/b/1","docs":[{"k":"hold:o1","d":{}},{"k":"sku:hot","d":` + counters + `}]}`
	}
	for want, second := range map[string]string{
		"": `{"v":1,"n":[3,1,1,1],"s":3}`,
		"log:000000000002: hot has received, available, reserved, sold [3 -1 3 1]": `{"v":1,"n":[3,-1,3,1],"s":3}`,
		"log:000000000002: hot has received, available, reserved, sold [3 1 2 1]":  `{"v":1,"n":[3,1,2,1],"s":3}`,
		"log:000000000002: hot was at change 2 and is at 1":                        `{"v":1,"n":[3,2,1,0],"s":1}`,
		"log:000000000002: hot was at change 2 and is at 2":                        `{"v":1,"n":[3,1,2,0],"s":2}`,
	} {
		s := &fakestore.Store{}
		w := newWatch(map[string]*fakestore.Store{"stock": s, "order": {}, "notify": {}})
		for i, counters := range []string{`{"v":1,"n":[3,2,1,0],"s":2}`, second} {
			require.NoError(t, s.Apply(t.Context(), sidecar.Put(fmt.Sprintf("log:%012d", i+1), []byte(page(counters)))))
			w.look()
		}
		assert.Equal(t, want, strings.Join(w.wrong, "; "))
		assert.Equal(t, map[string]bool{"o1": true}, w.holds)
	}
}

func TestTheWatchFindsAPageThatChanged(t *testing.T) {
	s := &fakestore.Store{}
	w := newWatch(map[string]*fakestore.Store{"stock": {}, "order": s, "notify": {}})
	require.NoError(t, s.Apply(t.Context(), sidecar.Put("log:000000000001", []byte(`{}`)), sidecar.Put("log:000000000003", []byte(`{}`))))
	w.again()
	assert.Empty(t, w.wrong)
	require.NoError(t, s.Apply(t.Context(), sidecar.Put("log:000000000001", []byte(`{}`))))
	w.again()
	assert.Equal(t, []string{"page log:000000000001 of order was written again"}, w.wrong)
}

// What is stored must follow from the pages.
func TestTheJudgeReplaysThePages(t *testing.T) {
	for i, s := range services {
		synctest.Test(t, func(t *testing.T) {
			ctx := context.Background()
			w := newWorld(Plan{Seed: uint64(2 * i)})
			w.open(ctx)
			w.stage.end()
			_, _, err := w.any("order").place(ctx, "buyer0", w.client("buyer0", 1).items(), "")
			require.NoError(t, err)
			w.weather = weather{wrong: mild}
			require.NoError(t, w.settle(ctx))
			w.close()
			e := &evidence{}
			w.rebuild(ctx, e)
			assert.Empty(t, e.wrong)
			for key, doc := range w.stores[s].Docs() {
				if strings.HasPrefix(key, "doc:") {
					require.NoError(t, w.stores[s].Apply(ctx, sidecar.Put(key, []byte(strings.Replace(string(doc.Value), `"d":{`, `"d":{"x":1,`, 1)))))
				}
			}
			w.rebuild(ctx, e)
			assert.NotEmpty(t, e.wrong)
			assert.Contains(t, e.wrong[0], "the pages of "+s+" say otherwise: doc:")
		})
	}
}
