package tlstest

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// maxLog is how much of a server's log is kept, in bytes: one that logs every connection must not fill the memory.
const maxLog = 256 << 10

// logBuffer keeps the end of what a process writes.
type logBuffer struct {
	mu   sync.Mutex
	data []byte
}

// Write never fails.
func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.data = append(l.data, p...)
	if len(l.data) > maxLog {
		l.data = append(l.data[:0], l.data[len(l.data)-maxLog/2:]...)
	}
	return len(p), nil
}

// String returns a copy.
func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.data)
}

// freePort finds a port below the range that outgoing connections take theirs from (32768 up on Linux), so that only
// another server can take it meanwhile. Each process begins elsewhere.
func freePort(t testing.TB) uint16 {
	t.Helper()
	const low, size = 12000, 20000
	for i := range size {
		port := low + (os.Getpid()*97+int(ports.Add(1))+i)%size
		listener, err := net.ListenTCP("tcp", &net.TCPAddr{Port: port}) // all addresses: gnutls-serv wants them
		if err != nil {
			continue
		}
		_ = listener.Close()
		return uint16(port) // 12000 to 31999
	}
	t.Fatal("tlstest: no free port")
	return 0
}

// ports makes two servers that a process starts at the same time look at different ports.
var ports atomic.Int64
