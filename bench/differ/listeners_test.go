//go:build bench && linux

package differ

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"maps"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/flawed"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

// listener is a server with what its configuration makes true of it.
type listener struct {
	name  string
	slow  bool   // testssl.sh looks at it too; at Java with all suites it takes longer than others together
	kind  string // of STARTTLS, as portseal names it
	sni   string
	start func(t *testing.T) running
}

type running struct {
	addr   netip.AddrPort
	ids    []*pki.Identity
	suites map[uint16][]uint16 // nil: asked for one by one
	facts  Facts               // what the configuration says besides
	chain  string              // "trusted" unless said otherwise
}

// ids are certificates of one root, by an intermediate.
func ids(t *testing.T, kinds ...pki.KeyType) []*pki.Identity {
	ca := tlstest.Intermediate(t, tlstest.NewCA(t, "Root", pki.WithKey(pki.RSA2048)), "Intermediate", pki.WithKey(pki.RSA2048))
	var all []*pki.Identity
	for _, kind := range kinds {
		all = append(all, tlstest.Issue(t, ca, leaf(kind)))
	}
	return all
}

func leaf(kind pki.KeyType) pki.Leaf {
	return pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, IPs: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, KeyType: kind}
}

const intermediate = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" +
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

func listeners() []listener {
	all := []listener{
		{name: "nginx", slow: true, start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048, pki.P256)
			s := tlstest.Nginx(t, id, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers "+intermediate+";", "ssl_prefer_server_ciphers on;", "ssl_session_cache shared:x:1m;")
			return running{addr: s.Addr, ids: id, facts: Facts{factALPN: "http/0.9 http/1.0 http/1.1", factOrder + "TLSv1.2": "server", factClientReneg: no}}
		}},
		{name: "gnutls-serv, TLS 1.0 to 1.3", slow: true, start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			s := tlstest.GnuTLS(t, id[0], tlstest.GnuTLSLegacy)
			return running{addr: s.Addr, ids: id, facts: Facts{factDHBits: "1024"}}
		}},
		{name: "openssl s_server, all suites", slow: true, start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			return running{addr: tlstest.OpenSSL(t, id[0]).Addr, ids: id, facts: Facts{factALPN: "", factClientReneg: no}}
		}},
		{name: "nginx, early data", start: func(t *testing.T) running {
			id := ids(t, pki.P256)
			return running{addr: tlstest.Nginx(t, id, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_early_data on;").Addr, ids: id, facts: Facts{factEarlyData: yes}}
		}},
		{name: "openssl s_server, renegotiation, ALPN", start: func(t *testing.T) running {
			id := ids(t, pki.P256)
			s := tlstest.OpenSSL(t, id[0], "-client_renegotiation", "-alpn", "h2,http/1.1", "-serverpref", "-no_tls1", "-no_tls1_1")
			return running{addr: s.Addr, ids: id, facts: Facts{factClientReneg: yes, factALPN: "h2 http/1.1", factOrder + "TLSv1.2": "server"}}
		}},
		{name: "openssl s_server, no tickets, no cache, no EMS or EtM", start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			s := tlstest.OpenSSL(t, id[0], "-no_ticket", "-no_cache", "-no_etm", "-no_tls1_3")
			return running{addr: s.Addr, ids: id, facts: Facts{factEtM: no, factTicket: no, factSessionID: no, "TLSv1.3": no}}
		}},
		{name: "openssl s_server, TLS 1.3 with CCM only", start: func(t *testing.T) running {
			id := ids(t, pki.P256)
			s := tlstest.TLS13CCMOnly(t, id[0])
			return running{addr: s.Addr, ids: id, suites: s.Suites}
		}},
		{name: "Java, SSLv3 to TLS 1.3, all suites", start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048, pki.P256)
			s := tlstest.Java(t, tlstest.JavaConfig{Identities: id, Protocols: tlstest.JavaAllProtocols, Ciphers: []string{"ALL"}, HotSpot: true})
			return running{addr: s.Addr, ids: id}
		}},
		{name: "Java, TLS 1.3 only", start: func(t *testing.T) running {
			id := ids(t, pki.P256)
			return running{addr: tlstest.Java(t, tlstest.JavaConfig{Identities: id, Protocols: []string{"TLSv1.3"}}).Addr, ids: id}
		}},
		{name: "Java, client certificate required", start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			s := tlstest.Java(t, tlstest.JavaConfig{Identities: id, NeedClientAuth: true, HotSpot: true})
			return running{addr: s.Addr, ids: id, facts: Facts{factClientAuth: "required"}}
		}},
		{name: "openssl s_server, client certificate required", start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			return running{addr: tlstest.OpenSSL(t, id[0], "-Verify", "1").Addr, ids: id, facts: Facts{factClientAuth: "required"}}
		}},
		{name: "gnutls-serv, client certificate required", start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			s := tlstest.GnuTLS(t, id[0], "NORMAL", "--require-client-cert")
			return running{addr: s.Addr, ids: id, facts: Facts{factClientAuth: "required"}}
		}},
		{name: "nginx, ssl_verify_client on", start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			root := tlstest.File(t, "clients.pem", id[0].Issuer.PEM)
			s := tlstest.Nginx(t, id, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_verify_client on;", "ssl_client_certificate "+root+";")
			return running{addr: s.Addr, ids: id, facts: Facts{factClientAuth: "requested"}} // it answers 400 after the handshake
		}},
		{name: "nginx, ssl_reject_handshake", start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			s := tlstest.Nginx(t, id, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_reject_handshake on;")
			return running{addr: s.Addr, ids: nil, suites: map[uint16][]uint16{}, facts: Facts{factState: stateTLS}}
		}},
	}
	return append(append(append(all, append(only(), named())...), certificates()...), append(startTLS(), others()...)...)
}

