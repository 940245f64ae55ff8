// Package metrics shows the service to Prometheus: what the runs found, what the service does, and how it is.
//
// What comes from the history is read anew when a run was added, and what the service itself knows at every scrape; nothing is counted twice
// when several scrapes come at one time. Names begin with portseal_ and are never renamed; all() has them, with what each means.
//
// Limits: a value of the history is that of the last look, however long ago: portseal_run_last_finished_timestamp_seconds says when that was. While the
// database does not answer, portseal_database_up is 0 and the last known values stay.
package metrics

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// Config is what is shown.
type Config struct {
	Store   history.Store
	Control control.Control
	Tool    report.Tool
	Now     func() time.Time
}

// Metrics is the registry of one service.
type Metrics struct {
	Config
	registry *prometheus.Registry
	runs     *prometheus.CounterVec
	notices  *prometheus.CounterVec

	mu   sync.Mutex
	past past // what the history said last
	now  present
}

// How long what was asked holds, and how long an answer may take.
const (
	holds  = 10 * time.Second
	within = 5 * time.Second
)

// New makes the registry.
func New(c Config) (*Metrics, error) {
	m := &Metrics{Config: c, registry: prometheus.NewRegistry(), runs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: runsTotal,
		Help: "Runs that ended since the service started, by what became of them."}, []string{"state"}),
		notices: prometheus.NewCounterVec(prometheus.CounterOpts{Name: noticesTotal,
			Help: "Tries to deliver notices since the service started, by what became of them: delivered, retried, given-up."}, []string{"receiver", "outcome"})}
	for _, s := range history.States() {
		if s != history.Running {
			m.runs.WithLabelValues(string(s))
		}
	}
	for _, add := range []prometheus.Collector{m.runs, m.notices, collector{m}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := m.registry.Register(add); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Ended counts a run that ended.
func (m *Metrics) Ended(state history.State) { m.runs.WithLabelValues(string(state)).Inc() }

// Noticed counts a try to deliver a notice.
func (m *Metrics) Noticed(receiver, outcome string) {
	m.notices.WithLabelValues(strings.ToValidUTF8(receiver, "\uFFFD"), outcome).Inc()
}

// Handler answers a scrape.
func (m *Metrics) Handler() http.Handler {
	show := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.refresh(r.Context())
		show.ServeHTTP(w, r)
	})
}

// refresh asks the history, unless it was asked a moment ago.
func (m *Metrics) refresh(ctx context.Context) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.Now()
	if age := now.Sub(m.now.at); age >= 0 && age < holds {
		return
	}
	asked, done := context.WithTimeout(ctx, within)
	defer done()
	estate := m.Control.Status().Estate.Name
	m.now = present{at: now, up: m.Store.Ping(asked) == nil}
	if !m.now.up {
		return
	}
	m.now.read(asked, m.Store, now)
	m.past.read(asked, m.Store, estate)
}
