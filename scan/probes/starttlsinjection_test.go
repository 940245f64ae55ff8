package probes_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// injectable says whom a line of its protocol is answered how, up to and behind TLS; the answers to NOOP and its like are those of a client that has not logged in.
var injectable = map[string]struct {
	greeting, asks string
	answers        map[string]string
}{
	"smtp": {"220 m ESMTP", "STARTTLS", map[string]string{"EHLO": "250-m\r\n250 STARTTLS", "STARTTLS": "220 go", "NOOP": "250 OK", "QUIT": "221 bye"}},
	"lmtp": {"220 m LMTP", "STARTTLS", map[string]string{"LHLO": "250-m\r\n250 STARTTLS", "STARTTLS": "220 go", "NOOP": "250 OK", "QUIT": "221 bye"}},
	"ftp":  {"220 f", "AUTH TLS", map[string]string{"AUTH TLS": "234 go", "NOOP": "530 Please login.", "QUIT": "221 bye"}},
	"imap": {"* OK i", "p1 STARTTLS", map[string]string{"p1 STARTTLS": "p1 OK go", "p2 NOOP": "p2 OK done", "p3 LOGOUT": "* BYE\r\np3 OK bye"}},
	"pop3": {"+OK p", "STLS", map[string]string{"STLS": "+OK go", "NOOP": "-ERR log in", "QUIT": "+OK bye"}},
	"nntp": {"200 n", "STARTTLS", map[string]string{"STARTTLS": "382 go", "DATE": "111 20261126120000", "QUIT": "205 bye"}},
	"sieve": {"\"SIEVE\" \"fileinto\"\r\nOK", "STARTTLS", map[string]string{"STARTTLS": "OK", `NOOP "portseal-clear"`: `OK (TAG "portseal-clear") "done"`,
		`NOOP "portseal-tls"`: `OK (TAG "portseal-tls") "done"`, "LOGOUT": "OK"}},
}

// injected is a server of a protocol; what it does with lines that it has read before TLS is keeps' matter: carry them out inside TLS, or forget them.
func injected(kind string, cfg *tls.Config, keeps, mute bool) badserver.Handler {
	p := injectable[kind]
	return func(_ context.Context, conn *net.TCPConn) {
		say := func(c net.Conn, text string) { _, _ = c.Write([]byte(text + "\r\n")) }
		serve := func(c net.Conn, line string) (goOn bool) {
			word := line
			if _, ok := p.answers[word]; !ok {
				word, _, _ = strings.Cut(line, " ")
			}
			say(c, p.answers[word])
			return !strings.Contains(line, "QUIT") && !strings.Contains(line, "LOGOUT")
		}
		say(conn, p.greeting)
		in := bufio.NewReader(conn)
		line := ""
		for line != p.asks {
			text, err := in.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimRight(text, "\r\n")
			serve(conn, line)
		}
		before, _ := in.Peek(in.Buffered())
		session := tls.Server(conn, cfg)
		if session.Handshake() != nil {
			return
		}
		defer session.Close()
		if kind == "sieve" {
			say(session, p.greeting)
		}
		if keeps {
			for _, line := range strings.Fields(strings.ReplaceAll(string(before), " ", "\x00")) {
				serve(session, strings.ReplaceAll(line, "\x00", " "))
			}
		}
		lines := bufio.NewScanner(session)
		for lines.Scan() && !mute && serve(session, lines.Text()) {
		}
	}
}

func lookForInjection(t *testing.T, kind string, addr netip.AddrPort) (scan.Observation, scan.Feature) {
	o := lookAs(t, []string{"starttls-injection"}, addr, scan.Plan{Depth: scan.Deep, Vulnerabilities: true}, behind(kind))
	require.Equal(t, scan.StateStartTLS, o.State, "%+v", o.Failure)
	return o, o.Feature(scan.FeatureStartTLSInjection, 0)
}

