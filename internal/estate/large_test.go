package estate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
)

// largeFile is an estate of 50 LPARs with 12 ports each, in 40 lines.
func largeFile() string {
	var b strings.Builder
	b.WriteString("name: large\nzos_release: \"3.1\"\ndefaults: {versions: [TLSv1.2, TLSv1.3], min_days_left: 21}\n")
	b.WriteString("keyrings:\n  cae: {files: [ring.pem]}\n  agent: {files: [ring.pem]}\ntemplates:\n  lpar:\n")
	roles := []string{"cae-web", "cae-server-tls", "cae-agent", "cae-ispf", "generic", "generic"}
	for i := range 12 {
		fmt.Fprintf(&b, "    - {name: p%d, role: %s, port: \"${base}%d\", expect: tls, served_by: cae, trusted_by: [agent]}\n",
			i, roles[i%6], 10+i)
	}
	b.WriteString("systems: [\n")
	for i := range 50 {
		fmt.Fprintf(&b, "  {name: LP%02d, host: lp%02d.example.com, use: lpar, with: {base: %d}},", i, i, 10+i)
		if i%3 == 2 {
			b.WriteString("\n")
		}
	}
	b.WriteString("]\n")
	return b.String()
}

func writeLarge(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	root, err := os.ReadFile(filepath.Join("testdata", "good", "rings", "cae.pem"))
	require.NoError(tb, err)
	require.NoError(tb, os.WriteFile(filepath.Join(dir, "ring.pem"), root, 0o600))
	path := filepath.Join(dir, "large.yaml")
	require.NoError(tb, os.WriteFile(path, []byte(largeFile()), 0o600))
	return path
}

func TestLargeEstate(t *testing.T) {
	assert.LessOrEqual(t, strings.Count(largeFile(), "\n"), 40)
	e, err := estate.Load(writeLarge(t), options())
	require.NoError(t, err)
	require.Len(t, e.Systems, 50)
	for i, s := range e.Systems {
		require.Len(t, s.Listeners, 12)
		assert.Equal(t, []uint16{uint16(1000 + 100*i + 10)}, s.Listeners[0].Ports)
	}
}

func BenchmarkLoadLarge(b *testing.B) {
	path := writeLarge(b)
	for b.Loop() {
		if _, err := estate.Load(path, options()); err != nil {
			b.Fatal(err)
		}
	}
}

// Aliases that multiply must not cost more than the file is worth.
func TestAliasBomb(t *testing.T) {
	t.Chdir(t.TempDir())
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	require.NoError(t, os.WriteFile("bomb.yaml", []byte(b.String()), 0o600))
	_, err := estate.Load("bomb.yaml", options())
	require.ErrorContains(t, err, "bomb.yaml:7:9: aliases expand to more than 4194304 values; want an estate file")
}

func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"good/*.yaml", "good/lpars/*", "bad/*.yaml"} {
		files, err := filepath.Glob(filepath.Join("testdata", pattern))
		require.NoError(f, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "fuzz.yaml")
		require.NoError(t, os.WriteFile(path, text, 0o600))
		e, err := estate.Load(path, options())
		if (e == nil) == (err == nil) {
			t.Fatalf("want an estate or an error, got %v and %v", e, err)
		}
	})
}
