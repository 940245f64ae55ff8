package handshake

import (
	"bytes"
	"context"
	"crypto/tls"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

func dhFile(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "dh.pem")
	require.NoError(t, os.WriteFile(path, tlstest.DHParams1024(t), 0o600))
	return path
}

func TestPeersThatDoNotComplete(t *testing.T) {
	forty := uint8(40)
	for _, c := range []struct {
		name      string
		handler   badserver.Handler
		completed scan.Fact
		end       scan.End
		alert     *uint8
	}{
		{"alert", badserver.AlertsAll(40), scan.No, "alert:40", &forty},
		{"close", badserver.ClosesOnHello(), scan.No, scan.EndClose, nil},
		{"reset", badserver.ResetsOnHello(), scan.No, scan.EndReset, nil},
		{"plain http", badserver.HTTPPlain(), scan.Unknown, scan.EndCut, nil},
		{"garbage", badserver.Garbage(1), scan.Unknown, scan.EndCut, nil},
		{"huge flight", badserver.HugeFlight(), scan.Unknown, scan.EndCut, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := tlstest.Bad(t, c.handler).Addr()
			for _, suites := range [][]cipher.ID{nil, {0x0033}} { // both libraries
				res, _ := shake(t, addr, only(cipher.TLSv12, suites...))
				assert.Equal(t, c.completed, res.Completed, "%+v", res)
				assert.Equal(t, c.end, res.End, "%+v", res)
				assert.Equal(t, c.alert, res.Alert)
				assert.NotEmpty(t, res.Error)
				assert.Equal(t, scan.Unknown, res.CertificateRequested)
				assert.Zero(t, res.Version)
			}
		})
	}
}

func TestStopsWhenItsTimeIsUp(t *testing.T) {
	for _, handler := range []badserver.Handler{badserver.Silent(), badserver.HangsAfterPartialRecord()} {
		conn, err := net.Dial("tcp", tlstest.Bad(t, handler).Addr().String())
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		res := Handshaker{}.Handshake(ctx, conn, scan.Handshake{})
		cancel()
		_ = conn.Close()
		assert.Equal(t, scan.Unknown, res.Completed)
		assert.Equal(t, scan.EndTimeout, res.End)
	}
}

func TestWhatNoLibrarySpeaks(t *testing.T) {
	for _, c := range []struct {
		h       scan.Handshake
		message string
	}{
		{only(cipher.SSLv3), "no library here speaks SSLv3 to SSLv3: TLSv1.0 to TLSv1.3"},
		{scan.Handshake{MinVersion: cipher.TLSv12, MaxVersion: cipher.TLSv10}, "no library here speaks TLSv1.2 to TLSv1.0: TLSv1.0 to TLSv1.3"},
		{only(cipher.TLSv12, 0xC09C, 0x0088), "no library here speaks any of the cipher suites [C09C 0088]"},
		{only(cipher.TLSv12, cipher.SSL2(0x010080)), "no library here speaks any of the cipher suites [010080]"},
	} {
		res := Handshaker{}.Handshake(t.Context(), nil, c.h)
		assert.Equal(t, scan.HandshakeResult{End: scan.EndCut, Error: c.message}, res)
	}
}

// reacts serves TLS 1.3 that asks for a certificate without sending tickets, and then does something to the connection.
func reacts(t *testing.T, react func(*net.TCPConn, *tls.Conn)) netip.AddrPort {
	config := configFor(tlstest.Localhost(t, pki.P256), tls.RequestClientCert)
	config.SessionTicketsDisabled = true
	return tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		server := tls.Server(conn, config)
		if server.HandshakeContext(ctx) == nil {
			react(conn, server)
		}
	}).Addr()
}

func TestAfterAHandshakeWithARequest(t *testing.T) {
	silent := func(conn *net.TCPConn, _ *tls.Conn) { _, _ = conn.Read(make([]byte, 1)) }
	for _, c := range []struct {
		name  string
		react func(*net.TCPConn, *tls.Conn)
		after scan.After
		end   scan.End
		error string
	}{
		{"data", func(conn *net.TCPConn, server *tls.Conn) {
			_, _ = server.Write([]byte("220 ready\r\n"))
			silent(conn, server)
		},
			scan.AfterData, scan.EndCut, ""},
		{"close_notify", func(_ *net.TCPConn, server *tls.Conn) { _ = server.Close() }, scan.AfterClose, scan.EndClose,
			"the peer closed the connection after the handshake, without an alert"},
		{"close", func(conn *net.TCPConn, _ *tls.Conn) { _ = conn.CloseWrite() }, scan.AfterClose, scan.EndClose,
			"the peer closed the connection after the handshake, without an alert"},
		{"data, then close_notify", func(_ *net.TCPConn, server *tls.Conn) { _, _ = server.Write([]byte("x")); _ = server.Close() },
			scan.AfterData, scan.EndCut, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, _ := shake(t, reacts(t, c.react), only(cipher.TLSv13))
			require.Equal(t, scan.Yes, res.Completed, "%+v", res)
			assert.Equal(t, scan.Yes, res.CertificateRequested)
			assert.Equal(t, c.after, res.After, "%+v", res)
			assert.Equal(t, c.end, res.End)
			assert.Equal(t, c.error, res.Error)
		})
	}
	conn, err := net.Dial("tcp", reacts(t, silent).String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	res := Handshaker{}.Handshake(t.Context(), conn, only(cipher.TLSv13))
	assert.Equal(t, scan.AfterSilence, res.After, "%+v", res)
	assert.Equal(t, scan.EndCut, res.End)
	assert.Empty(t, res.Error)
	res, _ = shake(t, reacts(t, func(conn *net.TCPConn, _ *tls.Conn) { _ = conn.SetLinger(0); _ = conn.Close() }), only(cipher.TLSv13))
	assert.Equal(t, scan.AfterAlert, res.After, "%+v", res)
	assert.Equal(t, scan.EndReset, res.End)
	assert.Nil(t, res.Alert)
}

