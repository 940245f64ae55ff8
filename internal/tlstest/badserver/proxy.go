package badserver

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Forward passes everything on to inner and back, ends of stream and resets included. Listen(Forward(inner)) counts
// connections and bytes independently of the client that makes them: see Server.Stats.
func Forward(inner netip.AddrPort) Handler {
	return func(ctx context.Context, client *net.TCPConn) {
		withInner(ctx, client, inner, func(server *net.TCPConn) { pipe(ctx, client, server) })
	}
}

// ResetsAtRandom resets a share of the connections (probability 0 to 1) before a byte is forwarded to inner. The same
// seed and order of connections gives the same resets.
func ResetsAtRandom(inner netip.AddrPort, probability float64, seed uint64) Handler {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 0)) // repeatable is the point
	forward := Forward(inner)
	return func(ctx context.Context, client *net.TCPConn) {
		mu.Lock()
		unlucky := random.Float64() < probability
		mu.Unlock()
		if unlucky {
			drain(client)
			reset(client)
			return
		}
		forward(ctx, client)
	}
}

// ResetOnly makes of inner a TLS server that refuses only by TCP reset, as AT-TLS does: where inner answers with an
// alert record or closes before it has sent a ServerHello, the client gets a RST and no byte.
func ResetOnly(inner netip.AddrPort) Handler {
	return func(ctx context.Context, client *net.TCPConn) {
		withInner(ctx, client, inner, func(server *net.TCPConn) {
			// The client speaks first: what it says goes on to inner while the first byte of the answer is awaited.
			var up sync.WaitGroup
			defer up.Wait()
			up.Go(func() { oneWay(ctx, server, client, true) })
			first := make([]byte, 1)
			if _, err := io.ReadFull(server, first); err != nil || first[0] != 22 {
				reset(client)
				reset(server)
				return
			}
			if _, err := client.Write(first); err != nil {
				reset(server)
				return
			}
			count(ctx, 0, 1)
			oneWay(ctx, client, server, false)
		})
	}
}

// ClosesMidFlight lets inner's first record through, a real ServerHello, and then closes with a FIN. The hello may come in many records.
func ClosesMidFlight(inner netip.AddrPort) Handler {
	return func(ctx context.Context, client *net.TCPConn) {
		withInner(ctx, client, inner, func(server *net.TCPConn) {
			var sending sync.WaitGroup
			sending.Go(func() { _, _ = io.Copy(server, client) })
			if flight, err := readRecord(server); err == nil {
				_, _ = client.Write(flight)
			}
			_ = client.SetReadDeadline(time.Unix(1, 0))
			sending.Wait()
		})
	}
}

func readRecord(conn *net.TCPConn) ([]byte, error) {
	record := make([]byte, 5, 1024)
	if _, err := io.ReadFull(conn, record); err != nil {
		return nil, err
	}
	if record[0] < 20 || record[0] > 24 {
		return nil, errors.New("no TLS record")
	}
	body := make([]byte, int(record[3])<<8|int(record[4]))
	_, err := io.ReadFull(conn, body)
	return append(record, body...), err
}

// withInner dials inner for one client; a client whose inner server cannot be reached is reset.
func withInner(ctx context.Context, client *net.TCPConn, inner netip.AddrPort, serve func(*net.TCPConn)) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", inner.String())
	if err != nil {
		reset(client)
		return
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	serve(conn.(*net.TCPConn)) // network "tcp"
}

// pipe copies both ways until both have ended.
func pipe(ctx context.Context, client, server *net.TCPConn) {
	var up sync.WaitGroup
	up.Go(func() { oneWay(ctx, server, client, true) })
	oneWay(ctx, client, server, false)
	up.Wait()
}

// oneWay copies from src to dst and hands on how src ended: end of stream as a FIN, anything else as a RST.
func oneWay(ctx context.Context, dst, src *net.TCPConn, toServer bool) {
	buffer := make([]byte, 1<<15)
	for {
		n, err := src.Read(buffer)
		if n > 0 {
			if _, werr := dst.Write(buffer[:n]); werr != nil {
				reset(src)
				return
			}
			if toServer {
				count(ctx, int64(n), 0)
			} else {
				count(ctx, 0, int64(n))
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			_ = dst.CloseWrite()
			return
		default:
			reset(dst)
			return
		}
	}
}

func count(ctx context.Context, toServer, toClient int64) {
	if s, ok := ctx.Value(serverKey{}).(*Server); ok {
		s.count(toServer, toClient)
	}
}
