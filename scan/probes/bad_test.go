package probes_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
	"github.com/portseal/portseal/scan"
)

// brief is for peers that never finish: the shorter, the sooner the test ends. Nothing healthy is scanned with it.
const brief = 300 * time.Millisecond

func within(d time.Duration) func(*scan.Runner, *scan.Target) {
	return func(r *scan.Runner, _ *scan.Target) { r.Timeout = d }
}

// TestNotTLS tells apart what is not TLS. In none of these is a version "not supported".
func TestNotTLS(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler badserver.Handler
		timeout time.Duration
		kind    string
	}{
		"silent":          {badserver.Silent(), brief, "silent"},
		"closes at once":  {badserver.ClosesAtOnce(), time.Minute, "closes"},
		"resets at once":  {badserver.ResetsAtOnce(), time.Minute, "resets"},
		"closes on hello": {badserver.ClosesOnHello(), time.Minute, "closes"},
		"resets on hello": {badserver.ResetsOnHello(), time.Minute, "resets"},
		"SSH":             {badserver.Banner(badserver.BannerSSH), time.Minute, "banner"},
		"FTP":             {badserver.Banner(badserver.BannerFTP), time.Minute, "banner"},
		"SMTP":            {badserver.Banner(badserver.BannerSMTP), time.Minute, "banner"},
		"telnet":          {badserver.Banner(badserver.TelnetStartTLS), 4 * time.Second, "banner"},
		"HTTP":            {badserver.HTTPPlain(), time.Minute, "plaintext"},
		"RC4 stand-in":    {badserver.Opaque(1), time.Minute, "opaque"},
		"echo":            {badserver.Echo(), time.Minute, "opaque"},
		"drips":           {badserver.Drips(bytes.Repeat([]byte("drip "), 1000), 20*time.Millisecond), time.Minute, "plaintext"},
	} {
		for _, depth := range []scan.Depth{scan.Standard, scan.Prove, scan.Quick, scan.Hello} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := tlstest.Bad(t, c.handler)
				o := look(t, s.Addr(), scan.Plan{Depth: depth, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}}, within(c.timeout))
				require.Equal(t, scan.StateNonTLS, o.State, "%+v", o)
				require.NotNil(t, o.NonTLS)
				if name == "closes at once" && o.NonTLS.Kind == "resets" {
					o.NonTLS.Kind = "closes" // its kernel answers the hello that comes after the close with a reset
				}
				assert.Equal(t, c.kind, o.NonTLS.Kind)
				for _, p := range o.Protocols {
					assert.Equal(t, scan.Unknown, p.Supported, p.Version.String())
				}
				assert.Nil(t, o.ClientAuth)
				if depth == scan.Hello {
					assert.Equal(t, 1, o.Cost.Connections, "an RC4 listener gets one connection")
				}
			})
		}
	}
}

// TestFirstBytesNamed: what is no TLS is named by what it says first, whether at once or to a ClientHello, and names no version.
func TestFirstBytesNamed(t *testing.T) {
	t.Parallel()
	for want, first := range map[string]string{
		"ssh":    "SSH-2.0-OpenSSH_9.2p1\r\n",
		"http":   "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
		"tn3270": "\xff\xfd\x28",
		"telnet": "\xff\xfd\x18\xff\xfd\x20",
		"rdp":    "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x05\x00\x00\x00",
		"drda":   "\x00\x15\xd0\x02\x00\x01\x00\x0f\x12L\x00\x06\x11I\x00\x08\x00\x05\x11J\x03", // SYNTAXRM
		"ibm-mq": "TSH \x00\x00\x00\x1c\x01\x05" + strings.Repeat("\x00", 18),
		"nje":    "\xd5\xc1\xd2\x40\x40\x40\x40\x40\xe2\xe8\xe2\xc1\x40\x40\x40\x40", // NAK, of SYSA
	} {
		for way, handler := range map[string]badserver.Handler{
			"at once": badserver.Banner(first),
			"to a hello": func(_ context.Context, conn *net.TCPConn) {
				if n, _ := conn.Read(make([]byte, 4096)); n > 0 {
					_, _ = io.WriteString(conn, first)
				}
			},
		} {
			t.Run(want+" "+way, func(t *testing.T) {
				t.Parallel()
				o := look(t, tlstest.Bad(t, handler).Addr(), scan.Plan{})
				require.Equal(t, scan.StateNonTLS, o.State, "%+v", o.Failure)
				assert.Equal(t, want, o.NonTLS.Protocol)
				for _, p := range o.Protocols {
					assert.Equal(t, scan.Unknown, p.Supported, p.Version.String())
				}
			})
		}
	}
}

// TestHung ends within two time limits: nothing is asked any more of a port that has been silent twice.
func TestHung(t *testing.T) {
	t.Parallel()
	o := look(t, tlstest.Bad(t, badserver.Silent()).Addr(), scan.Plan{}, within(brief))
	assert.Equal(t, "silent", o.NonTLS.Kind)
	assert.LessOrEqual(t, o.Cost.Connections, 3)

	o = look(t, tlstest.NeverAccepts(t).Addr(), scan.Plan{}, within(brief))
	assert.Equal(t, "silent", o.NonTLS.Kind, "the kernel completes the connection; nobody accepts it")
}

