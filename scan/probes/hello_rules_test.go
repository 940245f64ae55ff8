package probes_test

import (
	"crypto"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// say sends one hello and returns the server's answer in a word: the version of its ServerHello, or how it refused. It shares
// nothing with the runner or the probes.
func say(t *testing.T, addr netip.AddrPort, h hello.ClientHello) (string, hello.Flight) {
	t.Helper()
	sent, err := h.Marshal()
	require.NoError(t, err)
	return sayBytes(t, addr, sent)
}

func sayBytes(t *testing.T, addr netip.AddrPort, sent []byte) (string, hello.Flight) {
	t.Helper()
	conn, err := net.Dial("tcp", addr.String())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = conn.Write(sent)
	require.NoError(t, err)
	var received []byte
	buf := make([]byte, 16<<10)
	for {
		n, err := conn.Read(buf)
		received = append(received, buf[:n]...)
		if _, done := hello.FlightDone(received); done {
			break
		}
		if errors.Is(err, io.EOF) {
			return "close", hello.Parse(received)
		}
		require.NoError(t, err)
	}
	f := hello.Parse(received)
	switch {
	case f.Alert != nil:
		return fmt.Sprintf("alert %d", f.Alert.Description), f
	case f.ServerHello != nil:
		return f.ServerHello.Version.String(), f
	}
	return "strange", f
}

// all is the hello that the engine starts from: every suite of a version.
func all(v cipher.Version) hello.ClientHello {
	return hello.New(v, cipher.Enumerable(v), "localhost", "")
}

func withoutSchemes(kind func(cipher.SignatureSchemeInfo) bool) func(*hello.ClientHello) {
	return func(h *hello.ClientHello) {
		h.SignatureSchemes = slices.DeleteFunc(slices.Clone(h.SignatureSchemes), func(s cipher.SignatureScheme) bool {
			return kind(cipher.DescribeSignatureScheme(s))
		})
	}
}

// helloRule is one line of what a hello must or must not hold: a real server answers the hello that keeps it with keeps, and
// the one that breaks it with broken.
type helloRule struct {
	server  func(t *testing.T) netip.AddrPort
	version cipher.Version
	suites  []cipher.ID // nil: every suite of the version
	breaks  func(*hello.ClientHello)
	keeps   string
	broken  string
}

func openssl(key pki.KeyType, args ...string) func(*testing.T) netip.AddrPort {
	return func(t *testing.T) netip.AddrPort { return tlstest.OpenSSL(t, tlstest.Localhost(t, key), args...).Addr }
}

func gnutls(priority string) func(*testing.T) netip.AddrPort {
	return func(t *testing.T) netip.AddrPort {
		return tlstest.GnuTLS(t, tlstest.Localhost(t, pki.RSA2048), priority).Addr
	}
}

// servesNamesOnly has a certificate for one name, as a server of many sites has for each.
func servesNamesOnly(t *testing.T) netip.AddrPort {
	cert := tlstest.Localhost(t, pki.RSA2048).Certificate()
	return tlstest.Go(t, &tls.Config{MaxVersion: tls.VersionTLS12, GetCertificate: func(c *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if c.ServerName != "localhost" {
			return nil, nil //nolint:nilnil // crypto/tls then answers unrecognized_name
		}
		return &cert, nil
	}}).Addr
}

// strictJava takes no hello without extended_master_secret, and signs with MD5 alone (its certificate too, or JSSE would not use it).
func strictJava(t *testing.T) netip.AddrPort {
	ca := tlstest.NewCA(t, "MD5", pki.WithKey(pki.RSA2048))
	id := tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", KeyType: pki.RSA2048, Hash: crypto.MD5})
	t.Setenv("JDK_JAVA_OPTIONS", "-Djdk.tls.allowLegacyMasterSecret=false -Djdk.tls.server.SignatureSchemes=rsa_md5")
	return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: []string{"TLSv1.2"},
		Ciphers: []string{"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"}}).Addr
}

