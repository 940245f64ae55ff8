package badserver_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t *testing.T, handler badserver.Handler) *badserver.Server {
	t.Helper()
	s, err := badserver.Listen(handler)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func hello() []byte { return truth.Hello(truth.TLS12, []uint16{0xc02b, 0xc02f}, "localhost") }

// exchange sends a hello (none when nil) and reads at most limit bytes; end is "fin", "reset", "silence" or "more". Only
// for a peer that is expected to fall silent, after the bytes that it is expected to send, is silence short.
func exchange(t *testing.T, addr netip.AddrPort, send []byte, limit int64, silentAfter int) (got []byte, end string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr.String())
	if errors.Is(err, syscall.ECONNRESET) {
		return nil, "reset" // the reset was faster than connect's return: a dial may fail although the port is open
	}
	require.NoError(t, err)
	defer conn.Close()
	if send != nil {
		_, _ = conn.Write(send) // a server that resets at once may be faster
	}
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
	if silentAfter >= 0 {
		got = make([]byte, silentAfter)
		_, err = io.ReadFull(conn, got)
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
	}
	rest, err := io.ReadAll(io.LimitReader(conn, limit-int64(len(got))))
	got = append(got, rest...)
	var timeout net.Error
	switch {
	case err == nil && int64(len(got)) == limit:
		return got, "more"
	case err == nil:
		return got, "fin"
	case errors.As(err, &timeout) && timeout.Timeout():
		return got, "silence"
	default:
		return got, "reset"
	}
}

// talks is for peers that close, reset or send for ever.
const talks = -1

func TestBehaviours(t *testing.T) {
	never, err := badserver.NeverAccepts()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, never.Close()) })
	opaque := listen(t, badserver.Opaque(1))
	for name, c := range map[string]struct {
		addr netip.AddrPort
		send []byte
		want string // prefix of what is received
		end  string
	}{
		"silent":               {listen(t, badserver.Silent()).Addr(), hello(), "", "silence"},
		"never accepts":        {never.Addr(), hello(), "", "silence"},
		"closes at once":       {listen(t, badserver.ClosesAtOnce()).Addr(), nil, "", "fin"},
		"resets at once":       {listen(t, badserver.ResetsAtOnce()).Addr(), nil, "", "reset"},
		"closes on hello":      {listen(t, badserver.ClosesOnHello()).Addr(), hello(), "", "fin"},
		"closes on SSLv2":      {listen(t, badserver.ClosesOnHello()).Addr(), append([]byte{0x80, 46}, make([]byte, 46)...), "", "fin"},
		"resets on hello":      {listen(t, badserver.ResetsOnHello()).Addr(), hello(), "", "reset"},
		"waits for a hello":    {listen(t, badserver.ResetsOnHello()).Addr(), nil, "", "silence"},
		"drips":                {listen(t, badserver.Drips([]byte("ab"), time.Millisecond)).Addr(), hello(), "ab", "silence"},
		"drips slowly":         {listen(t, badserver.Drips([]byte("ab"), time.Hour)).Addr(), hello(), "", "silence"},
		"banner":               {listen(t, badserver.Banner(badserver.TelnetStartTLS)).Addr(), nil, "\xff\xfd\x2e", "silence"},
		"http":                 {listen(t, badserver.HTTPPlain()).Addr(), hello(), "HTTP/1.1 400 Bad Request\r\n", "fin"},
		"alerts":               {listen(t, badserver.AlertsAll(40)).Addr(), hello(), "\x15\x03\x03\x00\x02\x02\x28", "fin"},
		"garbage":              {listen(t, badserver.Garbage(1)).Addr(), hello(), "\x16\x03\x03\x02\x00", "fin"},
		"partial record":       {listen(t, badserver.HangsAfterPartialRecord()).Addr(), hello(), "\x16\x03\x03\x00\x5a\x02", "silence"},
		"huge flight":          {listen(t, badserver.HugeFlight()).Addr(), hello(), "\x16\x03\x03\x40\x00\x0b\xff\xff\xff", "more"},
		"opaque says nothing":  {opaque.Addr(), nil, "", "silence"},
		"plaintext echo":       {listen(t, badserver.Echo()).Addr(), []byte("abc"), "abc", "silence"},
		"forward to no server": {listen(t, badserver.Forward(netip.MustParseAddrPort("127.0.0.1:1"))).Addr(), hello(), "", "reset"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			silentAfter := talks
			if c.end == "silence" {
				silentAfter = len(c.want)
			}
			got, end := exchange(t, c.addr, c.send, 1<<20, silentAfter)
			assert.Equal(t, c.end, end)
			assert.True(t, bytes.HasPrefix(got, []byte(c.want)), "%q", got[:min(len(got), 64)])
			if c.want == "" {
				assert.Empty(t, got)
			}
		})
	}
}