// TestStartTLSInjection: who keeps what it has read is found out, in TLS 1.2 and 1.3, and who forgets it is not; who does not answer is neither.
func TestStartTLSInjection(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.P256)
	for kind := range injectable {
		for version, name := range map[uint16]string{tls.VersionTLS12: "TLS 1.2", tls.VersionTLS13: "TLS 1.3"} {
			cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: version, MaxVersion: version}
			for _, keeps := range []bool{true, false} {
				t.Run(kind+"/"+name, func(t *testing.T) {
					t.Parallel()
					o, f := lookForInjection(t, kind, tlstest.Bad(t, injected(kind, cfg, keeps, false)).Addr())
					assert.Equal(t, scan.FactOf(keeps), f.Answer, f.Basis)
					require.Len(t, f.Evidence, 1)
					for _, x := range o.Evidence {
						if x.ID == f.Evidence[0] {
							assert.Equal(t, f.Answer, x.Handshake.Injected)
						}
					}
				})
			}
		}
	}
}

// TestStartTLSInjectionUnknown: a listener that says nothing inside TLS has not been shown to forget anything, and one of Query Monitor is not asked.
func TestStartTLSInjectionUnknown(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.P256)
	cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}}
	_, f := lookForInjection(t, "smtp", tlstest.Bad(t, injected("smtp", cfg, false, true)).Addr())
	assert.Equal(t, scan.Unknown, f.Answer)
	assert.Contains(t, f.Basis, "TLS stands")

	s := tlstest.Bad(t, injected("smtp", cfg, true, false))
	o := lookAs(t, []string{"starttls-injection"}, s.Addr(), scan.Plan{Depth: scan.Deep}, behind("smtp"))
	assert.Equal(t, scan.Feature{Name: scan.FeatureStartTLSInjection, Basis: "not asked of a listener of Query Monitor without --intrusive"},
		o.Feature(scan.FeatureStartTLSInjection, 0))
}

// TestStartTLSInjectionDetected: behind a start-up that the first answer names, too; and a listener that wants a client certificate is unknown without one.
func TestStartTLSInjectionDetected(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.P256)
	cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}}
	s := tlstest.Bad(t, injected("smtp", cfg, true, false))
	o := lookAs(t, []string{"starttls-injection"}, s.Addr(), scan.Plan{Depth: scan.Deep, Vulnerabilities: true, DetectStartUp: true}, behind("smtp"))
	assert.Equal(t, scan.Yes, o.Feature(scan.FeatureStartTLSInjection, 0).Answer)

	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		demanding := cfg.Clone()
		demanding.ClientAuth, demanding.MaxVersion = tls.RequireAnyClientCert, version
		_, f := lookForInjection(t, "smtp", tlstest.Bad(t, injected("smtp", demanding, true, false)).Addr())
		assert.Equal(t, scan.Unknown, f.Answer)
		assert.Equal(t, "a client certificate is required (--client-cert)", f.Basis)
	}
}

// TestRealServersForgetWhatTheyRead: none of Debian's has the fault.
func TestRealServersForgetWhatTheyRead(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	dovecot := func(protocol string) func(t *testing.T) netip.AddrPort {
		return func(t *testing.T) netip.AddrPort { return tlstest.Dovecot(t, id, protocol, "yes").Addr }
	}
	for kind, start := range map[string]func(t *testing.T) netip.AddrPort{
		"smtp":  func(t *testing.T) netip.AddrPort { return tlstest.Postfix(t, id, "may").Addr },
		"imap":  dovecot("imap"),
		"pop3":  dovecot("pop3"),
		"lmtp":  dovecot("lmtp"),
		"sieve": dovecot("sieve"),
		"ftp":   func(t *testing.T) netip.AddrPort { return tlstest.Vsftpd(t, id).Addr() },
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			_, f := lookForInjection(t, kind, start(t))
			assert.Equal(t, scan.No, f.Answer, f.Basis)
		})
	}
}