func helloRules() map[string]helloRule {
	only := func(groups ...cipher.Group) func(*hello.ClientHello) {
		return func(h *hello.ClientHello) { h.Groups = groups }
	}
	return map[string]helloRule{
		"extended_master_secret": {
			server:  strictJava,
			version: cipher.TLSv12, breaks: func(h *hello.ClientHello) { h.ExtendedMasterSecret = false },
			keeps: "TLSv1.2", broken: "alert 40",
		},
		"renegotiation_info": {
			server:  gnutls("NORMAL:%SAFE_RENEGOTIATION"),
			version: cipher.TLSv12, breaks: func(h *hello.ClientHello) { h.RenegotiationInfo = false },
			keeps: "TLSv1.2", broken: "alert 40",
		},
		"server_name when there is a name": {
			server:  servesNamesOnly,
			version: cipher.TLSv12, breaks: func(h *hello.ClientHello) { h.ServerName = "" },
			keeps: "TLSv1.2", broken: "alert 112",
		},
		"all elliptic curves: P-521": {
			server:  openssl(pki.RSA2048, "-tls1_2", "-cipher", "ECDHE", "-groups", "P-521"),
			version: cipher.TLSv12, breaks: only(23, 24, 29), keeps: "TLSv1.2", broken: "alert 40",
		},
		"all elliptic curves: brainpool": {
			server:  openssl(pki.RSA2048, "-tls1_2", "-cipher", "ECDHE", "-groups", "brainpoolP512r1"),
			version: cipher.TLSv12, breaks: only(23, 24, 25, 29, 30), keeps: "TLSv1.2", broken: "alert 40",
		},
		"every signature scheme: SHA-1": {
			server:  openssl(pki.RSA2048, "-tls1_2", "-cipher", "ECDHE:@SECLEVEL=0", "-sigalgs", "RSA+SHA1"),
			version: cipher.TLSv12, breaks: withoutSchemes(func(s cipher.SignatureSchemeInfo) bool { return s.Hash == "SHA1" }),
			keeps: "TLSv1.2", broken: "alert 40",
		},
		"every signature scheme: MD5": {
			server:  strictJava,
			version: cipher.TLSv12, breaks: withoutSchemes(func(s cipher.SignatureSchemeInfo) bool { return s.Hash == "MD5" }),
			keeps: "TLSv1.2", broken: "alert 40",
		},
		"every signature scheme: DSA": {
			server:  openssl(pki.DSA2048, "-tls1_2", "-cipher", "ALL:@SECLEVEL=0"),
			version: cipher.TLSv12, suites: []cipher.ID{0x0032, 0x0038, 0x0040, 0x006A, 0x00A2, 0x00A3},
			breaks: withoutSchemes(func(s cipher.SignatureSchemeInfo) bool { return s.Key == "DSA" }),
			keeps:  "TLSv1.2", broken: "alert 40",
		},
		"no TLS_FALLBACK_SCSV": {
			server:  openssl(pki.RSA2048),
			version: cipher.TLSv11, breaks: func(h *hello.ClientHello) { h.Suites = append(slices.Clone(h.Suites), 0x5600) },
			keeps: "TLSv1.1", broken: "alert 86",
		},
		"no finite-field group below TLS 1.3": {
			server: gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA" +
				":-GROUP-FFDHE2048:-GROUP-FFDHE3072:-GROUP-FFDHE4096:-GROUP-FFDHE6144:-GROUP-FFDHE8192"),
			version: cipher.TLSv12,
			breaks:  func(h *hello.ClientHello) { h.Groups = append(slices.Clone(h.Groups), cipher.FiniteFieldGroups()...) },
			keeps:   "TLSv1.2", broken: "alert 40",
		},
		"a TLS 1.3 hello with TLS 1.3 suites only": {
			server:  gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2"),
			version: cipher.TLSv13,
			breaks: func(h *hello.ClientHello) {
				h.Suites = append(slices.Clone(h.Suites), cipher.Enumerable(cipher.TLSv12)...)
			},
			keeps: "alert 40", broken: "TLSv1.2",
		},
	}
}

