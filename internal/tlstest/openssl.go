package tlstest

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

// OpenSSLAll is the cipher string for every suite that this OpenSSL has, at a security level that keeps none of them
// back, nor TLS 1.0 and 1.1.
const OpenSSLAll = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"

// OpenSSL starts "openssl s_server" with id's certificate and chain and with args added, such as "-no_tls1_1", "-Verify"
// or a second "-cipher"; without one it has OpenSSLAll and TLS 1.0 to 1.3. It answers a GET with a status page (-www).
// Limit: it serves one connection at a time, so a client that holds one blocks all others.
func OpenSSL(t testing.TB, id *pki.Identity, args ...string) *Server {
	t.Helper()
	path := Require(t, "openssl", "openssl")
	f := write(t, id)
	all := []string{"s_server", "-accept", "127.0.0.1:0", "-www", "-cert", f.cert, "-key", f.key}
	if f.between != "" {
		all = append(all, "-cert_chain", f.between)
	}
	if !slices.Contains(args, "-cipher") {
		all = append(all, "-cipher", OpenSSLAll)
	}
	return start(t, program{
		path:  path,
		args:  func(uint16) []string { return append(all, args...) },
		ready: regexp.MustCompile(`(?m)^ACCEPT 127\.0\.0\.1:(\d+)$`),
	})
}

// TLS13CCMOnly is a listener that speaks TLS 1.3 with TLS_AES_128_CCM_SHA256 alone, which neither crypto/tls nor
// zcrypto can complete.
func TLS13CCMOnly(t testing.TB, id *pki.Identity) *Server {
	t.Helper()
	s := OpenSSL(t, id, "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256")
	s.Suites = map[uint16][]uint16{truth.TLS13: {0x1304}}
	return s
}

// OpenSSLConfig is the part of a server's configuration that decides its suites, of any server built on OpenSSL.
type OpenSSLConfig struct {
	Ciphers      string // the cipher string up to TLS 1.2; OpenSSL's default without it
	Ciphersuites string // the TLS 1.3 suites; OpenSSL's default without it
	Keys         []pki.KeyType
	NoDHE        bool // no DH parameters: nginx without ssl_dhparam
}

var opensslVersions = map[uint16]string{truth.TLS10: "-tls1", truth.TLS11: "-tls1_1", truth.TLS12: "-tls1_2", truth.TLS13: "-tls1_3"}

var opensslLine = regexp.MustCompile(`(?m)^\s*0x([0-9A-F]{2}),0x([0-9A-F]{2}) - \S+\s+\S+\s+Kx=(\S+)\s+Au=(\S+)`)

// OpenSSLSuites is the truth about an OpenSSL server: the suites, ascending, that "openssl ciphers -V -s" gives for
// version and that work with the server's keys. PSK and SRP are left out: no test server has them.
func OpenSSLSuites(t testing.TB, version uint16, c OpenSSLConfig) []uint16 {
	t.Helper()
	option, ok := opensslVersions[version]
	if !ok {
		return nil // SSLv2 and SSLv3 are not built into Debian's OpenSSL 3
	}
	args := []string{"ciphers", "-V", "-s", option}
	if c.Ciphersuites != "" {
		args = append(args, "-ciphersuites", c.Ciphersuites)
	}
	if c.Ciphers != "" {
		args = append(args, c.Ciphers)
	}
	cmd := exec.Command(Require(t, "openssl", "openssl"), args...) // the test's own arguments
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=/dev/null")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tlstest: openssl ciphers: %v", err)
	}
	var suites []uint16
	for _, m := range opensslLine.FindAllStringSubmatch(string(out), -1) {
		if c.NoDHE && m[3] == "DH" || !authenticates(m[4], c.Keys) || m[3] == "PSK" || m[3] == "SRP" {
			continue
		}
		code, err := strconv.ParseUint(m[1]+m[2], 16, 16)
		if err != nil {
			t.Fatalf("tlstest: openssl ciphers: %v", err)
		}
		suites = append(suites, uint16(code))
	}
	slices.Sort(suites)
	return suites
}

// authenticates tells whether a server with these keys can use a suite that is authenticated by how: RSA, ECDSA, DSS,
// or without any (None) or by whatever TLS 1.3 finds (any). An Ed25519 or Ed448 key counts as ECDSA (RFC 8422 section 5.1.1).
func authenticates(how string, keys []pki.KeyType) bool {
	var fitting []pki.KeyType
	switch how {
	case "None", "any":
		return true
	case "RSA":
		fitting = []pki.KeyType{pki.RSA1024, pki.RSA2048}
	case "ECDSA":
		fitting = []pki.KeyType{pki.P256, pki.P384, pki.P521, pki.Ed25519, pki.Ed448}
	case "DSS":
		fitting = []pki.KeyType{pki.DSA2048}
	}
	return slices.ContainsFunc(keys, func(k pki.KeyType) bool { return slices.Contains(fitting, k) })
}
