package main

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessagesAreLines(t *testing.T) {
	var lines strings.Builder
	err := messages(strings.NewReader(`{"resource": "stock here", "message": "{\"level\": \"INFO\"}\n"}`+"\n"+`{"message": "next"}`+"\n"), &lines)
	require.ErrorIs(t, err, io.EOF)
	assert.Equal(t, "{\"level\": \"INFO\"}\nnext\n", lines.String())
}
