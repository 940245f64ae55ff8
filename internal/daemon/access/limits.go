package access

import (
	"container/list"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What may be tried. Who guesses from one address runs into the limit of that name from there long before the name's own, so that a stranger
// locks out nobody else.
const (
	pairBurst, pairEvery       = 10, 30 * time.Second // one name from one address
	nameBurst, nameEvery       = 60, 6 * time.Second  // one name from everywhere
	addressBurst, addressEvery = 60, 6 * time.Second  // all names from one address
	noteBurst, noteEvery       = 10, time.Minute      // lines of the audit log about what was refused, of one address
	maxBuckets                 = 4096                 // of each kind; the one that was not used for longest goes first
)

// TooMany says that a name or an address has tried too often.
type TooMany struct{ Wait time.Duration }

// Error says how long to wait, and not whether the name exists.
func (e TooMany) Error() string {
	return fmt.Sprintf("too many attempts; try again in %d seconds", e.Seconds())
}

// Seconds is the time to wait, for Retry-After.
func (e TooMany) Seconds() int { return int((e.Wait + time.Second - 1) / time.Second) }

// loginLimits are the counters of sign-ins.
type loginLimits struct{ pair, name, address, note *limiter }

func newLoginLimits() *loginLimits {
	return &loginLimits{
		pair: newLimiter(pairBurst, pairEvery), name: newLimiter(nameBurst, nameEvery), address: newLimiter(addressBurst, addressEvery),
		note: newLimiter(noteBurst, noteEvery),
	}
}

// attempt counts one.
func (l *loginLimits) attempt(now time.Time, name, from string) error {
	from = Network(from)
	for _, each := range []struct {
		*limiter
		key string
	}{{l.address, from}, {l.pair, name + " " + from}, {l.name, name}} {
		if wait := each.take(now, each.key); wait > 0 {
			return TooMany{wait}
		}
	}
	return nil
}

// succeeded forgets what was tried with a name: whoever it was has signed in. The address goes on counting, for it may guess other names.
func (l *loginLimits) succeeded(name, from string) {
	l.pair.forget(name + " " + Network(from))
	l.name.forget(name)
}

// Network is what one guesser has: an address, or a /64 of IPv6.
func Network(from string) string {
	addr, err := netip.ParseAddr(from)
	if err != nil || addr.Unmap().Is4() {
		return from
	}
	prefix, _ := addr.WithZone("").Prefix(64) // fails for no length below 128
	return prefix.String()
}

// limiter has a token bucket for each key, in bounded memory.
type limiter struct {
	burst int
	every time.Duration
	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of buckets, the one that was used last in front
}

type bucket struct {
	key   string
	limit *rate.Limiter
}

func newLimiter(burst int, every time.Duration) *limiter {
	return &limiter{burst: burst, every: every, byKey: map[string]*list.Element{}, order: list.New()}
}

// take takes a token, or says how long it would be until there is one.
func (l *limiter) take(now time.Time, key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.byKey[key]
	if !ok {
		e = l.order.PushFront(bucket{key, rate.NewLimiter(rate.Every(l.every), l.burst)})
		l.byKey[key] = e
		if last := l.order.Back(); l.order.Len() > maxBuckets {
			delete(l.byKey, l.order.Remove(last).(bucket).key)
		}
	}
	l.order.MoveToFront(e)
	reserved := e.Value.(bucket).limit.ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now)
	}
	return wait
}

func (l *limiter) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.byKey[key]; ok {
		l.order.Remove(e)
		delete(l.byKey, key)
	}
}
