package local

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnUnknownSetNamesTheKnown(t *testing.T) {
	for _, bad := range []string{"nosuch", "README.md", "secrets", ""} {
		_, err := ReadSet("../..", bad)
		assert.ErrorContains(t, err, "embedded, mysql-mqtt", bad)
	}
	_, err := Sets(t.TempDir())
	assert.ErrorContains(t, err, "start this in the project's root")
}

func TestASetNeedsTheServersWhoseVariablesItTakes(t *testing.T) {
	set, err := ReadSet("../..", "redis")
	require.NoError(t, err)
	assert.Equal(t, []string{"REDIS_HOST", "REDIS_PASSWORD", "SMTP_FROM", "SMTP_HOST", "SMTP_PORT", "WEBHOOK_URL"}, set.Variables)
	assert.Equal(t, []string{"redis-server"}, set.Packages())
	run, err := ReadRunFile("../..", "redis")
	require.NoError(t, err)
	assert.Contains(t, run.Common.ResourcesPaths, run.Set.Dir)
	assert.Equal(t, []string{"redis", "mailbox"}, (&Stack{Options: Options{Run: run}}).Servers())

	run.Outside(func(name string) (string, bool) { return "", name == "REDIS_HOST" })
	assert.Equal(t, []string{"mailbox"}, (&Stack{Options: Options{Run: run}}).Servers(), "who names a server has one")
}

// Without more a sidecar ends 5 s after its start if a store has not answered, as one on a busy machine may not have.
func TestSidecarsWaitForBusyServers(t *testing.T) {
	files, err := filepath.Glob("../../components/*/*.yaml")
	require.NoError(t, err)
	seen := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if regexp.MustCompile(`(?m)^  type: (state|pubsub|configuration)\.`).Match(text) {
			assert.Regexp(t, `(?m)^  initTimeout: 1m`, string(text), file)
			seen++
		}
	}
	assert.Greater(t, seen, 6*4)
}

// A sidecar would take nothing for it, and Redis and RabbitMQ at their standard ports.
func TestAVariableThatNobodySetsStopsTheStart(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "components", "mine")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	file := "spec:\n  metadata:\n    - { name: a, envRef: NOBODY_SETS_THIS }\n---\nspec:\n  metadata:\n    - { name: url, envRef: WEBHOOK_URL }\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pubsub.yaml"), []byte(file), 0o600))
	set, err := ReadSet(root, "mine")
	require.NoError(t, err)
	o := Options{Dir: t.TempDir()}
	o.Run.use(set)
	_, err = New(o)
	require.ErrorContains(t, err, "NOBODY_SETS_THIS is not set")
	require.NotErrorIs(t, err, os.ErrNotExist)
	t.Setenv("NOBODY_SETS_THIS", "x")
	s, err := New(o)
	require.NoError(t, err)
	s.Kill()
}

func TestADataFolderIsMadeWholeOrNotAtAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	made := 0
	cut := func(dir string) error {
		made++
		require.NoError(t, os.Mkdir(dir, 0o700))
		if made == 1 {
			return os.ErrDeadlineExceeded
		}
		return nil
	}
	require.ErrorIs(t, makeOnce(dir, cut), os.ErrDeadlineExceeded)
	require.NoError(t, makeOnce(dir, cut))
	require.NoError(t, makeOnce(dir, cut))
	assert.Equal(t, 2, made)
}
