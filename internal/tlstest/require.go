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
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: install %s (scripts/install-test-servers.sh does)", binary, debianPackage)
	}
	t.Skipf("%s is missing: install %s (make test does it where it may)", binary, debianPackage)
	return ""
}
