package probes_test

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// TestOutage: a listener that refuses by reset, as AT-TLS does, resets all for a while in the middle of a look, as one does that is overloaded or behind
// a limit to the rate of connections. What falls into that time is unknown, however often it is asked then.
func TestOutage(t *testing.T) {
	const outage = 10 * time.Millisecond
	inner := badserver.ResetOnly(tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE+AES:@SECLEVEL=0").Addr)
	good := look(t, tlstest.Bad(t, inner).Addr(), deep())
	for _, after := range []int64{6, 10, 14, 22, 34} {
		t.Run(fmt.Sprintf("after %d", after), func(t *testing.T) {
			var connections, until atomic.Int64
			s := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
				if connections.Add(1) == after {
					until.Store(time.Now().Add(outage).UnixNano())
				}
				if time.Now().UnixNano() < until.Load() {
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