// named is a server that has a certificate for one name, and refuses every other.
func named() listener {
	return listener{name: "crypto/tls, SNI required", sni: "one.lab.test", start: func(t *testing.T) running {
		l := leaf(pki.P256)
		l.DNS = []string{"one.lab.test"}
		id := tlstest.Issue(t, tlstest.NewCA(t, "Root"), l)
		s := tlstest.Go(t, &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName != "one.lab.test" {
				return nil, nil // unrecognized_name
			}
			cert := id.Certificate()
			return &cert, nil
		}})
		return running{addr: s.Addr, ids: []*pki.Identity{id}}
	}}
}

// only are servers with one kind of suites, or one group.
func only() []listener {
	one := func(name string, start func(t *testing.T, id []*pki.Identity) *tlstest.Server) listener {
		return listener{name: name, start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			return running{addr: start(t, id).Addr, ids: id}
		}}
	}
	java := func(suites ...string) func(t *testing.T, id []*pki.Identity) *tlstest.Server {
		return func(t *testing.T, id []*pki.Identity) *tlstest.Server {
			return tlstest.Java(t, tlstest.JavaConfig{Identities: id, Protocols: tlstest.JavaAllProtocols[:4], Ciphers: suites, HotSpot: true})
		}
	}
	return []listener{
		one("gnutls-serv, RC4 only", func(t *testing.T, id []*pki.Identity) *tlstest.Server {
			return tlstest.GnuTLS(t, id[0], "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:-CIPHER-ALL:+ARCFOUR-128:+MD5")
		}),
		one("Java, RC4 only", java("SSL_RSA_WITH_RC4_128_MD5", "SSL_RSA_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_RC4_128_SHA")),
		one("gnutls-serv, 3DES only", func(t *testing.T, id []*pki.Identity) *tlstest.Server {
			return tlstest.GnuTLS(t, id[0], "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:-CIPHER-ALL:+3DES-CBC")
		}),
		one("Java, export only", java("SSL_RSA_EXPORT_WITH_RC4_40_MD5", "SSL_RSA_EXPORT_WITH_DES40_CBC_SHA", "SSL_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA")),
		one("openssl s_server, NULL only", func(t *testing.T, id []*pki.Identity) *tlstest.Server {
			return tlstest.OpenSSL(t, id[0], "-cipher", "eNULL:!aNULL:@SECLEVEL=0", "-no_tls1_3")
		}),
		{name: "openssl s_server, anonymous only", start: func(t *testing.T) running {
			return running{addr: tlstest.OpenSSL(t, ids(t, pki.RSA2048)[0], "-cipher", "aNULL:!eNULL:@SECLEVEL=0", "-no_tls1_3").Addr}
		}},
		{name: "crypto/tls, X25519MLKEM768 only", start: func(t *testing.T) running {
			id := ids(t, pki.P256)
			s := tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{id[0].Certificate()}, MinVersion: tls.VersionTLS13,
				CurvePreferences: []tls.CurveID{tls.X25519MLKEM768}})
			return running{addr: s.Addr, ids: id, suites: map[uint16][]uint16{truth.TLS13: {0x1301, 0x1302, 0x1303}}, facts: Facts{factCurves: "X25519MLKEM768"}}
		}},
	}
}

