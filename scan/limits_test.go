package scan

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRate: at most so many new connections a second to one address, whatever the port; other addresses have their own turn.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace, err := ParsePace("gentle")
		require.NoError(t, err)
		lim := newLimits(pace)
		one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		var mu sync.Mutex
		dials := map[netip.Addr][]time.Time{}
		var wg sync.WaitGroup
		for i := range 60 {
			to := netip.AddrPortFrom([]netip.Addr{one, two}[i%2], uint16(1000+i%6))
			wg.Go(func() {
				release, err := lim.acquire(context.Background(), to)
				if !assert.NoError(t, err) {
					return
				}
				mu.Lock()
				dials[to.Addr()] = append(dials[to.Addr()], time.Now())
				mu.Unlock()
				release()
			})
		}
		wg.Wait()
		for addr, at := range dials {
			require.Len(t, at, 30)
			for i := range at[:len(at)-6] {
				assert.GreaterOrEqual(t, at[i+6].Sub(at[i]), time.Second, "%s: 7 dials from the %dth on", addr, i)
			}
			assert.Less(t, at[29].Sub(at[0]), 10*time.Second, "and it is used: 30 dials at 5 a second, and the jitter")
		}
	})
}

// TestAcquireEndsWithItsContext, and gives back what it had.
func TestAcquireEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lim := newLimits(Pace{PerPort: 1, PerAddress: 1, All: 1, Rate: 0.001})
		to := netip.MustParseAddrPort("192.0.2.1:443")
		release, err := lim.acquire(context.Background(), to)
		require.NoError(t, err)
		for _, busy := range []netip.AddrPort{to, netip.MustParseAddrPort("192.0.2.1:444"), netip.MustParseAddrPort("192.0.2.2:443")} {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			_, err := lim.acquire(ctx, busy)
			require.Error(t, err, "%s", busy)
			cancel()
		}
		release()
		began := time.Now()
		release, err = lim.acquire(context.Background(), to)
		require.NoError(t, err, "the places are free again; the rate is what is waited for")
		assert.Positive(t, time.Since(began))
		release()
	})
}

func TestBackoff(t *testing.T) {
	var waits []time.Duration
	for attempt := range 7 {
		waits = append(waits, backoff(attempt))
	}
	assert.Equal(t, []time.Duration{time.Second / 2, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second,
		8 * time.Second}, waits)
}

// TestLeaveAlone keeps the first reason.
func TestLeaveAlone(t *testing.T) {
	lim := newLimits(Pace{})
	a := netip.MustParseAddr("192.0.2.1")
	assert.Empty(t, lim.address(a).leftAlone())
	lim.address(a).leaveAlone("first")
	lim.address(a).leaveAlone("second")
	assert.Equal(t, "first", lim.address(a).leftAlone())
	assert.Empty(t, lim.address(netip.MustParseAddr("192.0.2.2")).leftAlone())
}

func TestPaces(t *testing.T) {
	// CONTRACT's table.
	for name, want := range map[string]Pace{
		"gentle": {"gentle", 1, 2, 5, 64, 60}, "normal": {"normal", 4, 8, 50, 256, 500}, "fast": {"fast", 8, 64, 0, 1024, 0},
	} {
		got, err := ParsePace(name)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := ParsePace("warp")
	assert.EqualError(t, err, `unknown pace "warp": want gentle, normal or fast`)
}

// TestBegin: of one address no more targets are begun than twice its connections; another address has its own turn, and an ended context waits for nothing.
func TestBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lim := newLimits(Pace{PerAddress: 3})
		one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		begun := make(chan func(), 10)
		for range 10 {
			go func() { begun <- lim.begin(t.Context(), one) }()
		}
		synctest.Wait()
		assert.Len(t, begun, 6)
		lim.begin(t.Context(), two)()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		lim.begin(ended, one)()
		for range 10 {
			(<-begun)()
		}
	})
}
