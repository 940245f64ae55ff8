package web

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// Bounds of the streams in which pages follow runs. Each holds a connection, or a stream of one (HTTP/2): a page that gets none asks now and then.
const (
	streamsAtOnce  = 64
	streamsOfOne   = 4 // user: a browser has six connections for a host where there is no HTTP/2, and the pages need some
	lookEvery      = time.Second
	elsewhereEvery = 5 * time.Second // of a run that another service makes, which is looked up in the history
	beatEvery      = 15 * time.Second
	sendWithin     = 10 * time.Second
)

// following is how far a run has come, for the script of its page.
type following struct {
	Running bool   `json:"running"`
	Text    string `json:"text"`
	Done    int    `json:"done"`
	All     int    `json:"all"`
	Latest  string `json:"latest,omitempty"` // the listener that was done last
	here    bool   // this service makes it
}

// following looks up how far a run has come.
func (p *Pages) following(ctx context.Context, id string) (following, error) {
	if now, ok := p.Control.Progress(id); ok {
		return following{Running: true, Text: progressText(now), Done: now.Done, All: now.All, Latest: now.Latest, here: true}, nil
	}
	run, err := p.Store.Run(ctx, id)
	if err != nil || run.State != history.Running {
		return following{}, err
	}
	return following{Running: true, Text: "Another service makes this run."}, nil
}

// progress says once how far a run has come.
func (p *Pages) progress(w http.ResponseWriter, r *http.Request) {
	said, err := p.following(r.Context(), r.PathValue("id"))
	if err != nil {
		t := p.troubleOf(r, err)
		http.Error(w, t.title, t.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	p.unwritten(r.Context(), json.NewEncoder(w).Encode(said))
}

// events says how far a run has come, again and again, as server-sent events (HTML Standard, 9.2): until the run is over, who looks may no longer,
// or the service ends.
func (p *Pages) events(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	first, err := p.following(r.Context(), id)
	if err != nil {
		t := p.troubleOf(r, err)
		http.Error(w, t.title, t.status)
		return
	}
	who := p.Who(r.Context()).Name
	if !p.streams.begin(who) {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "Too many pages follow runs now. This one asks now and then.", http.StatusTooManyRequests)
		return
	}
	defer p.streams.end(who)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep events until there are enough of them
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	p.unwritten(r.Context(), p.follow(r.Context(), id, first, func(now following) error {
		body, err := json.Marshal(now)
		if err != nil {
			return err
		}
		// In the place of the server's, which is for a whole answer; between two events there is none, for HTTP/2 ends a stream at its deadline even
		// when nothing is to be written. A writer without deadlines has none to be moved.
		_ = out.SetWriteDeadline(time.Now().Add(sendWithin))
		if _, err := w.Write(append(append([]byte("data: "), body...), "\n\n"...)); err != nil {
			return err
		}
		err = out.Flush()
		_ = out.SetWriteDeadline(time.Time{})
		return err
	}))
}

// follow sends how far a run has come whenever that is something new, and every now and then, so that both sides know that the other is there.
func (p *Pages) follow(ctx context.Context, id string, now following, send func(following) error) error {
	beat, look := time.NewTicker(beatEvery), time.NewTimer(lookEvery)
	defer beat.Stop()
	defer look.Stop()
	err := send(now)
	for err == nil && now.Running {
		look.Reset(lookEvery)
		if !now.here {
			look.Reset(elsewhereEvery)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.streams.over:
			return nil
		case <-look.C:
			before := now
			if now, err = p.following(ctx, id); err == nil && now != before {
				err = send(now)
			}
		case <-beat.C:
			holds, fault := p.Holds(ctx)
			if fault != nil || !holds {
				return fault
			}
			err = send(now)
		}
	}
	return err
}

// End ends the streams in which pages follow runs: the service ends.
func (p *Pages) End() { p.streams.stop() }

// streams are counted by user.
type streams struct {
	mu   sync.Mutex
	all  int
	by   map[string]int
	over chan struct{} // closed when the service ends
	stop func()
}

func newStreams() *streams {
	s := &streams{by: map[string]int{}, over: make(chan struct{})}
	s.stop = sync.OnceFunc(func() { close(s.over) })
	return s
}

// begin says whether there is room for one more stream, which is then to be ended.
func (s *streams) begin(who string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= streamsAtOnce || s.by[who] >= streamsOfOne {
		return false
	}
	s.all++
	s.by[who]++
	return true
}

func (s *streams) end(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.by[who]--; s.by[who] == 0 {
		delete(s.by, who)
	}
}
