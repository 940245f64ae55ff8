package daemon

import (
	"net"
	"net/netip"
	"sync"

	"github.com/portseal/portseal/internal/daemon/access"
)

// sendBuffer is how much of an answer the system takes ahead of its reader, in octets. Its own choice grows to megabytes, which a slow reader takes
// half a minute for: until then nobody could tell one from a reader that takes nothing.
const sendBuffer = 256 << 10

// fair is a listener that takes only so many connections of one address (of one /64 of IPv6), and closes what comes beyond.
type fair struct {
	net.Listener
	most int

	mu   sync.Mutex
	open map[string]int
}

// Accept returns the next connection that there is room for.
func (l *fair) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := c.RemoteAddr().String()
		if at, err := netip.ParseAddrPort(from); err == nil {
			from = access.Network(at.Addr().Unmap().String())
		}
		if tcp, is := c.(*net.TCPConn); is {
			_ = tcp.SetWriteBuffer(sendBuffer) // of another size it works too
		}
		if l.enter(from) {
			return &counted{Conn: c, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		_ = c.Close()
	}
}

func (l *fair) enter(from string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from] >= l.most {
		return false
	}
	l.open[from]++
	return true
}

func (l *fair) leave(from string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

// counted is a connection that counts until it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
