//go:build unix

package resume_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/resume"
)

func TestUsedTwice(t *testing.T) {
	path, p := begun(t)
	f, err := resume.Open(path, p)
	require.NoError(t, err)
	_, err = resume.Open(path, p)
	require.ErrorContains(t, err, "another run uses it")
	require.NoError(t, f.Close())
	assert.Equal(t, []string{"a:443"}, known(t, path, p))
}
