package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/report"
)

// watched is a history that counts what is asked of it, and keeps whoever asks for the last run waiting when told to.
type watched struct {
	history.Store
	lasts, lists, reports atomic.Int64
	gate                  atomic.Pointer[gate]
}

type gate struct{ reached, open chan struct{} }

func (w *watched) Last(ctx context.Context, estate string, narrowed bool) (*history.Run, error) {
	w.lasts.Add(1)
	if g := w.gate.Swap(nil); g != nil {
		close(g.reached)
		<-g.open
	}
	return w.Store.Last(ctx, estate, narrowed)
}

func (w *watched) Listeners(ctx context.Context, estate string) ([]history.Listener, error) {
	w.lists.Add(1)
	return w.Store.Listeners(ctx, estate)
}

func (w *watched) Report(ctx context.Context, id string) ([]byte, error) {
	w.reports.Add(1)
	return w.Store.Report(ctx, id)
}

// The overview is made anew when what it shows has changed, is looked after once a second, and whoever comes meanwhile does not wait.
func TestOverviewIsMadeOnce(t *testing.T) {
	s := newSite(t)
	s.add(prodplex(t, 1), nil)
	store := &watched{Store: s.store}
	s.serve(store)
	first := s.get("/").body
	assert.EqualValues(t, 1, store.lists.Load())
	lasts := store.lasts.Load()
	for range 20 {
		assert.Equal(t, first, s.get("/").body)
	}
	assert.Equal(t, lasts, store.lasts.Load(), "within a second nobody asks again")

	s.later(2 * time.Second)
	s.get("/")
	assert.Equal(t, lasts+1, store.lasts.Load())
	assert.EqualValues(t, 1, store.lists.Load(), "nothing has changed")

	s.add(prodplex(t, 0), nil)
	s.later(2 * time.Second)
	g := &gate{make(chan struct{}), make(chan struct{})}
	store.gate.Store(g)
	var made sync.WaitGroup
	made.Go(func() { s.get("/") })
	<-g.reached
	assert.Equal(t, first, s.get("/").body, "while it is made anew, there is the one before")
	close(g.open)
	made.Wait()
	assert.Contains(t, s.get("/").body, "/runs/night-0")
	assert.EqualValues(t, 2, store.lists.Load())

	s.later(-48 * time.Hour) // the clock jumps
	s.get("/")
	assert.EqualValues(t, 3, store.lists.Load(), "another minute is another page, from what is now")
}

// A report is read once for all pages, and not at all where the service hands it over.
func TestReportsAreReadOnce(t *testing.T) {
	s := newSite(t)
	s.fill()
	store := &watched{Store: s.store}
	other := s.over(store)
	ask := func(path string) int {
		w := httptest.NewRecorder()
		other.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code
	}
	for range 3 {
		for _, path := range []string{"/", "/migration", "/policies/SYSA", "/listeners/SYSA/web", "/certificates", "/runs/night-0"} {
			assert.Equal(t, http.StatusOK, ask(path))
		}
	}
	assert.EqualValues(t, 1, store.reports.Load())
	ask("/diff?old=night-1&new=night-0")
	ask("/diff?old=night-1&new=night-0")
	assert.EqualValues(t, 3, store.reports.Load(), "a comparison needs both whole")

	rep := prodplex(t, -1)
	s.add(rep, nil)
	other.Stored(rep)
	assert.Equal(t, http.StatusOK, ask("/migration"))
	assert.EqualValues(t, 3, store.reports.Load())
	for night := range 7 {
		ask(fmt.Sprint("/runs/night-", night))
	}
	store.reports.Store(0)
	ask("/runs/night-6")
	assert.Zero(t, store.reports.Load())
	ask("/runs/night-0")
	assert.EqualValues(t, 1, store.reports.Load(), "only a few are kept")
}

func BenchmarkOverview(b *testing.B) {
	s := newSite(b)
	s.fill()
	s.busy()
	handler := s.pages.Handler()
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
}

// BenchmarkLarge makes every page of an estate of 5,000 listeners.
func BenchmarkLarge(b *testing.B) {
	s := newSite(b)
	s.service.status.Estate.Name = historytest.Estate
	for night := range 2 {
		s.add(historytest.Report(night, 5000, func(rep *report.Report) { rep.Run.ID = fmt.Sprint("large-", night) }), nil)
	}
	handler := s.pages.Handler()
	for _, path := range []string{"/", "/listeners", "/listeners?q=web04", "/" + "listeners/" + historytest.Listener(7), "/changes", "/certificates", "/migration", "/runs", "/runs/large-1", "/waivers"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				s.later(2 * time.Second)
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
			}
		})
	}
}

// What changed since yesterday is not "nothing" where nothing was compared.
func TestWhatChangedSinceYesterday(t *testing.T) {
	s := newSite(t)
	s.add(prodplex(t, 2), nil)
	for _, path := range []string{"/", "/changes"} {
		assert.Contains(t, s.get(path).body, "before finished", "no run since: %s", path)
	}
	s = newSite(t)
	first := prodplex(t, 0)
	s.add(first, nil)
	for _, path := range []string{"/", "/changes"} {
		assert.Contains(t, s.get(path).body, "nothing yet that it could be compared with", path)
	}
	s.add(prodplex(t, 0, func(rep *report.Report) { rep.Run.ID, rep.Run.Finished = "again", rep.Run.Finished.Add(time.Hour) }), first)
	s.later(time.Minute)
	assert.Contains(t, s.get("/").body, `<p class="big word good">nothing</p>`)
	assert.Contains(t, s.get("/changes").body, "Nothing changed.")
}
