package keyring

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/stretchr/testify/require"
)

// run runs openssl or keytool in a folder. Without the program tlstest decides.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	packages := map[string]string{"openssl": "openssl", "keytool": "openjdk-17-jdk-headless"}
	path := tlstest.Require(t, name, packages[name])
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, args, out)
}

// write puts a file into a folder and returns its path.
func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// fixture is a root, an intermediate CA and a leaf.
type fixture struct{ root, ca, leaf *testpki.Node }

func newFixture(t testing.TB) fixture {
	root := testpki.Root(t, "Root", nil)
	ca := root.CA(t, "CA", nil)
	return fixture{root, ca, ca.Leaf(t, "host.example", nil)}
}

// files writes the fixture as PEM files: root.pem, ca.pem, leaf.pem, key.pem, chain.pem.
func (f fixture) files(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "root.pem", f.root.PEM())
	write(t, dir, "ca.pem", f.ca.PEM())
	write(t, dir, "leaf.pem", f.leaf.PEM())
	write(t, dir, "key.pem", f.leaf.KeyPEM(t))
	write(t, dir, "chain.pem", append(f.ca.PEM(), f.root.PEM()...))
	return dir
}

func subjects(list []*certchain.Certificate) (out []string) {
	for _, c := range list {
		out = append(out, c.CommonName)
	}
	return out
}

func personal(r *certchain.Ring) (out []string) {
	for _, e := range r.PersonalEntries() {
		out = append(out, e.CommonName)
	}
	return out
}

func kinds(problems []Problem) (out []ProblemKind) {
	for _, p := range problems {
		out = append(out, p.Kind)
	}
	return out
}
