package serve

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRepublish(t *testing.T) {
	now := time.Now()
	since, err := republish([]string{"24h"}, now)
	require.NoError(t, err)
	assert.Equal(t, now.Add(-24*time.Hour), since)
	since, err = republish(nil, now)
	require.NoError(t, err)
	assert.Zero(t, since)
	for _, bad := range [][]string{{"yesterday"}, {"-1h"}, {"0s"}, {"24"}, {"1h", "2h"}} {
		_, err := republish(bad, now)
		assert.ErrorContains(t, err, "such as 24h", bad)
	}
}
