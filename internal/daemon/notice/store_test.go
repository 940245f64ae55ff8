package notice

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/internal/history/sqlite"
	"github.com/portseal/portseal/report"
)

// hook is a receiver that a test can turn off; it counts what it took.
type hook struct {
	mu   sync.Mutex
	down bool
	took map[string]Message
	more int // messages that came twice
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down {
		http.Error(w, "down", http.StatusBadGateway)
		return
	}
	var m Message
	body, _ := io.ReadAll(r.Body)
	if json.Unmarshal(body, &m) != nil {
		http.Error(w, "no JSON", http.StatusBadRequest)
		return
	}
	if _, twice := h.took[m.ID]; twice {
		h.more++
	}
	h.took[m.ID] = m
}

func (h *hook) messages() []Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []Message
	for _, m := range h.took {
		out = append(out, m)
	}
	return out
}

// TestOnADatabase: two services on one database tell and send each thing once, and what one has stored another sends after it is dead.
func TestOnADatabase(t *testing.T) {
	h := &hook{down: true, took: map[string]Message{}}
	server := httptest.NewServer(h)
	defer server.Close()
	file := filepath.Join(t.TempDir(), "history.db")
	e := &estate.Estate{Name: historytest.Estate, Notices: []*estate.Notice{{Name: "ops", Webhook: server.URL, On: estate.NoticeEvents(), Least: report.Low}}}
	late := historytest.Night(1)
	service := func() (*Notifier, *history.Run) {
		store, err := sqlite.Open(t.Context(), file)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		rep := historytest.Report(0, 3, func(rep *report.Report) {
			historytest.AddCertificate(rep, "CN=elsewhere", late)
			rep.Findings = append(rep.Findings, report.Finding{ID: "RC4-LISTENER-OPEN", Severity: report.High, Endpoint: historytest.Listener(1), Title: "open"})
		})
		run, err := store.Add(t.Context(), historytest.Doc(t, rep), history.Run{}, history.Storing{Origin: "example.com/history", At: late})
		require.NoError(t, err)
		return New(Config{Store: store, Estate: func() *estate.Estate { return e }, Tool: "portseal test", Now: time.Now, Log: slog.New(slog.DiscardHandler)}), run
	}
	first, run := service()
	second, _ := service()
	var wg sync.WaitGroup
	for _, n := range []*Notifier{first, second, first, second} {
		wg.Go(func() { n.Stored(t.Context(), run) })
	}
	wg.Wait()
	due, err := first.Store.DueNotices(t.Context(), time.Now(), 10)
	require.NoError(t, err)
	require.Len(t, due, 1)
	first.deliver(t.Context())
	first.workers.Wait()
	due, err = first.Store.DueNotices(t.Context(), time.Now().Add(time.Hour), 10)
	require.NoError(t, err)
	require.Len(t, due, 1)
	assert.Equal(t, 1, due[0].Tries)
	assert.Contains(t, due[0].Error, "it answers 502")

	h.mu.Lock()
	h.down = false
	h.mu.Unlock()
	third, _ := service() // the others are dead
	later := func() time.Time { return time.Now().Add(time.Hour) }
	third.Now, second.Now = later, later
	ctx, stop := context.WithCancel(t.Context())
	for _, n := range []*Notifier{second, third} {
		wg.Go(func() { assert.NoError(t, n.Run(ctx)) })
	}
	require.Eventually(t, func() bool { return len(h.messages()) > 0 }, time.Minute, time.Millisecond)
	stop()
	wg.Wait()
	all := h.messages()
	require.Len(t, all, 1)
	assert.Zero(t, h.more)
	assert.Equal(t, 1, all[0].Counts.New)
	assert.Equal(t, historytest.Listener(1), all[0].New[0].Endpoint)
	done, _, err := first.Store.Notices(t.Context(), history.Page{})
	require.NoError(t, err)
	require.Len(t, done, 1)
	assert.NotNil(t, done[0].Done)
	assert.False(t, done[0].GivenUp)
}
