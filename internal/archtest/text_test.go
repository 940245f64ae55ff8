package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maySkip is the one file that may skip a test: it fails instead under CI=true.
const maySkip = "internal/tlstest/require.go"

func TestNoSkips(t *testing.T) {
	skip := regexp.MustCompile(`\b(t|f|b|tb)\.(Skip|Skipf|SkipNow)\(`)
	for name, text := range load(t).texts {
		if isSource(name) && name != maySkip {
			for _, at := range skip.FindAllIndex(text, -1) {
				assert.Fail(t, "only tlstest.Require skips, and it fails under CI=true", "%s:%d", name, line(text, at[0]))
			}
		}
	}
}

func TestNothingUnfinished(t *testing.T) {
	marks := regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)
	for name, text := range load(t).texts {
		if isSource(name) {
			for _, at := range marks.FindAllIndex(text, -1) {
				assert.Fail(t, "work to be done belongs into an issue", "%s:%d: %s", name, line(text, at[0]), text[at[0]:at[1]])
			}
		}
	}
}

// TestNoMachinePaths: nothing names the folders of the machine that it was written on.
func TestNoMachinePaths(t *testing.T) {
	all := load(t)
	root, err := filepath.Abs(all.root)
	require.NoError(t, err)
	folders := []string{`/home/\w+/`, `/Users/\w+/`, `[A-Z]:\\Users\\`}
	home, err := os.UserHomeDir()
	for _, dir := range []string{root, home} {
		if err == nil && filepath.Dir(dir) != dir {
			folders = append(folders, regexp.QuoteMeta(filepath.ToSlash(dir))+"/")
		}
	}
	paths := regexp.MustCompile(`(^|[^\w.)}])(` + strings.Join(folders, "|") + `)`)
	for name, text := range all.texts {
		if isSource(name) {
			for _, at := range paths.FindAllIndex(text, -1) {
				assert.Fail(t, "a path of one machine", "%s:%d", name, line(text, at[0]))
			}
		}
	}
}

// isSource leaves out what servers, registries and tools wrote (recorded data and checksums), and this package, which names
// what it forbids.
func isSource(name string) bool {
	if within(name, "internal/archtest") {
		return false
	}
	if strings.Contains("/"+name, "/testdata/") || strings.HasPrefix(name, "cipher/data/") {
		return strings.HasSuffix(name, ".go")
	}
	switch filepath.Ext(name) {
	case ".go", ".md", ".sh", ".yml", ".yaml", ".java", ".mod":
		return true
	}
	return name == "Makefile" || name == ".ci/run"
}

func line(text []byte, at int) int { return 1 + strings.Count(string(text[:at]), "\n") }
