package probes_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// TestRealStartUps: Debian's servers, each with TLS demanded, offered or off, through their start-ups; and whether they serve without TLS.
func TestRealStartUps(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	const yes, no, unasked = scan.Yes, scan.No, scan.Unknown
	for _, c := range []struct {
		name, kind string
		start      func(t *testing.T) *tlstest.Server
		tls, clear scan.Fact
	}{
		{"postfix demands", "smtp", func(t *testing.T) *tlstest.Server { return tlstest.Postfix(t, id, "encrypt") }, yes, no},
		{"postfix offers", "smtp", func(t *testing.T) *tlstest.Server { return tlstest.Postfix(t, id, "may") }, yes, yes},
		{"postfix without", "smtp", func(t *testing.T) *tlstest.Server { return tlstest.Postfix(t, id, "none") }, no, yes},
		{"dovecot demands", "imap", func(t *testing.T) *tlstest.Server { return tlstest.Dovecot(t, id, "imap", "required") }, yes, no},
		{"dovecot offers", "imap", func(t *testing.T) *tlstest.Server {
			return tlstest.Dovecot(t, id, "imap", "yes\ndisable_plaintext_auth = no")
		}, yes, yes},
		{"dovecot without", "imap", func(t *testing.T) *tlstest.Server {
			return tlstest.Dovecot(t, id, "imap", "no\ndisable_plaintext_auth = no")
		}, no, yes},
		{"dovecot demands", "pop3", func(t *testing.T) *tlstest.Server { return tlstest.Dovecot(t, id, "pop3", "required") }, yes, no},
		{"dovecot offers", "pop3", func(t *testing.T) *tlstest.Server {
			return tlstest.Dovecot(t, id, "pop3", "yes\ndisable_plaintext_auth = no")
		}, yes, yes},
		{"dovecot", "lmtp", func(t *testing.T) *tlstest.Server { return tlstest.Dovecot(t, id, "lmtp", "yes") }, yes, yes},
		{"dovecot", "sieve", func(t *testing.T) *tlstest.Server { return tlstest.Dovecot(t, id, "sieve", "required") }, yes, no},
		{"dovecot offers", "sieve", func(t *testing.T) *tlstest.Server {
			return tlstest.Dovecot(t, id, "sieve", "yes\ndisable_plaintext_auth = no")
		}, yes, yes},
		{"slapd demands", "ldap", func(t *testing.T) *tlstest.Server { return tlstest.Slapd(t, id, "security ssf=128") }, yes, no},
		{"slapd offers", "ldap", func(t *testing.T) *tlstest.Server { return tlstest.Slapd(t, id) }, yes, yes},
		{"prosody", "xmpp", func(t *testing.T) *tlstest.Server { return tlstest.Prosody(t, id, "c2s") }, yes, no},
		{"prosody", "xmpp-server", func(t *testing.T) *tlstest.Server { return tlstest.Prosody(t, id, "s2s") }, yes, no},
		{"inspircd", "irc", func(t *testing.T) *tlstest.Server { return tlstest.InspIRCd(t, id) }, yes, unasked},
		{"xrdp", "rdp", func(t *testing.T) *tlstest.Server { return tlstest.XRDP(t, id, "negotiate") }, yes, yes},
		{"xrdp demands", "rdp", func(t *testing.T) *tlstest.Server { return tlstest.XRDP(t, id, "tls") }, yes, no},
		{"xrdp without", "rdp", func(t *testing.T) *tlstest.Server { return tlstest.XRDP(t, id, "rdp") }, no, yes},
		{"tigervnc", "vnc", func(t *testing.T) *tlstest.Server { return tlstest.TigerVNC(t, id, "X509None,TLSNone,VncAuth") }, yes, yes},
		{"tigervnc demands", "vnc", func(t *testing.T) *tlstest.Server { return tlstest.TigerVNC(t, id, "X509None,TLSNone") }, yes, no},
		{"tigervnc without", "vnc", func(t *testing.T) *tlstest.Server { return tlstest.TigerVNC(t, id, "VncAuth") }, no, yes},
		{"mariadb", "mysql", func(t *testing.T) *tlstest.Server { return tlstest.MariaDB(t, id) }, yes, unasked},
		{"postgresql demands", "postgres", func(t *testing.T) *tlstest.Server {
			return tlstest.PostgreSQL(t, id, "on", "hostssl all all all scram-sha-256")
		}, yes, no},
		{"postgresql offers", "postgres", func(t *testing.T) *tlstest.Server { return tlstest.PostgreSQL(t, id, "on", "host all all all trust") }, yes, yes},
		{"postgresql without", "postgres", func(t *testing.T) *tlstest.Server {
			return tlstest.PostgreSQL(t, id, "off", "host all all all scram-sha-256")
		}, no, yes},
	} {
		t.Run(c.kind+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			s := c.start(t)
			other := func(r *scan.Runner, _ *scan.Target) {
				if c.kind == "imap" || c.kind == "pop3" || c.kind == "sieve" { // Dovecot takes its own address for secured
					r.Source = netip.AddrFrom4([4]byte{127, 0, 0, 2})
				}
			}
			o := lookAs(t, []string{"start-up", "certificates"}, s.Addr, scan.Plan{}, behind(c.kind), other)
			if c.tls == yes {
				assert.Equal(t, scan.StateStartTLS, o.State, "%+v", o.Failure)
				assert.Contains(t, leaves(o), sha(id))
			} else {
				assert.Equal(t, scan.StateNonTLS, o.State, "%+v", o.Failure)
				require.NotNil(t, o.Failure)
				assert.Equal(t, scan.KindRefused, o.Failure.Kind)
			}
			assert.Equal(t, c.clear, ways(o)[scan.WayClear], "%+v", o.StartUps)
		})
	}
}

