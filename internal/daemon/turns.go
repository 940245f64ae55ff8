package daemon

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/portseal/portseal/internal/daemon/access"
)

// How many reports are on their way to whoever asked. A large one takes a hundred megabytes until its reader has it all, and a reader may be
// slow: nobody may take all of the memory, or all of the turns.
const (
	reportsAtOnce = 8
	reportsOfOne  = 2 // user
	turnWithin    = 30 * time.Second
)

// turns are counted by user.
type turns struct {
	mu    sync.Mutex
	all   int
	by    map[string]int
	ended chan struct{} // closed when one ends
}

func newTurns() *turns { return &turns{by: map[string]int{}, ended: make(chan struct{})} }

// take waits for a turn. It is false when ctx ends before.
func (t *turns) take(ctx context.Context, who string) bool {
	for {
		t.mu.Lock()
		ended, free := t.ended, t.all < reportsAtOnce && t.by[who] < reportsOfOne
		if free {
			t.all++
			t.by[who]++
		}
		t.mu.Unlock()
		if free {
			return true
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return false
		}
	}
}

// end gives a turn back.
func (t *turns) end(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all--
	if t.by[who]--; t.by[who] == 0 {
		delete(t.by, who)
	}
	close(t.ended)
	t.ended = make(chan struct{})
}

// inTurn lets few requests at a time through. Whoever waits in vain is told to come again.
func (s *service) inTurn(t *turns, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, _ := access.UserOf(r.Context())
		ctx, cancel := context.WithTimeout(r.Context(), turnWithin)
		defer cancel()
		if t.take(ctx, who.Name) {
			defer t.end(who.Name)
			next.ServeHTTP(w, r)
			return
		}
		s.access.Refuse(w, r, access.Fault{Status: http.StatusServiceUnavailable, Title: "Too many reports at once", Retry: int(turnWithin.Seconds()),
			Detail: "Other reports are being fetched, " + strconv.Itoa(reportsOfOne) + " of them by you. Try again when one of those has come."})
	})
}
