package probes_test

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// TestOutage: a listener that refuses by reset, as AT-TLS does, resets all for a while in the middle of a look, as one does that is overloaded or behind
// a limit to the rate of connections. What falls into that time is unknown, however often it is asked then.
func TestOutage(t *testing.T) {
	inner := badserver.ResetOnly(tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE+AES:@SECLEVEL=0").Addr)
	good := look(t, tlstest.Bad(t, inner).Addr(), deep())
	for _, c := range []struct{ after, length int64 }{{6, 4}, {10, 8}, {14, 2}, {22, 3}, {34, 4}, {43, 3}} {
		t.Run(fmt.Sprintf("%d connections after %d", c.length, c.after), func(t *testing.T) {
			var connections atomic.Int64
			s := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
				if n := connections.Add(1); n >= c.after && n < c.after+c.length {
					badserver.ResetsOnHello()(ctx, conn)
					return
				}
				inner(ctx, conn)
			})
			o := look(t, s.Addr(), deep())
			requireNothingInvented(t, good, o)
			requireGapsAreSaid(t, good, o)
		})
	}
}
