package dapr

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/problem"
	"orderly/services/stock/internal/stock"
)

func TestAHotSKUIsNeverOversold(t *testing.T) {
	fake := &fakestore.Store{}
	replicas := []*stock.Service{service(fake, "a"), service(fake, "b")}
	product(t, replicas[0], "hot", 40)
	product(t, replicas[1], "cold", 1000)
	var held, short atomic.Int64
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			got := replicas[i%2].Hold(ctx, ask(t, fmt.Sprintf("o%d", i), "hot", "cold"))
			if got.Err == nil {
				held.Add(1)
			} else if _, ok := errors.AsType[*stock.OutOfStock](got.Err); assert.True(t, ok, got.Err) {
				short.Add(1)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(40), held.Load())
	assert.Equal(t, int64(24), short.Load())
	judge(t, fake, "hot", "cold")
}

// Answers that are lost leave nobody knowing; asking again gives the first
// answer, and nothing is done twice.
func TestALostAnswerIsFoundAgain(t *testing.T) {
	for _, when := range []string{"apply", "applied"} {
		t.Run(when, func(t *testing.T) {
			fake := &fakestore.Store{}
			s := service(fake, "a")
			product(t, s, "pen", 10)
			broken := func(on bool) {
				fake.Fault = nil
				if on {
					fake.Fault = func(call string, _ []string) error {
						if call == when || call == "get" {
							return errors.New("the connection broke")
						}
						return nil
					}
				}
			}
			broken(true)
			short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			defer cancel()
			got := s.Hold(short, ask(t, "o1", "pen"))
			p, ok := errors.AsType[*problem.Problem](got.Err)
			require.True(t, ok, got.Err)
			require.Equal(t, http.StatusServiceUnavailable, p.Status)
			s = service(fake, "b") // the other has crashed
			broken(false)
			got = s.Hold(ctx, ask(t, "o1", "pen"))
			require.NoError(t, got.Err)
			r, err := stock.NewReceipt("pen", 5, "r")
			require.NoError(t, err)
			for range 2 {
				got, err := s.Receive(ctx, r)
				require.NoError(t, err)
				assert.Equal(t, stock.Counters{Received: 15, Available: 14, Reserved: 1}, got.Counters)
			}
			judge(t, fake, "pen")
		})
	}
}

func TestWhoeverIsSecondDecidesAnew(t *testing.T) {
	fake := &fakestore.Store{}
	s, rival := service(fake, "a"), service(fake, "b")
	product(t, s, "pen", 2)
	raced := false
	fake.Fault = func(call string, _ []string) error {
		if call == "apply" && !raced {
			raced = true
			for _, got := range rival.HoldAll(ctx, []stock.Ask{ask(t, "theirs", "pen"), ask(t, "theirs2", "pen")}) {
				require.NoError(t, got.Err)
			}
		}
		return nil
	}
	got := s.Hold(ctx, ask(t, "mine", "pen"))
	short, ok := errors.AsType[*stock.OutOfStock](got.Err)
	require.True(t, ok, got.Err)
	assert.Equal(t, int64(0), short.Shortages[0].Available)
	judge(t, fake, "pen")
}

func TestRandomWorkOfReplicas(t *testing.T) {
	for seed := range uint64(15) {
		fake := &fakestore.Store{}
		s, rival := service(fake, "a"), service(fake, "b")
		skus := []string{"a", "b", "c"}
		for _, sku := range skus {
			product(t, s, sku, 5)
		}
		var wg sync.WaitGroup
		for worker, mine := range []*stock.Service{s, rival, s, rival} {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(worker)))
				for range 60 {
					id := fmt.Sprintf("o%d", r.IntN(20))
					switch r.IntN(5) {
					case 0, 1:
						from := r.IntN(3)
						mine.Hold(ctx, ask(t, id, skus[from:from+1+r.IntN(3-from)]...))
					case 2:
						_, _ = mine.Commit(ctx, id)
					case 3:
						_, _ = mine.Release(ctx, id)
					case 4:
						_, _ = mine.GiveBack(ctx, id, "cancelled")
					}
				}
			})
		}
		wg.Wait()
		judge(t, fake, skus...)
	}
}
