package settings_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/settings"
)

func TestABadValueKeepsTheOldOne(t *testing.T) {
	l := open(t)
	l.Take(map[string]string{"T_LIMIT": "512"}, noon)
	for text, reason := range map[string]string{
		"0":    "T_LIMIT must be at least 1",
		"1025": "T_LIMIT must be at most 1024",
		"":     "T_LIMIT is not a int",
		"many": "T_LIMIT is not a int",
	} {
		news := l.Take(map[string]string{"T_LIMIT": text, "T_OPEN": "false"}, noon)
		require.NotEmpty(t, news, text)
		assert.Equal(t, 512, l.Current().Limit, text)
		assert.False(t, l.Current().Open, "a good one is taken beside it")
		assert.Equal(t, settings.Shown{Name: "T_LIMIT", Value: "512", Origin: settings.Configuration, Live: true,
			Rejected: &settings.Rejected{Value: text, Reason: reason, At: noon}}, shown(l, "T_LIMIT"))
	}
	news := l.Take(map[string]string{"T_LIMIT": "513"}, noon)
	assert.Equal(t, "512", news[0].Was)
	assert.Equal(t, 513, l.Current().Limit)
	assert.Nil(t, shown(l, "T_LIMIT").Rejected)
}

func TestWhatWasSaidIsNoNews(t *testing.T) {
	l := open(t)
	values := map[string]string{"T_LIMIT": "0"}
	require.Len(t, l.Take(values, noon), 1)
	assert.Empty(t, l.Take(values, noon.Add(time.Second)))
	values = map[string]string{"T_LIMIT": "0", "T_OPEN": "false"}
	news := l.Take(values, noon.Add(time.Minute))
	require.Len(t, news, 1)
	assert.Equal(t, "T_OPEN", news[0].Name)
	assert.Equal(t, noon, shown(l, "T_LIMIT").Rejected.At, "when it was first seen")
}

func TestRulesBetweenSettingsHold(t *testing.T) {
	l := open(t)
	l.Take(map[string]string{"T_TIMEOUT": "15s"}, noon)
	assert.Equal(t, 5*time.Second, l.Current().Timeout)
	assert.Equal(t, "T_LEASE must be more than T_TIMEOUT", shown(l, "T_TIMEOUT").Rejected.Reason)

	both := map[string]string{"T_TIMEOUT": "20s", "T_LEASE": "30s"}
	l.Take(both, noon)
	assert.Equal(t, 20*time.Second, l.Current().Timeout)
	assert.Nil(t, shown(l, "T_TIMEOUT").Rejected)

	// Each alone breaks the rule, and a third is bad whatever they are.
	l.Take(map[string]string{"T_TIMEOUT": "40s", "T_LEASE": "60s", "T_LIMIT": "0"}, noon)
	assert.Equal(t, 40*time.Second, l.Current().Timeout)
	assert.Equal(t, time.Minute, l.Current().Lease)
	assert.NotNil(t, shown(l, "T_LIMIT").Rejected)

	// What the timeout rested on is gone: it cannot stay either.
	l.Take(map[string]string{"T_TIMEOUT": "40s"}, noon)
	assert.Equal(t, 15*time.Second, l.Current().Lease)
	assert.Equal(t, 5*time.Second, l.Current().Timeout)
	assert.Equal(t, settings.Default, shown(l, "T_TIMEOUT").Origin)
	assert.NotNil(t, shown(l, "T_TIMEOUT").Rejected)
}

func TestAFieldThatCannotBeSetCannotBeLive(t *testing.T) {
	type broken struct {
		When time.Time      `envconfig:"T_WHEN"`
		Map  map[string]int `envconfig:"T_MAP" live:"true"`
	}
	_, err := settings.Open[broken]()
	require.ErrorContains(t, err, "T_MAP cannot be live")
}

func TestReadersNeverSeeHalfAChange(t *testing.T) {
	l := open(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			lease := map[string]string{"T_LEASE": "30s", "T_TIMEOUT": "20s"}
			if i%2 == 0 {
				lease = nil
			}
			l.Take(lease, noon)
		}
	}()
	for {
		c := l.Current()
		if c.Lease <= c.Timeout {
			t.Fatalf("%+v", c)
		}
		_ = l.Show()
		select {
		case <-done:
			return
		default:
		}
	}
}

func BenchmarkCurrent(b *testing.B) {
	b.Setenv("T_PORT", "8081")
	b.Setenv("T_TOKEN", "0123456789")
	l, err := settings.Open[config]()
	require.NoError(b, err)
	for b.Loop() {
		if l.Current().Limit == 0 {
			b.Fatal()
		}
	}
}
