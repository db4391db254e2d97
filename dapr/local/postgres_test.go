package local

import (
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhoWorksInAFolderIsFound(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has /proc")
	}
	dir := t.TempDir()
	assert.Empty(t, workIn(dir))
	cmd := exec.Command("sleep", "60")
	cmd.Dir = dir
	require.NoError(t, cmd.Start())
	assert.Equal(t, []int{cmd.Process.Pid}, workIn(dir))
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // killed
	assert.Empty(t, workIn(dir))
}
