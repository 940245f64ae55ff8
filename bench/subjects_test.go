//go:build bench && linux

package bench

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

// subject is a listener that the tools are measured on.
type subject struct {
	name  string
	addr  netip.AddrPort
	truth map[uint16][]uint16
	root  []byte // what its certificates chain to, PEM
	dir   string
}

// intermediate is the cipher string of Mozilla's intermediate configuration, version 5.7.
const intermediate = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" +
	"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:" +
	"DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"

func subjects(t *testing.T) []*subject {
	root := tlstest.NewCA(t, "Bench Root", pki.WithKey(pki.RSA2048))
	issue := func(kind pki.KeyType) *pki.Identity {
		return tlstest.Issue(t, root, pki.Leaf{
			CommonName: "localhost", DNS: []string{"localhost"}, IPs: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, KeyType: kind,
		})
	}
	both := []*pki.Identity{issue(pki.RSA2048), issue(pki.P256)}
	nginx := tlstest.Nginx(t, both, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers "+intermediate+";",
		"ssl_prefer_server_ciphers off;", "ssl_dhparam "+dhParameters(t)+";")
	nginx.Suites = map[uint16][]uint16{}
	for _, v := range []uint16{truth.TLS12, truth.TLS13} {
		nginx.Suites[v] = tlstest.OpenSSLSuites(t, v, tlstest.OpenSSLConfig{Ciphers: intermediate, Keys: []pki.KeyType{pki.RSA2048, pki.P256}})
	}
	gnutls := tlstest.GnuTLS(t, both[0], tlstest.GnuTLSLegacy)
	java := tlstest.Java(t, tlstest.JavaConfig{Identities: both, Protocols: tlstest.JavaAllProtocols, Ciphers: []string{"ALL"}, HotSpot: true})
	all := []*subject{
		{name: nameNginx, addr: nginx.Addr, truth: nginx.Suites},
		{name: nameGnuTLS, addr: gnutls.Addr, truth: gnutls.Suites},
		{name: nameJava, addr: java.Addr, truth: java.Suites},
	}
	for _, s := range all {
		s.root, s.dir = root.PEM, t.TempDir()
	}
	return all
}

// The subjects' names, as the table shows them.
const (
	nameNginx  = "nginx, TLS 1.2 and 1.3, RSA and ECDSA"
	nameGnuTLS = "gnutls-serv, TLS 1.0 to 1.3, RC4, 3DES"
	nameJava   = "Java JSSE, SSLv3 to TLS 1.3, everything on"
)

// dhParameters are those of the group ffdhe2048 (RFC 7919 appendix A.1).
func dhParameters(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "dh.pem")
	out, err := exec.CommandContext(t.Context(), "openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048",
		"-out", path).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// estate writes the estate file that the subject at addr conforms to, and returns its path. (A subject that accepts RC4 or
// SSLv3 has findings all the same: good practice is always judged.)
func (s *subject) estate(addr netip.AddrPort) string {
	var versions, suites []string
	seen := map[uint16]bool{}
	for _, v := range cipher.Versions() {
		codes := s.truth[uint16(v)]
		if len(codes) == 0 {
			continue
		}
		versions = append(versions, v.String())
		for _, code := range codes {
			if !seen[code] {
				seen[code] = true
				suites = append(suites, cipher.TLS(code).String())
			}
		}
	}
	text := fmt.Sprintf(`name: bench
keyrings:
  root: {files: [root.pem]}
systems:
  - name: BENCH
    host: %s
    listeners:
      - {name: subject, role: generic, port: %d, expect: tls, versions: [%s], cipher_suites: [%s], trusted_by: [root]}
`, addr.Addr(), addr.Port(), strings.Join(versions, ", "), strings.Join(suites, ", "))
	path := filepath.Join(s.dir, fmt.Sprintf("estate-%d.yaml", addr.Port()))
	must(os.WriteFile(filepath.Join(s.dir, "root.pem"), s.root, 0o600))
	must(os.WriteFile(path, []byte(text), 0o600))
	return path
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