// TestHelloRules shows for each rule about hellos the real server that is the reason for it.
func TestHelloRules(t *testing.T) {
	for name, r := range helloRules() {
		t.Run(name, func(t *testing.T) {
			addr := r.server(t)
			list := r.suites
			if list == nil {
				list = cipher.Enumerable(r.version)
			}
			kept := hello.New(r.version, list, "localhost", "")
			got, _ := say(t, addr, kept)
			assert.Equal(t, r.keeps, got, "the hello that keeps the rule")
			r.breaks(&kept)
			got, _ = say(t, addr, kept)
			assert.Equal(t, r.broken, got, "the hello that breaks it")
		})
	}
}

// TestSSL3HasNoExtensions: SSLv3 knows none (RFC 6101 section 5.6.1.2); JSSE answers them in kind, with a ServerHello that is no SSLv3.
func TestSSL3HasNoExtensions(t *testing.T) {
	t.Parallel()
	s := tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{tlstest.Localhost(t, pki.RSA2048)}, Protocols: []string{"SSLv3"},
		Ciphers: []string{"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"}})
	bare, err := all(cipher.SSLv3).Marshal()
	require.NoError(t, err)
	parsed, err := hello.ParseClientHello(bare)
	require.NoError(t, err)
	assert.Empty(t, parsed.Extensions)
	got, f := sayBytes(t, s.Addr, bare)
	assert.Equal(t, "SSLv3", got)
	assert.Empty(t, f.ServerHello.Extensions)

	sent, err := all(cipher.TLSv10).Marshal()
	require.NoError(t, err)
	const recordMinor, helloMinor = 2, 10
	sent[recordMinor], sent[helloMinor] = 0, 0 // the hello of TLS 1.0, said to be SSLv3
	got, f = sayBytes(t, s.Addr, sent)
	assert.Equal(t, "SSLv3", got)
	assert.NotEmpty(t, f.ServerHello.Extensions)

	requireTruth(t, s.Suites, look(t, s.Addr, scan.Plan{}))
}

// TestEachVersionByItself: a hello for TLS 1.2 or older is answered by the newest version at or below it, so what it brings for
// TLS 1.1 says nothing of the versions on either side, and only the version of the ServerHello is evidence.
func TestEachVersionByItself(t *testing.T) {
	t.Parallel()
	addr := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-no_tls1_1").Addr
	for ask, want := range map[cipher.Version]string{
		cipher.TLSv10: "TLSv1.0", cipher.TLSv11: "TLSv1.0", cipher.TLSv12: "TLSv1.2", cipher.TLSv13: "TLSv1.3",
	} {
		got, _ := say(t, addr, all(ask))
		assert.Equal(t, want, got, "asked for %s", ask)
	}
	o := look(t, addr, scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12}})
	for v, want := range map[cipher.Version]scan.Fact{
		cipher.TLSv10: scan.Yes, cipher.TLSv11: scan.No, cipher.TLSv12: scan.Yes, cipher.TLSv13: scan.Yes,
	} {
		assert.Equal(t, want, o.Protocol(v).Supported, v.String())
	}
}

// TestGroupsKeepTheCertificatesCurve: an ECDSA certificate ties OpenSSL to its curve; a question about other curves that leaves it
// out is refused although the listener has them.
func TestGroupsKeepTheCertificatesCurve(t *testing.T) {
	t.Parallel()
	addr := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.P256), "-tls1_2", "-cipher", "ECDHE", "-groups", "P-521:P-384:P-256",
		"-serverpref").Addr
	h := all(cipher.TLSv12)
	h.Groups = []cipher.Group{25, 24}
	got, _ := say(t, addr, h)
	assert.Equal(t, "alert 40", got, "without the certificate's curve")
	h.Groups = []cipher.Group{25, 24, 23}
	got, f := say(t, addr, h)
	assert.Equal(t, "TLSv1.2", got)
	assert.EqualValues(t, 25, f.ServerKeyExchange.Group, "with it, its choice shows")

	o := look(t, addr, scan.Plan{})
	assert.Equal(t, []string{"secp521r1", "secp384r1", "secp256r1"}, sortedGroups(o, cipher.TLSv12))
	for _, x := range o.Evidence {
		if sent, err := hello.ParseClientHello(x.Sent); strings.HasPrefix(x.Question, "groups/TLSv1.2/") && assert.NoError(t, err) {
			assert.Contains(t, sent.Groups, cipher.Group(23), x.Question)
		}
	}
	for _, g := range o.Groups {
		if g.Version == cipher.TLSv12 {
			assert.NotEqual(t, scan.No, g.Supported, "what the certificate's curve hides is unknown: %s", g.Name)
		}
	}
	assert.Contains(t, notTested(o), "groups/TLSv1.2")
}

