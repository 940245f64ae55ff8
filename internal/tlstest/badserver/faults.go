package badserver

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Faults is what FaultsAtRandom does to connections, as shares of 0 to 1 that add up to at most 1; the rest is passed on as it is.
type Faults struct {
	Drop     float64       // the client's bytes go nowhere, and nothing comes back
	Reset    float64       // a RST instead of an answer
	Close    float64       // a FIN instead of an answer
	Cut      float64       // the answer ends by a FIN after some of its octets
	CutReset float64       // the same, by a RST
	Stall    float64       // nothing more comes after some octets of the answer, and the connection stays
	Delay    float64       // the answer comes in small pieces, each late by up to MaxDelay
	MaxDelay time.Duration // of one piece
}

// FaultsAtRandom is a bad network in front of inner. What befalls a connection hangs on the seed, on the client's first octets and on how often
// the same have come before: the order in which connections arrive changes nothing for a client that repeats its bytes.
func FaultsAtRandom(inner netip.AddrPort, f Faults, seed uint64) Handler {
	next := fates(seed)
	return func(ctx context.Context, client *net.TCPConn) {
		first := make([]byte, 1<<15)
		if n, err := client.Read(first); err == nil {
			f.befall(ctx, client, first[:n], inner, next(first[:n]))
		}
	}
}

// FaultsBehindGreeting is FaultsAtRandom in front of a server that speaks first: the fate is drawn with the client's first octets and, where
// that spared the connection, once more with its ClientHello.
func FaultsBehindGreeting(inner netip.AddrPort, f Faults, seed uint64) Handler {
	next := fates(seed)
	return func(ctx context.Context, client *net.TCPConn) {
		withInner(ctx, client, inner, func(server *net.TCPConn) { f.befallBehind(ctx, client, server, next) })
	}
}

// fates makes the randomness of each connection.
func fates(seed uint64) func(said []byte) *rand.Rand {
	var mu sync.Mutex
	times := map[[32]byte]uint64{}
	return func(said []byte) *rand.Rand {
		sum := sha256.Sum256(said)
		mu.Lock()
		defer mu.Unlock()
		count := times[sum]
		times[sum]++
		return rand.New(rand.NewPCG(seed, binary.BigEndian.Uint64(sum[:])+count)) // repeatable is the point
	}
}

// draw draws what becomes of the answer to client.
func (f Faults) draw(client *net.TCPConn, random *rand.Rand) *answer {
	drawn := random.Float64()
	falls := func(share float64) bool { drawn -= share; return drawn < 0 }
	const commonAnswer = 1500 // most answers are no longer: a cut is to fall into them
	at := random.IntN(commonAnswer)
	if random.IntN(4) == 0 {
		at = random.IntN(100) // inside the ServerHello
	}
	abort := func() { reset(client) }
	hang := func() { _, _ = io.Copy(io.Discard, client) }
	switch {
	case falls(f.Drop):
		return &answer{lost: true, end: hang}
	case falls(f.Reset):
		return &answer{lost: true, end: abort}
	case falls(f.Close):
		return &answer{lost: true, end: func() {}}
	case falls(f.Cut):
		return &answer{left: at, end: func() {}}
	case falls(f.CutReset):
		return &answer{left: at, end: abort}
	case falls(f.Stall):
		return &answer{left: at, end: hang}
	case falls(f.Delay):
		return &answer{left: -1, piece: 1 + random.IntN(300), late: f.MaxDelay, random: random}
	}
	return &answer{left: -1}
}

// answer says how much of inner's answer gets through, and how.
type answer struct {
	lost   bool   // what the client said does not get through either
	left   int    // octets until end; below zero: all
	end    func() // what happens then, before the connection is closed
	piece  int    // octets at a time; zero: as they come
	late   time.Duration
	random *rand.Rand
}

// befall draws one connection's fate, and sends first and what else the client says to inner, and as much of inner's answer back as gets through.
func (f Faults) befall(ctx context.Context, client *net.TCPConn, first []byte, inner netip.AddrPort, random *rand.Rand) {
	a := f.draw(client, random)
	if a.lost {
		a.end()
		return
	}
	withInner(ctx, client, inner, func(server *net.TCPConn) {
		if _, err := server.Write(first); err != nil {
			reset(client)
			return
		}
		var up sync.WaitGroup
		defer up.Wait()
		up.Go(func() { oneWay(ctx, server, client, true) })
		pass(ctx, client, server, func() *answer { return a })
	})
}

// befallBehind passes the greeting on, and draws a fate for what is said in clear and one for TLS.
func (f Faults) befallBehind(ctx context.Context, client, server *net.TCPConn, next func([]byte) *rand.Rand) {
	var fate atomic.Pointer[answer]
	fate.Store(&answer{left: -1})
	var down sync.WaitGroup
	defer down.Wait()
	down.Go(func() { pass(ctx, client, server, fate.Load) })
	buffer := make([]byte, 1<<15)
	for clear, secured := false, false; ; {
		n, err := client.Read(buffer)
		if err != nil {
			reset(server)
			return
		}
		const handshake = 22
		if hello := buffer[0] == handshake; !clear || hello && !secured {
			clear, secured = true, hello
			fate.Store(f.draw(client, next(buffer[:n])))
		}
		if a := fate.Load(); a.lost {
			a.end()
			reset(server)
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			reset(client)
			return
		}
	}
}

// pass copies inner's answer as its fate is when it comes, to its own end or to that which fate has for it.
func pass(ctx context.Context, client, server *net.TCPConn, fate func() *answer) {
	buffer := make([]byte, 1<<15)
	for {
		n, err := server.Read(buffer)
		a := fate()
		switch {
		case !a.through(ctx, client, buffer[:n]):
			reset(server) // at once: some servers serve one connection at a time
			a.end()
			_ = client.SetReadDeadline(time.Unix(1, 0)) // the other direction ends as well
			return
		case errors.Is(err, io.EOF):
			_ = client.CloseWrite()
			return
		case err != nil:
			reset(client)
			return
		}
	}
}

// through lets octets of the answer through, and says whether more may come.
func (a *answer) through(ctx context.Context, client *net.TCPConn, b []byte) bool {
	whole := a.left < 0 || len(b) < a.left
	if !whole {
		b = b[:a.left]
	}
	a.left = max(a.left-len(b), min(a.left, 0))
	for len(b) > 0 {
		n := len(b)
		if a.piece > 0 {
			n = min(n, a.piece)
		}
		if a.late > 0 && !wait(ctx, time.Duration(a.random.Int64N(int64(a.late)+1))) {
			return whole
		}
		if _, err := client.Write(b[:n]); err != nil {
			return whole // the client is gone, and its end ends the other direction
		}
		b = b[n:]
	}
	return whole
}

// wait returns false when ctx ends first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
