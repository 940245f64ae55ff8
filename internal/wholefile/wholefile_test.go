package wholefile

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, Write(path, []byte("one"), 0o600))
	require.NoError(t, os.WriteFile(path+Partial, []byte("a half of a write that was killed, and that others can read"), 0o644))
	require.NoError(t, Write(path, []byte("two"), 0o600))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "two", string(data))
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	assert.NoFileExists(t, path+Partial)
}

// TestWriteFails leaves what was there, and nothing beside it.
func TestWriteFails(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "y"), 0o700))
	require.Error(t, Write(path, []byte("one"), 0o600), "a folder is not replaced")
	assert.DirExists(t, filepath.Join(path, "y"))
	assert.NoFileExists(t, path+Partial)
	require.Error(t, Write(filepath.Join(folder, "no", "x"), nil, 0o600))
}
