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
	var mu sync.Mutex
	times := map[[32]byte]uint64{}
	return func(ctx context.Context, client *net.TCPConn) {
		first := make([]byte, 1<<15)
		n, err := client.Read(first)
		if err != nil {
			return
		}
		sum := sha256.Sum256(first[:n])
		mu.Lock()
		count := times[sum]
		times[sum]++
		mu.Unlock()
		random := rand.New(rand.NewPCG(seed, binary.BigEndian.Uint64(sum[:])+count)) // repeatable is the point
		f.befall(ctx, client, first[:n], inner, random)
	}
}

// befall draws one connection's fate.
func (f Faults) befall(ctx context.Context, client *net.TCPConn, first []byte, inner netip.AddrPort, random *rand.Rand) {
	drawn := random.Float64()
	falls := func(share float64) bool { drawn -= share; return drawn < 0 }
	const commonAnswer = 1500 // most answers are no longer: a cut is to fall into them
	at := random.IntN(commonAnswer)
	if random.IntN(4) == 0 {
		at = random.IntN(100) // inside the ServerHello
	}
	switch {
	case falls(f.Drop):
		_, _ = io.Copy(io.Discard, client)
	case falls(f.Reset):
		reset(client)
	case falls(f.Close):
	case falls(f.Cut):
		passOn(ctx, client, first, inner, &answer{left: at})
	case falls(f.CutReset):
		passOn(ctx, client, first, inner, &answer{left: at, end: func() { reset(client) }})
	case falls(f.Stall):
		passOn(ctx, client, first, inner, &answer{left: at, end: func() { _, _ = io.Copy(io.Discard, client) }})
	case falls(f.Delay):
		passOn(ctx, client, first, inner, &answer{left: -1, piece: 1 + random.IntN(300), late: f.MaxDelay, random: random})
	default:
		passOn(ctx, client, first, inner, &answer{left: -1})
	}
}

// answer says how much of inner's answer gets through, and how.
type answer struct {
	left   int    // octets until end; below zero: all
	end    func() // what happens then, before the connection is closed; nil: nothing
	piece  int    // octets at a time; zero: as they come
	late   time.Duration
	random *rand.Rand
}

// passOn sends first and what else the client says to inner, and as much of inner's answer back as gets through.
func passOn(ctx context.Context, client *net.TCPConn, first []byte, inner netip.AddrPort, a *answer) {
	withInner(ctx, client, inner, func(server *net.TCPConn) {
		if _, err := server.Write(first); err != nil {
			reset(client)
			return
		}
		var up sync.WaitGroup
		defer up.Wait()
		up.Go(func() { oneWay(ctx, server, client, true) })
		if a.pass(ctx, client, server) {
			return
		}
		reset(server) // at once: some servers serve one connection at a time
		if a.end != nil {
			a.end()
		}
		_ = client.SetReadDeadline(time.Unix(1, 0)) // the other direction ends as well
	})
}

// pass copies inner's answer, and says whether it came to its own end.
func (a *answer) pass(ctx context.Context, client, server *net.TCPConn) bool {
	size := 1 << 15
	if a.piece > 0 {
		size = a.piece
	}
	buffer := make([]byte, size)
	for a.left != 0 {
		n, err := server.Read(buffer)
		if a.left > 0 {
			n = min(n, a.left)
			a.left -= n
		}
		if a.late > 0 && !wait(ctx, time.Duration(a.random.Int64N(int64(a.late)+1))) {
			return false
		}
		if _, werr := client.Write(buffer[:n]); werr != nil {
			reset(server)
			return true
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			_ = client.CloseWrite()
			return true
		default:
			reset(client)
			return true
		}
	}
	return false
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
