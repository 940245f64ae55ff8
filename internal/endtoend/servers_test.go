package endtoend

import (
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/racdcert"
)

// authorities and certificates of the estates: the web port's by one root, all others by an issuing CA of another.
type certificates struct {
	webRoot, root, issuing             *pki.CA
	web, oldWeb, portal, agent, second *pki.Identity
}

func newCertificates(t *testing.T) *certificates {
	t.Helper()
	c := &certificates{webRoot: tlstest.NewCA(t, "Web Root", pki.WithKey(pki.RSA2048)), root: tlstest.NewCA(t, "Corporate Root", pki.WithKey(pki.RSA2048))}
	c.issuing = tlstest.Intermediate(t, c.root, "Issuing CA", pki.WithKey(pki.RSA2048))
	leaf := func(ca *pki.CA, name string) *pki.Identity {
		return tlstest.Issue(t, ca, pki.Leaf{CommonName: name, IPs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, KeyType: pki.RSA2048})
	}
	c.web, c.oldWeb = leaf(c.webRoot, "web"), leaf(c.webRoot, "old web")
	c.portal, c.agent, c.second = leaf(c.issuing, "portal"), leaf(c.issuing, "agent"), leaf(c.issuing, "second")
	return c
}

// files are the exported certificates.
func (c *certificates) files() map[string]string {
	return map[string]string{"web-root.pem": string(c.webRoot.PEM), "root.pem": string(c.root.PEM), "issuing.pem": string(c.issuing.PEM),
		"web.pem": string(c.web.CertPEM), "old-web.pem": string(c.oldWeb.CertPEM), "portal.pem": string(c.portal.CertPEM),
		"agent.pem": string(c.agent.CertPEM), "other.pem": string(c.second.CertPEM)}
}

// listing is what RACDCERT says of a ring.
func listing(owner, name string, entries ...racdcert.Entry) string {
	return racdcert.ListRing(owner, name, entries...) + racdcert.List(entries...)
}

func personal(owner, label string, id *pki.Identity, isDefault bool) racdcert.Entry {
	return racdcert.Entry{Label: label, Owner: owner, Usage: "PERSONAL", Default: isDefault, Cert: id.Leaf}
}

func authority(label string, ca *pki.CA) racdcert.Entry {
	return racdcert.Entry{Label: label, Owner: "CERTAUTH", Usage: "CERTAUTH", Cert: ca.Cert}
}

// attls starts a service behind stunnel that does what the policies say, but for what options change.
func attls(t *testing.T, id *pki.Identity, options ...string) netip.AddrPort {
	t.Helper()
	conf := map[string]string{"sslVersionMin": "TLSv1.2", "ciphers": "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256",
		"ciphersuites": "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"}
	for i := 0; i+1 < len(options); i += 2 {
		conf[options[i]] = options[i+1]
	}
	var lines []string
	for key, value := range conf {
		lines = append(lines, key+" = "+value)
	}
	return tlstest.Stunnel(t, id, lines...).Addr
}

// cae starts the TLS of a CAE server.
func cae(t *testing.T, id *pki.Identity, protocols ...string) netip.AddrPort {
	t.Helper()
	return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: protocols}).Addr
}

// clearText is a service that no TLS is in front of.
func clearText(t *testing.T) netip.AddrPort { return tlstest.Bad(t, badserver.Echo()).Addr() }

// closed is a port that is taken, and where nobody accepts: the near end of a connection.
func closed(t *testing.T) netip.AddrPort {
	t.Helper()
	conn, err := net.Dial("tcp", clearText(t).String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}
