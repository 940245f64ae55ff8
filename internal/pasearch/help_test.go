package pasearch

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
)

var update = flag.Bool("update", false, "write the golden files of testdata")

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

// listing reads a fixture that has no faults.
func listing(t testing.TB, name string) *Image {
	t.Helper()
	out := Parse(name, fixture(t, name))
	require.Empty(t, out.Problems)
	require.Len(t, out.Images, 1)
	return out.Images[0]
}

// policy reads a fixture of policy text that has no faults.
func policy(t testing.TB, name string) *attls.Policy {
	t.Helper()
	p := attls.Load([]syntax.Source{{Path: name, Data: fixture(t, name)}})
	for _, problem := range p.Problems {
		require.False(t, problem.Hard, "%v", problem)
	}
	return p
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join("testdata", name), []byte(got), 0o644))
	}
	assert.Equal(t, string(fixture(t, name)), got, "go test ./internal/pasearch -update writes it anew; read the difference first")
}
