package badserver_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest/badserver"
)

// TestFaultsAtRandom: each fault alone shows in what a client of an echo gets, and the same seed befalls the same bytes alike.
func TestFaultsAtRandom(t *testing.T) {
	echo, err := badserver.Listen(badserver.Echo())
	require.NoError(t, err)
	defer echo.Close()
	got := func(f badserver.Faults, seed uint64) (lengths []int) {
		s, err := badserver.Listen(badserver.FaultsAtRandom(echo.Addr(), f, seed))
		require.NoError(t, err)
		defer s.Close()
		for range 20 {
			conn, err := net.Dial("tcp", s.Addr().String())
			require.NoError(t, err)
			_, err = conn.Write(make([]byte, 2000))
			require.NoError(t, err)
			require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
			if f.Drop+f.Stall == 0 {
				_ = conn.(*net.TCPConn).CloseWrite() // a reset may have come first
			} else {
				require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
			}
			answer, _ := io.ReadAll(conn) // a reset shows in its length
			lengths = append(lengths, len(answer))
			_ = conn.Close()
		}
		return lengths
	}
	for name, f := range map[string]badserver.Faults{"drop": {Drop: 1}, "reset": {Reset: 1}, "close": {Close: 1}} {
		for _, n := range got(f, 1) {
			assert.Zero(t, n, name)
		}
	}
	for _, n := range got(badserver.Faults{Delay: 1, MaxDelay: time.Microsecond}, 1) {
		assert.Equal(t, 2000, n, "late, and whole")
	}
	for _, n := range got(badserver.Faults{}, 1) {
		assert.Equal(t, 2000, n)
	}
	for _, n := range got(badserver.Faults{Stall: 1}, 1) {
		assert.Less(t, n, 2000)
	}
	cut := got(badserver.Faults{Cut: 1}, 1)
	for _, n := range cut {
		assert.Less(t, n, 2000)
	}
	assert.Equal(t, cut, got(badserver.Faults{Cut: 1}, 1), "repeatable")
	assert.NotEqual(t, cut, got(badserver.Faults{Cut: 1}, 2), "and another seed is another network")
}