// TestHalfTLS speaks TLS and does not finish: what is not known is said to be unknown.
func TestHalfTLS(t *testing.T) {
	t.Parallel()
	real := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048))
	for name, c := range map[string]struct {
		handler badserver.Handler
		timeout time.Duration
		state   scan.State
		fact    scan.Fact // of TLS 1.2
	}{
		"alerts all":             {badserver.AlertsAll(40), time.Minute, scan.StateTLS, scan.No},
		"closes mid-flight":      {badserver.ClosesMidFlight(real.Addr), time.Minute, scan.StateTLS, scan.Yes},
		"garbage in a record":    {badserver.Garbage(2), time.Minute, scan.StateTLS, scan.Unknown},
		"hangs inside a record":  {badserver.HangsAfterPartialRecord(), brief, scan.StateTLS, scan.Unknown},
		"never stops":            {badserver.HugeFlight(), time.Minute, scan.StateTLS, scan.Unknown},
		"stops inside a header":  {badserver.Drips([]byte{22, 3}, time.Millisecond), brief, scan.StateError, scan.Unknown},
		"drips a record's start": {badserver.Drips([]byte{22, 3, 3, 0, 80, 2}, time.Millisecond), brief, scan.StateTLS, scan.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := look(t, tlstest.Bad(t, c.handler).Addr(), scan.Plan{}, within(c.timeout))
			assert.Equal(t, c.state, o.State)
			assert.Equal(t, c.fact, o.Protocol(cipher.TLSv12).Supported, "%v", o.NotTested)
			if c.fact == scan.Unknown && c.state == scan.StateTLS {
				assert.NotEmpty(t, o.NotTested)
				assert.NotContains(t, notTested(o)["versions/TLSv1.2"], "no TLS record", "one came")
			}
		})
	}
}

func TestClosed(t *testing.T) {
	s, err := badserver.Listen(badserver.Silent())
	require.NoError(t, err)
	addr := s.Addr()
	require.NoError(t, s.Close())
	o := look(t, addr, scan.Plan{})
	assert.Equal(t, scan.StateClosed, o.State)
	assert.Equal(t, &scan.Failure{Stage: scan.StageConnect, Kind: scan.KindRefused, Message: "connection refused"}, o.Failure)
	assert.Equal(t, 2, o.Cost.Connections, "every dial counts, refused ones too")
}

// TestConnectOnly sends nothing.
func TestConnectOnly(t *testing.T) {
	s := tlstest.Bad(t, badserver.Opaque(3))
	o := look(t, s.Addr(), scan.Plan{Depth: scan.Connect})
	assert.Equal(t, scan.StateOpen, o.State)
	assert.Zero(t, o.Cost.BytesSent)
	assert.Equal(t, 1, o.Cost.Connections)
}

// TestRefusesByReset is how AT-TLS refuses. With no alert in the run, two resets of two between answered hellos are a refusal.
func TestRefusesByReset(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	real := tlstest.OpenSSL(t, id, "-no_tls1", "-no_tls1_1")
	s := tlstest.Bad(t, badserver.ResetOnly(real.Addr))
	o := look(t, s.Addr(), scan.Plan{})
	requireTruth(t, opensslTruth(t, tlstest.OpenSSLConfig{Ciphers: tlstest.OpenSSLAll, Keys: []pki.KeyType{id.KeyType}},
		truth.TLS12, truth.TLS13), o)
	assert.Equal(t, "reset", o.Protocol(cipher.TLSv10).Refused.Basis)
	assert.Len(t, o.Protocol(cipher.TLSv10).Refused.Evidence, 2)
}

// TestResetsAtRandom may leave things unknown, and must never be wrong.
func TestResetsAtRandom(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	real := tlstest.OpenSSL(t, id, "-no_tls1")
	want := opensslTruth(t, tlstest.OpenSSLConfig{Ciphers: tlstest.OpenSSLAll, Keys: []pki.KeyType{id.KeyType}},
		truth.TLS11, truth.TLS12, truth.TLS13)
	for seed := range uint64(6) {
		o := look(t, tlstest.Bad(t, badserver.ResetsAtRandom(real.Addr, 0.3, seed)).Addr(), scan.Plan{})
		for _, v := range cipher.Versions() {
			p := o.Protocol(v)
			if p.Supported != scan.Unknown {
				assert.Equal(t, scan.FactOf(len(want[uint16(v)]) > 0), p.Supported, "seed %d, %s", seed, v)
			}
			assert.Subset(t, append(want[uint16(v)], 0xFFFF), append(suitesOf(o, v), 0xFFFF), "seed %d, %s", seed, v)
			if p.Enumeration == scan.EnumerationFull {
				assert.ElementsMatch(t, want[uint16(v)], suitesOf(o, v), "seed %d, %s: full is full", seed, v)
			}
		}
	}
}

// TestCountedByOthers holds the tool's own count of connections against a proxy's.
func TestCountedByOthers(t *testing.T) {
	t.Parallel()
	real := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.P256), "-no_tls1_3")
	proxy := tlstest.Bad(t, badserver.Forward(real.Addr))
	o := look(t, proxy.Addr(), scan.Plan{})
	assert.EqualValues(t, proxy.Stats().Connections, o.Cost.Connections)
	assert.LessOrEqual(t, o.Cost.BytesSent, int(proxy.Stats().ToServer))
}

// TestLocalFailure is portseal's own trouble: it says nothing about the target.
func TestLocalFailure(t *testing.T) {
	o := look(t, netip.MustParseAddrPort("127.0.0.1:1"), scan.Plan{}, func(r *scan.Runner, _ *scan.Target) {
		r.Source = netip.MustParseAddr("192.0.2.1") // not an address of this machine
	})
	assert.Equal(t, scan.StateError, o.State)
	assert.Equal(t, scan.KindLocal, o.Failure.Kind)
}