// TestXMPPOfAnotherDomain: Prosody serves localhost, and not the address that a target without a server name is asked for.
func TestXMPPOfAnotherDomain(t *testing.T) {
	for kind, service := range map[string]string{"xmpp": "c2s", "xmpp-server": "s2s"} {
		s := tlstest.Prosody(t, tlstest.Localhost(t, pki.RSA2048), service)
		o := lookAs(t, []string{"start-up"}, s.Addr, scan.Plan{}, behind(kind), func(_ *scan.Runner, target *scan.Target) { target.Host, target.ServerName = "127.0.0.1", "" })
		assert.Equal(t, scan.StateError, o.State)
		require.NotNil(t, o.Failure)
		assert.Contains(t, o.Failure.Message, `for the domain "127.0.0.1", which is the server name, got "<stream:error><host-unknown`, service)
	}
}

// TestDRDA: Derby's server behind TLS takes no DRDA in clear, and one without is known as what it is, also where it should have spoken TLS.
func TestDRDA(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	o := lookAs(t, []string{"start-up"}, tlstest.Derby(t, id, "basic").Addr, scan.Plan{}, behind("drda"))
	assert.Equal(t, scan.StateStartTLS, o.State, "%+v", o.Failure)
	assert.Equal(t, map[string]scan.Fact{scan.WayAtOnce: scan.Yes, scan.WayClear: scan.No}, ways(o), "%+v", o.StartUps)

	o = lookAs(t, []string{"start-up"}, tlstest.Derby(t, id, "off").Addr, scan.Plan{}, behind("drda"))
	assert.Equal(t, scan.StateNonTLS, o.State, "%+v", o.Failure)
	assert.Equal(t, map[string]scan.Fact{scan.WayAtOnce: scan.No, scan.WayClear: scan.Yes}, ways(o), "%+v", o.StartUps)
	assert.Equal(t, "drda", o.NonTLS.Protocol)
}

// TestDRDAThatClosesOnHello: a server that ends a connection which does not begin with EXCSAT is known by its answer to one that does.
func TestDRDAThatClosesOnHello(t *testing.T) {
	t.Parallel()
	s := tlstest.Bad(t, func(_ context.Context, conn *net.TCPConn) {
		got := make([]byte, 42)
		if _, err := io.ReadFull(conn, got); err == nil && got[2] == 0xD0 {
			_, _ = io.WriteString(conn, "\x00\x10\xd0\x02\x00\x01\x00\x0a\x14\x43\x00\x06\x11\x5e\xc4\xc2")
		}
	})
	o := lookAs(t, []string{"start-up"}, s.Addr(), scan.Plan{}, behind("drda"))
	require.Equal(t, scan.StateNonTLS, o.State, "%+v", o.Failure)
	assert.Equal(t, "drda", o.NonTLS.Protocol)
	assert.Equal(t, map[string]scan.Fact{scan.WayAtOnce: scan.No, scan.WayClear: scan.Yes}, ways(o), "%+v", o.StartUps)
}

// TestNoAnswerToStartTLS: ngircd is silent to a command that it does not know from a client without a name: nothing is known of TLS.
func TestNoAnswerToStartTLS(t *testing.T) {
	t.Parallel()
	s := tlstest.NgIRCd(t, tlstest.Localhost(t, pki.RSA2048))
	o := look(t, s.Addr, scan.Plan{Depth: scan.Quick}, behind("irc"), func(r *scan.Runner, _ *scan.Target) { r.Timeout = 2 * time.Second })
	assert.Equal(t, scan.StateError, o.State)
	require.NotNil(t, o.Failure)
	assert.Equal(t, scan.KindTimeout, o.Failure.Kind)
}

// TestDetectRealStartUps: servers that speak first are known by what they say.
func TestDetectRealStartUps(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	for kind, s := range map[string]*tlstest.Server{
		"smtp": tlstest.Postfix(t, id, "may"), "imap": tlstest.Dovecot(t, id, "imap", "yes"), "pop3": tlstest.Dovecot(t, id, "pop3", "yes"),
		"xmpp": tlstest.Prosody(t, id, "c2s"), "xmpp-server": tlstest.Prosody(t, id, "s2s"), "vnc": tlstest.TigerVNC(t, id, "X509None"),
		"mysql": tlstest.MariaDB(t, id),
	} {
		o := look(t, s.Addr, scan.Plan{Depth: scan.Quick}, detecting)
		assert.Equal(t, kind, o.Target.StartTLS)
		assert.Equal(t, scan.StateStartTLS, o.State, "%s: %+v", kind, o.Failure)
	}
	ftp := tlstest.Vsftpd(t, id)
	assert.Equal(t, "ftp", look(t, ftp.Addr(), scan.Plan{Depth: scan.Quick}, detecting).Target.StartTLS)
}
