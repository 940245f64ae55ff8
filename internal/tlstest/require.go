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
// missing the test fails under CI=true and is skipped otherwise: this file is the only place of this module that may skip for that.
func Require(t testing.TB, binary, debianPackage string) string {
	t.Helper()
	if path, err := exec.LookPath(binary); err == nil {
		return path
	}
	dirs := []string{"/usr/sbin", "/sbin", "/usr/local/sbin"}
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin"); err == nil { // Debian has each version in a folder of its own
		dirs = append(dirs, found...)
	}
	for _, dir := range dirs {
		if path, err := exec.LookPath(filepath.Join(dir, binary)); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: install %s (scripts/install-test-servers.sh does)", binary, debianPackage)
	}
	t.Skipf("%s is missing: install %s (make test does it where it may)", binary, debianPackage)
	return ""
}

// requireRoot is for servers that begin as root. It skips and fails as Require does.
func requireRoot(t testing.TB, server string) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s begins as root, and this is not root", server)
	}
	t.Skipf("%s begins as root, and this is not root", server)
}

// RequireTool returns the path of a file that scripts/install-test-tools.sh puts below .cache/tools; the name may be a pattern. It skips and
// fails as Require does.
func RequireTool(t testing.TB, name string) string {
	t.Helper()
	root, err := os.Getwd()
	for ; err == nil && root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
	}
	if found, err := filepath.Glob(filepath.Join(root, ".cache", "tools", filepath.FromSlash(name))); err == nil && len(found) > 0 {
		return found[len(found)-1]
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: scripts/install-test-tools.sh puts it into .cache/tools", name)
	}
	t.Skipf("%s is missing: scripts/install-test-tools.sh puts it into .cache/tools", name)
	return ""
}
