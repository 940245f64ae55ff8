package secret

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	_, err := Read(path)
	require.EqualError(t, err, path+": no such file or directory")
	_, err = Read(filepath.Dir(path))
	require.ErrorContains(t, err, "no ordinary file")

	require.NoError(t, os.WriteFile(path, []byte("word\r\nmore"), 0o600))
	data, err := Read(path)
	require.NoError(t, err)
	assert.Equal(t, "word\r\nmore", string(data))
	line, err := Line(path)
	require.NoError(t, err)
	assert.Equal(t, "word", string(line))

	require.NoError(t, os.Chmod(path, 0o640))
	_, err = Line(path)
	require.EqualError(t, err, path+": others can read it (mode 0640); run: chmod 600 "+path)

	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, []byte("\nsecond"), 0o600))
	_, err = Line(path)
	require.ErrorContains(t, err, "first line is empty")
	assert.NotContains(t, err.Error(), "second")
	require.NoError(t, os.WriteFile(path, make([]byte, MaxFile+1), 0o600))
	_, err = Read(path)
	require.ErrorContains(t, err, "larger than 1048576 bytes")
}
