package tlstest

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var loopback = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}

// Require returns the path of binary, also from the system folders that a plain user's PATH leaves out. Where it is
// missing the test fails under CI=true and is skipped otherwise: the only place of this module that may skip for that.
func Require(t testing.TB, binary, debianPackage string) string {
	t.Helper()
	if path, err := exec.LookPath(binary); err == nil {
		return path
	}
	for _, dir := range []string{"/usr/sbin", "/sbin", "/usr/local/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, binary)); err == nil {
			return path
		}
	}
	missing(t, "%s is missing: install %s (scripts/install-test-servers.sh does, and so does make test)", binary, debianPackage)
	return ""
}

// RequireTool returns the path of a file that scripts/install-test-tools.sh fetches into .cache/tools, in the way of Require.
func RequireTool(t testing.TB, name string) string {
	t.Helper()
	root, err := os.Getwd()
	for ; err == nil && filepath.Dir(root) != root; root = filepath.Dir(root) {
		path := filepath.Join(root, ".cache", "tools", filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	missing(t, "%s is missing: scripts/install-test-tools.sh fetches it, and so does make test", name)
	return ""
}

func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
