// Package badserver listens on loopback and misbehaves: the peers that a scanner must survive and name. Each behaviour
// is a Handler; proxies in front of a real server are Handlers too. It needs no testing package, so that the demo and
// the benchmarks can use it.
//
// Limits: loopback by default, at most MaxConns connections at a time, each for at most MaxLife: what is over the
// limit waits in the backlog, as it would on a busy listener.
package badserver

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	MaxConns = 256             // connections served at a time by one Server
	MaxLife  = 2 * time.Minute // how long one connection is served before it is cut
)

// Handler serves one connection until it returns; the Server then closes the connection. ctx ends when the Server is
// closed or MaxLife is over, and the connection's reads and writes fail then.
type Handler func(ctx context.Context, conn *net.TCPConn)

// Stats counts what a Server saw. Only proxies count bytes.
type Stats struct {
	Connections int64 // accepted
	Open        int64 // being served now
	ToServer    int64 // bytes from the client to the inner server
	ToClient    int64 // bytes from the inner server to the client
}

// Server is a listener with a Handler.
type Server struct {
	listener *net.TCPListener
	cancel   context.CancelFunc
	done     sync.WaitGroup

	connections, open, toServer, toClient atomic.Int64
}

// Listen serves handler on 127.0.0.1 and a free port.
func Listen(handler Handler) (*Server, error) { return ListenOn("127.0.0.1:0", handler) }

// ListenOn serves handler on address, "host:port".
func ListenOn(address string, handler Handler) (*Server, error) {
	s, ctx, err := listen(address)
	if err != nil {
		return nil, err
	}
	s.done.Go(func() { s.accept(ctx, handler) })
	return s, nil
}

// NeverAccepts listens and leaves every connection in the backlog: the client's connect succeeds, and nothing else does.
func NeverAccepts() (*Server, error) {
	s, _, err := listen("127.0.0.1:0")
	return s, err
}

func listen(address string) (*Server, context.Context, error) {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	listener, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return nil, nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Server{listener: listener, cancel: cancel}, ctx, nil
}

func (s *Server) accept(ctx context.Context, handler Handler) {
	slots := make(chan struct{}, MaxConns)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		conn, err := s.listener.AcceptTCP()
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			<-slots
			time.Sleep(time.Millisecond) // out of file descriptors, or a client that left: not the end of the listener
			continue
		}
		s.connections.Add(1)
		s.open.Add(1)
		s.done.Go(func() {
			defer func() { s.open.Add(-1); <-slots }()
			s.serve(ctx, conn, handler)
		})
	}
}

func (s *Server) serve(ctx context.Context, conn *net.TCPConn, handler Handler) {
	ctx, cancel := context.WithTimeout(ctx, MaxLife)
	defer cancel()
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	handler(context.WithValue(ctx, serverKey{}, s), conn)
}

// serverKey finds the Server in a handler's context, for the byte counts of proxies.
type serverKey struct{}

func (s *Server) count(toServer, toClient int64) {
	s.toServer.Add(toServer)
	s.toClient.Add(toClient)
}

// Addr is where the Server listens.
func (s *Server) Addr() netip.AddrPort {
	addr := s.listener.Addr().(*net.TCPAddr).AddrPort() // a TCPListener has no other
	return netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	return Stats{
		Connections: s.connections.Load(), Open: s.open.Load(), ToServer: s.toServer.Load(), ToClient: s.toClient.Load(),
	}
}

// Close stops listening, ends every connection and waits until their handlers have returned.
func (s *Server) Close() error {
	s.cancel()
	err := s.listener.Close()
	s.done.Wait()
	return err
}
