package tlstest

import (
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/pki"
)

// Index is the text of an index.txt as "openssl ca" keeps it, with certificates that are good and such as were revoked for their key's sake.
func Index(good, revoked []int64) string {
	const line = "%c\t401231235959Z\t%s\t%X\tunknown\t/CN=%[4]d\n"
	out := ""
	for _, n := range good {
		out += fmt.Sprintf(line, 'V', "", n, n)
	}
	for _, n := range revoked {
		out += fmt.Sprintf(line, 'R', "261001120000Z,keyCompromise", n, n)
	}
	return out
}

// OpenSSLOCSP starts "openssl ocsp" as a responder for a CA, which signs by itself or through a delegate.
// Limit: it listens on all addresses, which this command leaves no choice about.
func OpenSSLOCSP(t testing.TB, ca *pki.CA, delegate *pki.Identity, index string) *Server {
	t.Helper()
	path := Require(t, "openssl", "openssl")
	signer, key := File(t, "ca.pem", ca.PEM), File(t, "ca.key", ca.KeyPEM)
	args := []string{"ocsp", "-port", "0", "-index", File(t, "index.txt", []byte(index)), "-CA", signer, "-ndays", "1"}
	if delegate != nil {
		signer, key = File(t, "responder.pem", delegate.CertPEM), File(t, "responder.key", delegate.KeyPEM)
	}
	return start(t, program{
		path:  path,
		args:  func(uint16) []string { return append(args, "-rsigner", signer, "-rkey", key) },
		ready: regexp.MustCompile(`(?m)^ACCEPT \S+:(\d+)`),
	})
}

// OpenSSLCRL is the list that "openssl ca -gencrl" makes for a CA.
func OpenSSLCRL(t testing.TB, ca *pki.CA, index string, days int) []byte {
	t.Helper()
	path := Require(t, "openssl", "openssl")
	dir := t.TempDir()
	put := func(name, data string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatalf("tlstest: %v", err)
		}
		return file
	}
	config := put("ca.cnf", "[ca]\ndefault_ca=x\n[x]\ndatabase="+put("index.txt", index)+"\ncrlnumber="+put("crlnumber", "2A\n")+"\ndefault_md=sha256\n")
	list := filepath.Join(dir, "list.pem")
	cmd := exec.Command(path, "ca", "-gencrl", "-config", config, "-cert", put("ca.pem", string(ca.PEM)), "-keyfile", put("ca.key", string(ca.KeyPEM)),
		"-crldays", strconv.Itoa(days), "-out", list) // a test runs the program that it names
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("tlstest: openssl ca -gencrl: %v\n%s", err, out)
	}
	data, err := os.ReadFile(list)
	if err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		t.Fatalf("tlstest: openssl ca -gencrl wrote no PEM")
	}
	return block.Bytes
}
