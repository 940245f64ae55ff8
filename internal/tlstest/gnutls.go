package tlstest

import (
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

const (
	// GnuTLSLegacy has RC4, 3DES, DHE and anonymous ECDH beside the modern suites: with an RSA certificate 16 suites in
	// each of TLS 1.0 and 1.1, 33 in 1.2 and 4 in 1.3, 69 in all.
	GnuTLSLegacy = "NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+ARCFOUR-128:+3DES-CBC:+MD5:+SHA256:+DHE-RSA:+ANON-ECDH"
	// GnuTLSGap speaks TLS 1.0 and 1.2 but not 1.1, with NULL and both anonymous exchanges too, and demands safe
	// renegotiation (RFC 5746). GnuTLS switches TLS 1.3 off wherever NULL is on.
	GnuTLSGap = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.0:+NULL:+ARCFOUR-128:+3DES-CBC:+MD5:+SHA256:+SHA384:" +
		"+DHE-RSA:+ANON-DH:+ANON-ECDH:%SAFE_RENEGOTIATION"
)

// GnuTLS starts gnutls-serv with id's chain, the priority string and DH parameters of 1024 bits, as a small HTTP server.
// It asks for no client certificate unless extra has "--require-client-cert" or "--verify-client-cert".
func GnuTLS(t testing.TB, id *pki.Identity, priority string, extra ...string) *Server {
	t.Helper()
	path := Require(t, "gnutls-serv", "gnutls-bin")
	f := write(t, id)
	args := []string{
		"--http", "--priority", priority, "--x509certfile", f.chain, "--x509keyfile", f.key,
		"--dhparams", writeFile(t, "dh.pem", DHParams1024(t)),
	}
	if !slices.Contains(extra, "--require-client-cert") && !slices.Contains(extra, "--verify-client-cert") {
		args = append(args, "--disable-client-cert")
	}
	s := start(t, program{
		path: path,
		args: func(port uint16) []string {
			return slices.Concat(args, extra, []string{"--port", strconv.Itoa(int(port))})
		},
		ready: regexp.MustCompile(`IPv4 \S+ port \d+\.\.\.done`),
	})
	s.Suites = GnuTLSSuites(t, priority, id.KeyType)
	return s
}

var (
	gnutlsLine     = regexp.MustCompile(`(?m)^(TLS_\S+)\s+0x([0-9a-f]{2}), 0x([0-9a-f]{2})\s+(\S+)$`)
	gnutlsVersions = map[string]uint16{
		"VERS-SSL3.0": truth.SSL30, "VERS-TLS1.0": truth.TLS10, "VERS-TLS1.1": truth.TLS11, "VERS-TLS1.2": truth.TLS12,
		"VERS-TLS1.3": truth.TLS13,
	}
)

// GnuTLSSuites is the truth about a GnuTLS server: what "gnutls-cli --list --priority" gives, for the keys it has.
func GnuTLSSuites(t testing.TB, priority string, keys ...pki.KeyType) map[uint16][]uint16 {
	t.Helper()
	cmd := exec.Command(Require(t, "gnutls-cli", "gnutls-bin"), "--list", "--priority", priority) // test's own
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tlstest: gnutls-cli --list: %v", err)
	}
	suites := make(map[uint16][]uint16)
	_, protocols, _ := strings.Cut(string(out), "\nProtocols: ")
	protocols, _, _ = strings.Cut(protocols, "\n")
	for _, name := range strings.Split(protocols, ", ") {
		version, ok := gnutlsVersions[name]
		if !ok {
			continue // DTLS
		}
		for _, m := range gnutlsLine.FindAllStringSubmatch(string(out), -1) {
			least := gnutlsVersions["VERS-"+m[4]]
			if least > version || (version == truth.TLS13) != (least == truth.TLS13) || !authenticates(gnutlsAuth(m[1]), keys) {
				continue
			}
			code, err := strconv.ParseUint(m[2]+m[3], 16, 16)
			if err != nil {
				t.Fatalf("tlstest: gnutls-cli --list: %v", err)
			}
			suites[version] = append(suites[version], uint16(code))
		}
		slices.Sort(suites[version])
	}
	return suites
}

func gnutlsAuth(name string) string {
	switch {
	case strings.Contains(name, "PSK"), strings.Contains(name, "SRP"):
		return "PSK"
	case strings.Contains(name, "ANON"):
		return "None"
	case strings.Contains(name, "ECDSA"):
		return "ECDSA"
	case strings.Contains(name, "DSS"):
		return "DSS"
	case strings.Contains(name, "RSA"):
		return "RSA"
	default:
		return "any"
	}
}

// DHParams1024 returns PKCS#3 parameters of the 1024-bit group of RFC 2409 section 6.2, generator 2, as PEM.
func DHParams1024(t testing.TB) []byte {
	t.Helper()
	const prime = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
		"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
	p, _ := new(big.Int).SetString(prime, 16)
	der, err := asn1.Marshal(struct{ P, G *big.Int }{p, big.NewInt(2)})
	if err != nil {
		t.Fatalf("tlstest: DH parameters: %v", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS", Bytes: der})
}
