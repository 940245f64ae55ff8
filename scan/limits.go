package scan

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// limits hands out the right to dial, as the pace allows. It is shared by all targets of a run.
type limits struct {
	pace Pace
	all  *semaphore.Weighted

	mu        sync.Mutex
	addresses map[netip.Addr]*addressLimit
	ports     map[netip.AddrPort]*semaphore.Weighted
}

type addressLimit struct {
	open  *semaphore.Weighted
	begun *semaphore.Weighted // targets
	rate  *rate.Limiter

	mu       sync.Mutex
	distress string // set once: why the address is left alone from now on
}

const noBound = 1 << 20

func bound(n int) int64 {
	if n <= 0 {
		return noBound
	}
	return int64(n)
}

func newLimits(p Pace) *limits {
	return &limits{pace: p, all: semaphore.NewWeighted(bound(p.All)),
		addresses: map[netip.Addr]*addressLimit{}, ports: map[netip.AddrPort]*semaphore.Weighted{}}
}

func (l *limits) address(a netip.Addr) *addressLimit {
	l.mu.Lock()
	defer l.mu.Unlock()
	got := l.addresses[a]
	if got == nil {
		limit := rate.Inf
		if l.pace.Rate > 0 {
			limit = rate.Limit(l.pace.Rate)
		}
		open := bound(l.pace.PerAddress)
		got = &addressLimit{open: semaphore.NewWeighted(open), begun: semaphore.NewWeighted(2 * open), rate: rate.NewLimiter(limit, 1)}
		l.addresses[a] = got
	}
	return got
}

func (l *limits) port(ap netip.AddrPort) *semaphore.Weighted {
	l.mu.Lock()
	defer l.mu.Unlock()
	got := l.ports[ap]
	if got == nil {
		got = semaphore.NewWeighted(bound(l.pace.PerPort))
		l.ports[ap] = got
	}
	return got
}

// begin waits until one more target at an address may be begun, and returns what is to be called at its end. A target that is begun keeps all its
// answers in memory until it is done, so no more are than can use the address's connections; twice as many, as some pause. When ctx ends
// first, nothing is waited for.
func (l *limits) begin(ctx context.Context, a netip.Addr) (end func()) {
	begun := l.address(a).begun
	if begun.Acquire(ctx, 1) != nil {
		return func() {}
	}
	return func() { begun.Release(1) }
}

// acquire waits until one more connection may be opened to ap. The returned function gives the place back.
func (l *limits) acquire(ctx context.Context, ap netip.AddrPort) (release func(), err error) {
	port, addr := l.port(ap), l.address(ap.Addr())
	taken := []*semaphore.Weighted{}
	release = func() {
		for _, s := range taken {
			s.Release(1)
		}
	}
	for _, s := range []*semaphore.Weighted{port, addr.open, l.all} {
		if err := s.Acquire(ctx, 1); err != nil {
			release()
			return nil, err
		}
		taken = append(taken, s)
	}
	if err := l.tick(ctx, addr); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// tick waits for the address's next turn, and where there is a rate up to a fifth of a turn longer, so that the scans of many
// workers do not march in step.
func (l *limits) tick(ctx context.Context, a *addressLimit) error {
	if err := a.rate.Wait(ctx); err != nil {
		return err
	}
	if l.pace.Rate <= 0 {
		return nil
	}
	return sleep(ctx, time.Duration(rand.Float64()*0.2*float64(time.Second)/l.pace.Rate))
}

// leaveAlone marks an address as in distress; the first reason stays.
func (a *addressLimit) leaveAlone(why string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.distress == "" {
		a.distress = why
	}
}

func (a *addressLimit) leftAlone() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.distress
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