func TestOpaqueIsNoTLS(t *testing.T) {
	for seed := range uint64(20) {
		got, _ := exchange(t, listen(t, badserver.Opaque(seed)).Addr(), hello(), 64, talks)
		require.Len(t, got, 64)
		assert.Condition(t, func() bool { return got[0] >= 0x20 && got[0] < 0x60 }, "%x", got[0])
		again, _ := exchange(t, listen(t, badserver.Opaque(seed)).Addr(), hello(), 64, talks)
		assert.Equal(t, got, again, "the seed decides")
	}
}

func tlsServer(t *testing.T) *badserver.Server {
	t.Helper()
	ca, err := pki.NewCA("Root")
	require.NoError(t, err)
	id, err := ca.Leaf(pki.Leaf{CommonName: "localhost"})
	require.NoError(t, err)
	return listen(t, badserver.TLS(&tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: tls.VersionTLS12}))
}

func TestForwardCountsAndChangesNothing(t *testing.T) {
	inner := tlsServer(t)
	proxy := listen(t, badserver.Forward(inner.Addr()))
	for range 3 {
		conn, err := tls.Dial("tcp", proxy.Addr().String(), &tls.Config{InsecureSkipVerify: true}) // not about trust
		require.NoError(t, err)
		_, err = conn.Write([]byte("ping"))
		require.NoError(t, err)
		echo := make([]byte, 4)
		_, err = io.ReadFull(conn, echo)
		require.NoError(t, err)
		assert.Equal(t, "ping", string(echo))
		require.NoError(t, conn.Close())
	}
	stats := proxy.Stats()
	assert.EqualValues(t, 3, stats.Connections)
	assert.EqualValues(t, 3, inner.Stats().Connections)
	assert.Greater(t, stats.ToServer, int64(600))
	assert.Greater(t, stats.ToClient, int64(600))

	got, end := exchange(t, proxy.Addr(), truth.Hello(truth.TLS10, []uint16{0x2f}, ""), 1<<16, talks)
	assert.Equal(t, []byte{21, 3, 1, 0, 2, 2, 70}, got, "an alert passes")
	assert.Equal(t, "fin", end)
	reset := listen(t, badserver.Forward(listen(t, badserver.ResetsOnHello()).Addr()))
	_, end = exchange(t, reset.Addr(), hello(), 1<<16, talks)
	assert.Equal(t, "reset", end, "a reset passes")
}

func TestResetOnlyHidesAlerts(t *testing.T) {
	proxy := listen(t, badserver.ResetOnly(tlsServer(t).Addr()))
	got, end := exchange(t, proxy.Addr(), truth.Hello(truth.TLS10, []uint16{0x2f}, ""), 1<<16, talks)
	assert.Empty(t, got)
	assert.Equal(t, "reset", end)
	closing := listen(t, badserver.ResetOnly(listen(t, badserver.ClosesOnHello()).Addr()))
	_, end = exchange(t, closing.Addr(), hello(), 1<<16, talks)
	assert.Equal(t, "reset", end)
	conn, err := tls.Dial("tcp", proxy.Addr().String(), &tls.Config{InsecureSkipVerify: true}) // not about trust
	require.NoError(t, err)
	require.NoError(t, conn.Close())
}

func TestClosesMidFlightSendsARealServerHello(t *testing.T) {
	proxy := listen(t, badserver.ClosesMidFlight(tlsServer(t).Addr()))
	got, end := exchange(t, proxy.Addr(), hello(), 1<<16, talks)
	require.Greater(t, len(got), 40)
	assert.Equal(t, []byte{22, 3, 3}, got[:3])
	assert.Equal(t, byte(2), got[5])
	assert.Equal(t, "fin", end)
}

func TestResetsAtRandomIsRepeatable(t *testing.T) {
	inner := listen(t, badserver.AlertsAll(40))
	run := func(probability float64) (resets int, ends string) {
		proxy := listen(t, badserver.ResetsAtRandom(inner.Addr(), probability, 7))
		for range 40 {
			_, end := exchange(t, proxy.Addr(), hello(), 1<<16, talks)
			ends += end[:1]
			if end == "reset" {
				resets++
			}
		}
		return resets, ends
	}
	some, first := run(0.3)
	_, second := run(0.3)
	assert.Equal(t, first, second)
	assert.Greater(t, some, 0)
	assert.Less(t, some, 40)
	none, _ := run(0)
	assert.Zero(t, none)
	all, _ := run(1)
	assert.Equal(t, 40, all)
}

func TestCloseEndsEveryConnection(t *testing.T) {
	s, err := badserver.Listen(badserver.Silent())
	require.NoError(t, err)
	conn, err := net.Dial("tcp", s.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	require.Eventually(t, func() bool { return s.Stats().Open == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, s.Close())
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	_, err = net.Dial("tcp", s.Addr().String())
	require.Error(t, err)
}
