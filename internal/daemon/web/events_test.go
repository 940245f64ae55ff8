package web_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/history"
)

// reader is who a stream is sent to.
type reader struct {
	*httptest.ResponseRecorder
	mu       sync.Mutex
	until    time.Time // the deadline of what is written next
	sent     []string
	lateness []time.Duration // what each had left
	gone     bool
}

func (r *reader) SetWriteDeadline(at time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = at
	return nil
}

func (r *reader) deadline() time.Time { r.mu.Lock(); defer r.mu.Unlock(); return r.until }

func (r *reader) Write(data []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return 0, errors.New("nobody is there")
	}
	r.sent = append(r.sent, strings.TrimSuffix(strings.TrimPrefix(string(data), "data: "), "\n\n"))
	r.lateness = append(r.lateness, time.Until(r.until))
	return len(data), nil
}

func (r *reader) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.sent...)
}

// inBubble runs a test in which time passes when nothing else is to be done.
func inBubble(s *site, t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s.pages = s.over(s.store) // its channels have to be the bubble's
		test(t)
	})
}

// stream asks for the events of a run. It is to be called in a bubble: over says when the answer is complete.
func (s *site) stream(ctx context.Context, id string) (r *reader, over chan struct{}) {
	r, over = &reader{ResponseRecorder: httptest.NewRecorder()}, make(chan struct{})
	go func() {
		defer close(over)
		s.pages.Handler().ServeHTTP(r, httptest.NewRequestWithContext(ctx, http.MethodGet, "/runs/"+id+"/events", nil))
	}()
	synctest.Wait()
	return r, over
}

func ended(over chan struct{}) bool {
	synctest.Wait()
	select {
	case <-over:
		return true
	default:
		return false
	}
}

const (
	seven   = `{"running":true,"text":"Looking: 7 of 20 listeners looked at, 2 findings so far.","done":7,"all":20,"latest":"SYSA/web"}`
	eight   = `{"running":true,"text":"Looking: 8 of 20 listeners looked at, 2 findings so far.","done":8,"all":20}`
	other   = `{"running":true,"text":"Another service makes this run.","done":0,"all":0}`
	nothing = `{"running":false,"text":"","done":0,"all":0}`
)

// What is new is sent, what is not is said again now and then, and the stream ends with the run.
func TestEvents(t *testing.T) {
	s := newSite(t)
	s.busy()
	inBubble(s, t, func(t *testing.T) {
		r, over := s.stream(t.Context(), "on-its-way")
		assert.Equal(t, "text/event-stream", r.Header().Get("Content-Type"))
		assert.Equal(t, "no-store", r.Header().Get("Cache-Control"))
		assert.Equal(t, []string{seven}, r.all())
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{seven}, r.all(), "nothing is new")
		assert.Zero(t, r.deadline(), "HTTP/2 would end the stream at it")
		s.service.set(func(c *control.Status) {
			c.Running = []control.Progress{{Run: "on-its-way", Phase: "scanning", Done: 8, All: 20, Findings: 2}}
		})
		time.Sleep(2 * time.Second)
		assert.Equal(t, []string{seven, eight}, r.all())
		time.Sleep(5 * time.Second)
		assert.Equal(t, []string{seven, eight, eight}, r.all(), "it is there")
		s.service.set(func(c *control.Status) { c.Running = nil })
		time.Sleep(2 * time.Second)
		assert.Equal(t, []string{seven, eight, eight, other}, r.all(), "another service makes it")
		require.NoError(t, s.store.End(context.WithoutCancel(t.Context()), "on-its-way", history.Cancelled, "", now()))
		time.Sleep(6 * time.Second)
		require.True(t, ended(over))
		assert.Equal(t, []string{seven, eight, eight, other, nothing}, r.all())
		for _, left := range r.lateness {
			assert.Equal(t, 10*time.Second, left, "the deadline of a whole answer is not that of a stream")
		}
		assert.True(t, r.Flushed)
		r, over = s.stream(t.Context(), "on-its-way")
		require.True(t, ended(over))
		assert.Equal(t, []string{nothing}, r.all(), "the run was over before")
	})
}

// A stream ends with the session, with the page, with the service, and when nobody takes it.
func TestEventsEnd(t *testing.T) {
	for name, end := range map[string]func(s *site, r *reader, leave func()){
		"session": func(s *site, _ *reader, _ func()) { s.mu.Lock(); defer s.mu.Unlock(); s.shut = true },
		"unknown": func(s *site, _ *reader, _ func()) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.down = errors.New("no database")
		},
		"page":    func(_ *site, _ *reader, leave func()) { leave() },
		"service": func(s *site, _ *reader, _ func()) { s.pages.End(); s.pages.End() },
		"reader":  func(_ *site, r *reader, _ func()) { r.mu.Lock(); defer r.mu.Unlock(); r.gone = true },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.busy()
			inBubble(s, t, func(t *testing.T) {
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				_, mine := s.stream(ctx, "on-its-way")
				r, over := s.stream(ctx, "on-its-way")
				time.Sleep(time.Minute)
				require.False(t, ended(over), "it goes on")
				before := len(r.all())
				end(s, r, leave)
				time.Sleep(15 * time.Second)
				require.True(t, ended(over))
				assert.Len(t, r.all(), before, "nothing is told any more")
				leave()
				require.True(t, ended(mine))
			})
		})
	}
}

// Nobody takes all the connections: not one user, and not all together. Who has no stream still sees how far the run has come.
func TestEventsAreBounded(t *testing.T) {
	s := newSite(t)
	s.busy()
	inBubble(s, t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		refused := func() bool {
			r, over := s.stream(ctx, "on-its-way")
			if !ended(over) {
				return false
			}
			assert.Equal(t, http.StatusTooManyRequests, r.Code)
			assert.Equal(t, "60", r.Header().Get("Retry-After"))
			return true
		}
		for who := range 16 {
			s.as(web.Who{Name: strings.Repeat("x", who+1)})
			for range 4 {
				require.False(t, refused())
			}
			require.True(t, refused(), "more of one user")
		}
		s.as(web.Who{Name: "late"})
		require.True(t, refused(), "more of all")
		w := httptest.NewRecorder()
		s.pages.Handler().ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/runs/on-its-way/progress", nil))
		assert.JSONEq(t, seven, w.Body.String())
		leave()
		synctest.Wait()
		ctx, leave = context.WithCancel(t.Context())
		require.False(t, refused(), "there is room again")
		leave()
		synctest.Wait()
	})
}

// Over HTTP it comes as it is said, and HEAD holds nothing.
func TestEventsOverHTTP(t *testing.T) {
	s := newSite(t)
	s.busy()
	for range 9 { // more than one may have
		r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, s.server.URL+"/runs/on-its-way/events", nil)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, s.do(r).StatusCode)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL+"/runs/on-its-way/events", nil)
	require.NoError(t, err)
	got, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer got.Body.Close()
	line, err := bufio.NewReader(got.Body).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "data: "+seven+"\n", line)
	assert.Equal(t, http.StatusNotFound, s.get("/runs/nothing/events").StatusCode)
	assert.Equal(t, http.StatusNotFound, s.get("/runs/%00/events").StatusCode)
}