// crypto/tls sends its ticket before it has the client's Finished, and then nothing. That is not waited for.
func TestTicketInTheFirstFlight(t *testing.T) {
	addr := tlstest.Go(t, configFor(tlstest.Localhost(t, pki.P256), tls.NoClientCert)).Addr
	h := only(cipher.TLSv13)
	h.Keep = true
	res, _ := shakeAs(t, Handshaker{least: time.Hour}, addr, h)
	assert.Equal(t, scan.Yes, res.Completed)
	assert.Equal(t, scan.AfterData, res.After)
	assert.NotEmpty(t, res.Tickets)
	assert.NotNil(t, res.Session, "it can be resumed")
}

// The time that was given may end before the peer can react: then nothing is known, silence least of all.
func TestTimeUpBeforeTheReaction(t *testing.T) {
	addr := reacts(t, func(conn *net.TCPConn, _ *tls.Conn) { _, _ = conn.Read(make([]byte, 1)) })
	conn, err := net.Dial("tcp", addr.String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	res := Handshaker{}.Handshake(ctx, conn, only(cipher.TLSv13))
	if res.Completed == scan.Yes { // a slow machine may use the time up before
		assert.Empty(t, res.After)
		assert.Equal(t, "the time was up before the peer's reaction to the client's certificate", res.Error)
	}
}

// A certificate that crypto/tls refuses is a fact all the same: the flight is opened with the secret.
func TestCertificateThatTheLibraryRefuses(t *testing.T) {
	ca := tlstest.NewCA(t, "Test Root")
	id := tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", Serial: big.NewInt(-5)})
	res, r := shake(t, tlstest.OpenSSL(t, id).Addr, only(cipher.TLSv13))
	assert.Equal(t, scan.Unknown, res.Completed, "%+v", res)
	assert.Contains(t, res.Error, "negative serial")
	f := hello.Parse(r.received)
	require.NoError(t, f.Open(r.received, res.Secret))
	assert.Equal(t, id.DER, f.Certificates[0])
}

func TestEndsWithCloseNotify(t *testing.T) {
	closed := make(chan error, 1)
	config := configFor(tlstest.Localhost(t, pki.P256), tls.NoClientCert)
	addr := tlstest.Bad(t, func(_ context.Context, conn *net.TCPConn) {
		_, err := tls.Server(conn, config).Read(make([]byte, 1))
		closed <- err
	}).Addr()
	res, _ := shake(t, addr, only(cipher.TLSv13))
	assert.Equal(t, scan.Yes, res.Completed)
	assert.EqualError(t, <-closed, "EOF", "crypto/tls says io.EOF for close_notify alone")
}

func TestSecretIsTheHandshakeSecretAlone(t *testing.T) {
	var log bytes.Buffer
	config := configFor(tlstest.Localhost(t, pki.P256), tls.NoClientCert)
	config.KeyLogWriter = &log
	server := tlstest.Go(t, config)
	res, _ := shake(t, server.Addr, only(cipher.TLSv13))
	server.Stop()
	require.Len(t, res.Secret, 32)
	var k keyLog
	for _, line := range bytes.SplitAfter(log.Bytes(), []byte("\n")) {
		_, _ = k.Write(line)
	}
	assert.Equal(t, k.serverHandshake, res.Secret)
	for _, line := range []string{"CLIENT_RANDOM 00 11", "SERVER_TRAFFIC_SECRET_0 00 11", "SERVER_HANDSHAKE_TRAFFIC_SECRET 00", "x"} {
		var k keyLog
		n, err := k.Write([]byte(line))
		require.NoError(t, err)
		assert.Equal(t, len(line), n)
		assert.Nil(t, k.serverHandshake)
	}
}

func TestRecordsAreCountedHoweverTheyArrive(t *testing.T) {
	early, late := []byte{23, 3, 3, 0, 3, 1, 2, 3}, []byte{23, 3, 3, 0, 2, 1, 2, 23, 3, 3, 0, 0}
	for n := 1; n <= 8; n++ {
		w := &watched{}
		w.count(early[:n]) // begun before the handshake was complete
		w.after = true
		for _, b := range append(bytes.Clone(early[n:]), late...) {
			w.count([]byte{b})
		}
		assert.Equal(t, 2, w.records)
	}
}

func TestAPanicIsThisHandshakesFailure(t *testing.T) {
	ours, peer := net.Pipe()
	defer func() { _ = ours.Close(); _ = peer.Close() }()
	res := Handshaker{}.Handshake(t.Context(), panics{ours}, scan.Handshake{})
	assert.Equal(t, scan.Unknown, res.Completed)
	assert.Equal(t, "crypto/tls failed on what the peer sent: boom", res.Error)
}

type panics struct{ net.Conn }

func (panics) Write([]byte) (int, error) { panic("boom") }
