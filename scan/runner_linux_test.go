package scan_test

// These need several addresses of this machine: Linux answers on all of 127.0.0.0/8.

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/scan"
)

// TestLeftAloneIsOneAddress: the others are looked at all the same.
func TestLeftAloneIsOneAddress(t *testing.T) {
	failing := closesAfter(t, 1)
	other, err := badserver.ListenOn("127.0.0.2:0", badserver.Banner("answer"))
	require.NoError(t, err)
	defer other.Close()
	r := runner(lines(1, 6), lines(3, 6)[1:])
	r.Pace = scan.Pace{All: 1, PerPort: 1}
	got, err := run(context.Background(), r, target("a", failing), target("b", other.Addr()))
	require.NoError(t, err)
	assert.Equal(t, 3, got["b"].Cost.Connections)
	assert.Empty(t, got["b"].NotTested)
}

// TestOneAddress: nothing but the target's address is dialled, whatever its name stands for.
func TestOneAddress(t *testing.T) {
	meant, err := badserver.ListenOn("127.0.0.2:0", badserver.Banner("answer"))
	require.NoError(t, err)
	defer meant.Close()
	other, err := badserver.ListenOn(fmt.Sprintf("127.0.0.1:%d", meant.Addr().Port()), badserver.Banner("answer"))
	require.NoError(t, err)
	defer other.Close()
	got, err := run(context.Background(), runner(lines(8, 6)), target("x", meant.Addr()))
	require.NoError(t, err)
	assert.EqualValues(t, 8, meant.Stats().Connections)
	assert.Zero(t, other.Stats().Connections)
	assert.Equal(t, "127.0.0.2", got["x"].Target.Address)
}

// TestSource: connections come from the address given, and each one's port is on record.
func TestSource(t *testing.T) {
	var mu sync.Mutex
	var seen []uint16
	s := tlstest.Bad(t, func(_ context.Context, conn *net.TCPConn) {
		from := conn.RemoteAddr().(*net.TCPAddr).AddrPort()
		mu.Lock()
		assert.Equal(t, "127.0.0.3", from.Addr().Unmap().String())
		seen = append(seen, from.Port())
		mu.Unlock()
		_, _ = conn.Write([]byte("answer"))
		_, _ = io.Copy(io.Discard, conn)
	})
	r := runner(lines(5, 6))
	r.Source = netip.MustParseAddr("127.0.0.3")
	got, err := run(context.Background(), r, target("x", s.Addr()))
	require.NoError(t, err)
	o := got["x"]
	assert.Equal(t, "127.0.0.3", o.Source)
	var recorded []uint16
	for _, x := range o.Evidence {
		recorded = append(recorded, x.SourcePort)
	}
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(seen)
	slices.Sort(recorded)
	assert.Equal(t, seen, recorded)
}
