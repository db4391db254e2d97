package settings_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/settings"
)

type Common struct {
	Port  int        `envconfig:"T_PORT" validate:"min=1"`
	Token string     `envconfig:"T_TOKEN" validate:"min=4"`
	Level slog.Level `envconfig:"T_LEVEL" default:"info" live:"true"`
	Key   string     `envconfig:"T_KEY" default:"hidden" validate:"min=3" live:"true"`
}

type config struct {
	Common
	Limit   int             `envconfig:"T_LIMIT" default:"256" validate:"min=1,max=1024" live:"true"`
	Lease   time.Duration   `envconfig:"T_LEASE" default:"15s" validate:"min=1s,gtfield=Timeout" live:"true"`
	Timeout time.Duration   `envconfig:"T_TIMEOUT" default:"5s" validate:"min=100ms" live:"true"`
	Pauses  []time.Duration `envconfig:"T_PAUSES" default:"1s,5s" validate:"max=3,dive,min=10ms" live:"true"`
	Open    bool            `envconfig:"T_OPEN" default:"true" live:"true"`
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *settings.Live[config] {
	t.Helper()
	t.Setenv("T_PORT", "8081")
	t.Setenv("T_TOKEN", "0123456789")
	l, err := settings.Open[config]()
	require.NoError(t, err)
	return l
}

func shown(l *settings.Live[config], name string) settings.Shown {
	for _, s := range l.Show() {
		if s.Name == name {
			return s
		}
	}
	return settings.Shown{}
}

func TestOneMessageNamesEveryBadVariable(t *testing.T) {
	t.Setenv("T_PORT", "abc")
	t.Setenv("T_LEVEL", "loud")
	t.Setenv("T_LIMIT", "2000")
	t.Setenv("T_TIMEOUT", "20s")
	t.Setenv("T_PAUSES", "1ms")
	_, err := settings.Open[config]()
	for _, want := range []string{`T_PORT="abc" is not a int`, "T_TOKEN is missing", `T_LEVEL="loud"`, "T_LIMIT must be at most 1024", "T_LEASE must be more than T_TIMEOUT", "T_PAUSES[0] must be at least 10ms"} {
		require.ErrorContains(t, err, want)
	}
}

func TestEachValueSaysWhereItIsFrom(t *testing.T) {
	t.Setenv("T_LIMIT", "512")
	l := open(t)
	assert.Equal(t, settings.Shown{Name: "T_LIMIT", Value: "512", Origin: settings.Environment, Live: true}, shown(l, "T_LIMIT"))
	assert.Equal(t, settings.Shown{Name: "T_PAUSES", Value: "1s,5s", Origin: settings.Default, Live: true}, shown(l, "T_PAUSES"))
	l.Take(map[string]string{"T_LIMIT": "1", "T_UNKNOWN": "1"}, noon)
	assert.Equal(t, settings.Shown{Name: "T_LIMIT", Value: "1", Origin: settings.Configuration, Live: true}, shown(l, "T_LIMIT"))
	assert.Equal(t, settings.Shown{Name: "T_PORT", Value: "8081", Origin: settings.Environment}, shown(l, "T_PORT"))
}

func TestSecretsAreMasked(t *testing.T) {
	l := open(t)
	assert.Equal(t, "***", shown(l, "T_TOKEN").Value)
	assert.Equal(t, "***", shown(l, "T_KEY").Value)
	news := l.Take(map[string]string{"T_KEY": "hush", "T_TOKEN": "hush hush"}, noon)
	require.Len(t, news, 2)
	for _, n := range news {
		assert.Equal(t, "***", n.Value+n.Was[3:])
	}
	assert.Equal(t, &settings.Rejected{Value: "***", Reason: "T_TOKEN is read at the start only, from the environment", At: noon}, shown(l, "T_TOKEN").Rejected)
	assert.Equal(t, "hush", l.Current().Key)
	assert.Equal(t, "0123456789", l.Current().Token)
}

func TestAKeyThatIsGoneHasItsOldValueAgain(t *testing.T) {
	t.Setenv("T_LIMIT", "512")
	l := open(t)
	l.Take(map[string]string{"T_LIMIT": "1", "T_OPEN": "false", "T_LEVEL": "debug", "T_PAUSES": "10s"}, noon)
	assert.Equal(t, config{Common{8081, "0123456789", slog.LevelDebug, "hidden"}, 1, 15 * time.Second, 5 * time.Second, []time.Duration{10 * time.Second}, false}, l.Current())
	news := l.Take(nil, noon)
	assert.Len(t, news, 4)
	assert.Equal(t, config{Common{8081, "0123456789", slog.LevelInfo, "hidden"}, 512, 15 * time.Second, 5 * time.Second, []time.Duration{time.Second, 5 * time.Second}, true}, l.Current())
	assert.Equal(t, settings.Environment, shown(l, "T_LIMIT").Origin)
}
