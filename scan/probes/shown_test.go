package probes_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/probes"
)

// behindHandshake are the features that take a complete handshake.
var behindHandshake = []string{"session-ticket", "ticket-resumption", "session-id-resumption", "psk-resumption", "early-data", "client-renegotiation", "ticketbleed"}

// What is said of a listener that was not shown a certificate, and of what no listener of TLS 1.3 alone has.
const (
	onlyTLS13        = "no version below TLS 1.3 is spoken"
	whyNoCertificate = "a client certificate is required (--client-cert)"
)

// servers are real ones, started with and without a demand for a client certificate.
func (c clients) servers(id *pki.Identity) map[string]func(t *testing.T, demanded bool) netip.AddrPort {
	with := func(demanded bool, args, more []string) []string {
		if demanded {
			return append(args, more...)
		}
		return args
	}
	trust := func(t *testing.T) string { return tlstest.File(t, "clients.pem", c.ca.PEM) }
	openssl := func(args ...string) func(*testing.T, bool) netip.AddrPort {
		return func(t *testing.T, demanded bool) netip.AddrPort {
			return tlstest.OpenSSL(t, id, with(demanded, args, []string{"-Verify", "2", "-CAfile", trust(t), "-verify_return_error"})...).Addr
		}
	}
	gnutls := func(priority string) func(*testing.T, bool) netip.AddrPort {
		return func(t *testing.T, demanded bool) netip.AddrPort {
			return tlstest.GnuTLS(t, id, priority, with(demanded, nil, []string{"--require-client-cert", "--verify-client-cert", "--x509cafile", trust(t)})...).Addr
		}
	}
	java := func(protocols ...string) func(*testing.T, bool) netip.AddrPort {
		return func(t *testing.T, demanded bool) netip.AddrPort {
			return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: protocols, NeedClientAuth: demanded, TrustPEM: c.ca.PEM}).Addr
		}
	}
	nginx := func(protocols string) func(*testing.T, bool) netip.AddrPort {
		return func(t *testing.T, demanded bool) netip.AddrPort {
			return tlstest.Nginx(t, []*pki.Identity{id}, with(demanded, []string{"ssl_protocols " + protocols + ";", "ssl_session_cache builtin:100;"},
				[]string{"ssl_verify_client on;", "ssl_client_certificate " + trust(t) + ";"})...).Addr
		}
	}
	return map[string]func(*testing.T, bool) netip.AddrPort{
		"OpenSSL 1.2": openssl("-tls1_2"), "OpenSSL 1.3": openssl("-tls1_3"), "OpenSSL both": openssl("-no_tls1", "-no_tls1_1"),
		"GnuTLS 1.2": gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2"), "GnuTLS both": gnutls("NORMAL"),
		"Java 1.2": java("TLSv1.2"), "Java 1.3": java("TLSv1.3"), "Java both": java("TLSv1.2", "TLSv1.3"),
		"nginx 1.2": nginx("TLSv1.2"), "nginx 1.3": nginx("TLSv1.3"), "nginx both": nginx("TLSv1.2 TLSv1.3"),
	}
}

// known are the features behind a handshake of a scan, with their answers.
func known(o scan.Observation) map[string]scan.Feature {
	out := map[string]scan.Feature{}
	for _, f := range o.Features {
		for _, name := range behindHandshake {
			if f.Name == name {
				out[f.Version.String()+" "+f.Name] = f
			}
		}
	}
	return out
}

// TestWhatLiesBehindACertificate: a listener that demands a client certificate is answered like one that does not, where one is given, with keys
// of RSA and ECDSA; where none is, what lies behind the handshake is unknown, and why. nginx makes its demand in HTTP: the handshake goes on without.
func TestWhatLiesBehindACertificate(t *testing.T) {
	t.Parallel()
	asked := append([]string{"suites", "client-auth", "handshake"}, probes.Presenting()...)
	asked = slices.DeleteFunc(asked, func(name string) bool { return name == probes.ClientCertificates })
	for kind, c := range map[string]clients{"RSA": newClientsOf(t, pki.RSA2048), "ECDSA": newClientsOf(t, pki.P256)} {
		for name, start := range c.servers(tlstest.Localhost(t, pki.RSA2048)) {
			if kind == "ECDSA" && !strings.HasSuffix(name, "both") {
				continue
			}
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				want := known(lookAs(t, asked, start(t, false), deep()))
				require.GreaterOrEqual(t, len(want), 2)
				address := start(t, true)
				shown := lookAs(t, asked, address, deep(), c.present(scan.ClientGood))
				got := known(shown)
				for name, f := range want {
					assert.Equal(t, f.Answer, got[name].Answer, "%s: %q, without a demand %q", name, got[name].Basis, f.Basis)
				}
				assert.Len(t, got, len(want))
				c.requireNoKey(t, shown)

				required := scan.FactOf(!strings.HasPrefix(name, "nginx"))
				without := lookAs(t, asked, address, deep())
				assert.Equal(t, required, without.ClientAuth.Required)
				for name, f := range known(without) {
					if f.Basis == onlyTLS13 || required == scan.No {
						assert.Equal(t, want[name].Answer, f.Answer, "%s: %q", name, f.Basis)
						continue
					}
					assert.Equal(t, scan.Unknown, f.Answer, "%s: %q", name, f.Basis)
					assert.Equal(t, whyNoCertificate, f.Basis, name)
				}
			})
		}
	}
}