// certificates are servers whose certificate is wrong.
func certificates() []listener {
	serve := func(name, chain string, make func(t *testing.T) *pki.Identity) listener {
		return listener{name: "nginx, " + name, start: func(t *testing.T) running {
			id := []*pki.Identity{make(t)}
			return running{addr: tlstest.Nginx(t, id, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ALL:@SECLEVEL=0;").Addr, ids: id, chain: chain}
		}}
	}
	return []listener{
		serve("RSA 1024, expired", "expired", func(t *testing.T) *pki.Identity {
			l := leaf(pki.RSA1024)
			l.NotBefore, l.NotAfter = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, -1)
			return tlstest.Issue(t, tlstest.NewCA(t, "Root", pki.WithKey(pki.RSA2048), pki.WithTime(time.Now().AddDate(-2, 0, 0))), l)
		}),
		serve("missing intermediate", "incomplete", func(t *testing.T) *pki.Identity {
			id := *ids(t, pki.RSA2048)[0]
			id.ChainPEM = id.CertPEM
			return &id
		}),
		serve("self-signed", "self-signed", func(t *testing.T) *pki.Identity {
			ca := tlstest.NewCA(t, "localhost", pki.WithKey(pki.RSA2048))
			return &pki.Identity{CertPEM: ca.PEM, ChainPEM: ca.PEM, KeyPEM: ca.KeyPEM, Leaf: ca.Cert, DER: ca.Cert.Raw, KeyType: pki.RSA2048, Issuer: ca}
		}),
	}
}

func startTLS() []listener {
	serve := func(kind, server string, start func(t *testing.T, id *pki.Identity) netip.AddrPort) listener {
		return listener{name: server + ", STARTTLS", kind: kind, sni: map[string]string{"xmpp": "localhost"}[kind], start: func(t *testing.T) running {
			id := ids(t, pki.RSA2048)
			return running{addr: start(t, id[0]), ids: id, suites: nil}
		}}
	}
	return []listener{
		serve("smtp", "postfix", func(t *testing.T, id *pki.Identity) netip.AddrPort { return tlstest.Postfix(t, id, "may").Addr }),
		serve("imap", "dovecot imap", func(t *testing.T, id *pki.Identity) netip.AddrPort { return tlstest.Dovecot(t, id, "imap", "yes").Addr }),
		serve("pop3", "dovecot pop3", func(t *testing.T, id *pki.Identity) netip.AddrPort { return tlstest.Dovecot(t, id, "pop3", "yes").Addr }),
		serve("ftp", "vsftpd", func(t *testing.T, id *pki.Identity) netip.AddrPort { return tlstest.Vsftpd(t, id).Addr() }),
		serve("ldap", "slapd", func(t *testing.T, id *pki.Identity) netip.AddrPort { return tlstest.Slapd(t, id).Addr }),
		serve("postgres", "postgres", func(t *testing.T, id *pki.Identity) netip.AddrPort {
			return tlstest.PostgreSQL(t, id, "on", "host all all 127.0.0.1/32 trust").Addr
		}),
		serve("xmpp", "prosody", func(t *testing.T, id *pki.Identity) netip.AddrPort { return tlstest.Prosody(t, id, "c2s").Addr }),
		serve("mysql", "mariadb", func(t *testing.T, id *pki.Identity) netip.AddrPort { return tlstest.MariaDB(t, id).Addr }),
	}
}

// others are flawed servers, and ports without TLS.
func others() []listener {
	bad := func(name string, handler badserver.Handler) listener {
		return listener{name: name, start: func(t *testing.T) running {
			return running{addr: tlstest.Bad(t, handler).Addr(), suites: map[uint16][]uint16{}, facts: Facts{factState: stateNone}}
		}}
	}
	fails := func(name string, facts Facts, change func(*flawed.Server)) listener {
		return listener{name: "a flawed server, " + name, start: func(t *testing.T) running {
			id := tlstest.Localhost(t, pki.RSA2048)
			s := flawed.Server{Certificate: id.DER, Key: id.Key.(*rsa.PrivateKey), Suites: []uint16{0x002F, 0x009C}}
			change(&s)
			all := Facts{"heartbleed": no, "ccs-injection": no, "ticketbleed": no, "robot": no, factHeartbeat: no}
			maps.Copy(all, facts)
			suites := map[uint16][]uint16{truth.TLS12: s.Suites}
			if s.Suites == nil {
				suites = map[uint16][]uint16{}
			}
			return running{addr: tlstest.Bad(t, s.Serve).Addr(), ids: []*pki.Identity{id}, suites: suites, facts: all}
		}}
	}
	return []listener{
		fails("no flaw", nil, func(*flawed.Server) {}),
		fails("Heartbleed, CCS injection, Ticketbleed, ROBOT",
			Facts{"heartbleed": yes, factHeartbeat: yes, "ccs-injection": yes, "ticketbleed": yes, "robot": yes}, func(s *flawed.Server) {
				s.Heartbeat, s.Heartbleed, s.EarlyCCS, s.Tickets, s.Ticketbleed = true, true, true, true, true
				s.RSA = func(fault flawed.Fault) (byte, bool) { return 40, fault != flawed.NoFault }
			}),
		fails("SSLv2 only", Facts{"SSLv2": yes, factSuites + "SSLv2": "SSL_CK_DES_192_EDE3_CBC_WITH_MD5 SSL_CK_RC4_128_WITH_MD5", "drown": yes, factState: stateTLS},
			func(s *flawed.Server) { s.Suites, s.SSL2 = nil, []byte{1, 0, 0x80, 7, 0, 0xc0} }),
		bad("HTTP without TLS", badserver.HTTPPlain()),
		bad("SSH", badserver.Banner(badserver.BannerSSH)),
		bad("accepts and never answers", badserver.Silent()),
	}
}

// truths puts together what is true.
func (r running) truths(asked map[uint16][]uint16) Facts {
	f := Facts{"heartbleed": no, "ccs-injection": no, "ticketbleed": no, "robot": no, factCompression: no, factHeartbeat: no}
	if len(r.ids) == 0 {
		f = Facts{}
	}
	for _, id := range r.ids {
		sum := sha256.Sum256(id.DER)
		name := short(hex.EncodeToString(sum[:]))
		f.add(factCertificates, name)
		f.add(factKeys, map[pki.KeyType]string{pki.RSA1024: "RSA-1024", pki.RSA2048: "RSA-2048", pki.P256: "EC-256"}[id.KeyType])
		f.add(factChains, fmt.Sprint(name, ":", strings.Count(string(id.ChainPEM), "BEGIN ")))
		f.any(factSelfSigned, r.chain == "self-signed")
		f.any(factExpired, r.chain == "expired")
		f.any(factTrusted, r.chain == "") // the self-signed one is a CA's, whose key usage is not for handshakes
	}
	maps.Copy(f, r.facts)
	if r.suites != nil {
		asked = r.suites
	}
	return Truth(asked, f)
}