// TestGroupsByTheClientsOrder: a listener that goes by the client's order takes its certificate's curve, offered last, only when it takes
// none of those before it. A listener with nothing but that curve leaves the question open.
func TestGroupsByTheClientsOrder(t *testing.T) {
	t.Parallel()
	for groups, known := range map[string]bool{"P-384:P-256": true, "X25519:P-256": true, "P-256": false} {
		t.Run(groups, func(t *testing.T) {
			t.Parallel()
			o := look(t, tlstest.OpenSSL(t, tlstest.Localhost(t, pki.P256), "-tls1_2", "-cipher", "ECDHE", "-groups", groups).Addr, scan.Plan{})
			for _, g := range o.Groups {
				if g.Version == cipher.TLSv12 && g.Code == 25 {
					assert.Equal(t, map[bool]scan.Fact{true: scan.No, false: scan.Unknown}[known], g.Supported)
				}
			}
			assert.Len(t, groupsOf(o, cipher.TLSv12), 1+strings.Count(groups, ":"))
			_, open := notTested(o)["groups/TLSv1.2"]
			assert.Equal(t, !known, open)
		})
	}
}

func sortedGroups(o scan.Observation, v cipher.Version) []string {
	names := groupsOf(o, v)
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) })
	return names
}

// notTested returns the questions that were not answered, and why.
func notTested(o scan.Observation) map[string]string {
	out := map[string]string{}
	for _, n := range o.NotTested {
		out[n.Question] = n.Why
	}
	return out
}

// TestEveryHelloKeepsTheRules reads back what a scan really sent. Only what a question is about may be missing from its hello.
func TestEveryHelloKeepsTheRules(t *testing.T) {
	t.Parallel()
	addr := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.P256)).Addr
	known := hello.New(cipher.TLSv12, cipher.Enumerable(cipher.TLSv12), "localhost", "")
	for _, plan := range []scan.Plan{
		{},
		{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}, Suites: []cipher.ID{0xC02B, 0x1301}, Groups: true},
		{Depth: scan.Hello},
	} {
		for _, x := range look(t, addr, plan).Evidence {
			if x.Handshake != nil || strings.Contains(x.Question, "SSLv2") {
				continue
			}
			h, err := hello.ParseClientHello(x.Sent)
			require.NoError(t, err, x.Question)
			assert.NotContains(t, h.Suites, cipher.ID(0x5600), "%s: TLS_FALLBACK_SCSV", x.Question)
			if h.Version == cipher.SSLv3 {
				assert.Empty(t, h.Extensions, x.Question)
				continue
			}
			assert.True(t, h.ExtendedMasterSecret, "%s: extended_master_secret", x.Question)
			assert.True(t, h.RenegotiationInfo, "%s: renegotiation_info", x.Question)
			assert.Equal(t, !strings.Contains(x.Question, "without-sni"), h.ServerName == "localhost", "%s: server_name", x.Question)
			if !strings.HasPrefix(x.Question, "certificates/") {
				assert.Subset(t, h.SignatureSchemes, known.SignatureSchemes, "%s: signature schemes", x.Question)
			}
			if !strings.HasPrefix(x.Question, "groups/") {
				assert.Subset(t, h.Groups, []cipher.Group{23, 24, 25, 29, 30}, "%s: curves", x.Question)
			}
			for _, g := range h.Groups {
				assert.False(t, h.Version < cipher.TLSv13 && g >= 256 && g <= 511, "%s: finite-field group %d", x.Question, g)
			}
			for _, id := range h.Suites {
				grease := id.Code()&0x0F0F == 0x0A0A
				new := cipher.Describe(id).MinVersion == cipher.TLSv13
				assert.True(t, grease || new == (h.Version == cipher.TLSv13), "%s: %s", x.Question, id)
			}
		}
	}
}
