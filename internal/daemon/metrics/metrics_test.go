package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// store is what the metrics ask of a history.
type store struct {
	history.Store
	down  error
	asked int
	runs  []history.Run
}

func day(n int) *time.Time {
	t := time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC)
	return &t
}

func (s *store) Ping(context.Context) error { return s.down }

func (s *store) Size(context.Context) (int64, error) { return 4096, nil }

func (s *store) DueNotices(context.Context, time.Time, int) ([]history.Notice, error) {
	return make([]history.Notice, 3), nil
}

func (s *store) List(_ context.Context, q history.RunQuery) ([]history.Run, string, error) {
	return s.runs[:min(len(s.runs), q.Limit)], "", nil
}

func (s *store) Listeners(context.Context, string) ([]history.Listener, error) {
	s.asked++
	return []history.Listener{{ID: "SYSA/web", System: "SYSA", State: scan.StateTLS, NotAfter: day(2)}, {ID: "SYSA/old", System: "SYSA", State: scan.StateNonTLS, RC4: true},
		{ID: "SYSB/\xff\"\n", System: "SYSB", State: scan.StateFiltered, NotAssessed: true, NotAfter: day(3)}}, nil
}

func (s *store) Failures(context.Context, string) (map[string]int, error) {
	return map[string]int{"connect/refused": 2, "hello/reset": 1}, nil
}

func (s *store) Findings(_ context.Context, q history.FindingQuery) ([]history.Finding, string, error) {
	if q.After == "" {
		return []history.Finding{{Finding: report.Finding{Severity: report.Critical}}, {Finding: report.Finding{Severity: report.High, Waived: &report.Waived{}}}}, "more", nil
	}
	return []history.Finding{{Finding: report.Finding{Severity: report.Critical}}, {Finding: report.Finding{Severity: report.Info, Inconclusive: true}}}, "", nil
}

func (s *store) Certificates(context.Context, string) ([]history.Certificate, error) {
	return []history.Certificate{{Certificate: report.Certificate{NotAfter: *day(9)}, Keyrings: []string{"cae"}}, {Certificate: report.Certificate{NotAfter: *day(8)}, Keyrings: []string{"cae"}}}, nil
}

type serves struct {
	control.Control
	status control.Status
}

func (s *serves) Status() control.Status { return s.status }

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, w.Code, w.Body.String())
	return w.Body.String()
}

func TestMetrics(t *testing.T) {
	now := *day(1)
	s := &store{runs: []history.Run{{Seq: 7, Schedule: "nightly", State: history.Finished, Started: now.Add(-90 * time.Second), Finished: &now, Verdict: report.Fail},
		{Seq: 5, Schedule: "nightly", State: history.Finished, Started: now, Finished: day(5)}}}
	c := &serves{status: control.Status{Estate: &estate.Estate{Name: "e"}, Loaded: now, Waiting: 1, Running: make([]control.Progress, 1),
		Blackouts: []control.Blackout{{From: now.Add(-time.Hour), To: now.Add(time.Hour)}},
		Schedules: []control.Schedule{{Name: "nightly", Next: []time.Time{*day(4)}, Last: &history.Run{State: history.Missed}}, {Name: "never"}}}}
	m, err := New(Config{Store: s, Control: c, Tool: report.Tool{Version: "1.2", Commit: "abc"}, Now: func() time.Time { return now }})
	require.NoError(t, err)
	m.Ended(history.Failed)
	m.Noticed("ops", "given-up")
	text := scrape(t, m)
	for _, line := range []string{
		`portseal_build_info{commit="abc",version="1.2"} 1`,
		`portseal_certificate_not_after_timestamp_seconds{endpoint="SYSA/web",system="SYSA"} 1.767312e+09`,
		`portseal_keyring_not_after_timestamp_seconds{keyring="cae"} 1.7678304e+09`,
		`portseal_findings{severity="critical"} 2`, `portseal_findings{severity="high"} 0`, `portseal_findings{severity="info"} 0`,
		`portseal_listeners{state="non-tls"} 1`, `portseal_listeners_not_assessed 1`, `portseal_rc4_listeners_open 1`,
		`portseal_probe_failures{kind="refused",stage="connect"} 2`, `portseal_run_last_finished_timestamp_seconds{schedule="nightly"} 1.7672256e+09`,
		`portseal_run_last_duration_seconds{schedule="nightly"} 90`, `portseal_run_last_verdict{schedule="nightly",verdict="fail"} 1`,
		`portseal_run_last_verdict{schedule="nightly",verdict="pass"} 0`, `portseal_runs_running 1`, `portseal_runs_waiting_for_database 1`,
		`portseal_schedule_next_timestamp_seconds{schedule="nightly"} 1.7674848e+09`, `portseal_schedule_last_missed{schedule="nightly"} 1`,
		`portseal_schedule_last_missed{schedule="never"} 0`, `portseal_blackout 1`, `portseal_estate_reload_success 1`, `portseal_database_up 1`,
		`portseal_database_size_bytes 4096`, `portseal_notices_waiting 3`, `portseal_notices_total{outcome="given-up",receiver="ops"} 1`, `portseal_runs_total{state="failed"} 1`, `portseal_runs_total{state="missed"} 0`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	for _, name := range Names() {
		assert.Contains(t, text, "\n"+name, "every metric has a value here")
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	require.NoError(t, err)
	assert.Empty(t, slices.DeleteFunc(problems, func(p promlint.Problem) bool { return !strings.HasPrefix(p.Metric, "portseal_") }))

	scrape(t, m)
	assert.Equal(t, 1, s.asked, "the history is asked once as long as no run is added")
	now = now.Add(time.Minute)
	scrape(t, m)
	assert.Equal(t, 1, s.asked)
	s.runs[0].Seq++
	now = now.Add(time.Minute)
	scrape(t, m)
	assert.Equal(t, 2, s.asked)

	c.status.Database = "the disk is full"
	assert.Contains(t, scrape(t, m), "portseal_database_up 0\n", "it answers, and takes nothing")
	c.status.Database = ""
	s.down = errors.New("down")
	now = now.Add(time.Minute)
	text = scrape(t, m)
	assert.Contains(t, text, "portseal_database_up 0\n")
	assert.Contains(t, text, `portseal_findings{severity="critical"} 2`, "what was last known stays")
	assert.NotContains(t, text, "portseal_notices_waiting 3")
}

func TestFaultyEstate(t *testing.T) {
	m, err := New(Config{Store: &store{down: errors.New("down")}, Control: &serves{status: control.Status{Estate: &estate.Estate{}, Fault: "x"}}, Now: time.Now})
	require.NoError(t, err)
	text := scrape(t, m)
	assert.Contains(t, text, "portseal_estate_reload_success 0\n")
	assert.NotContains(t, text, "portseal_findings")
}

// TestDeployedFilesNameMetrics: rules and dashboard ask for nothing that is not there, and for every metric.
func TestDeployedFilesNameMetrics(t *testing.T) {
	name := regexp.MustCompile(`\bportseal_[a-z0-9_]+`)
	used := map[string]bool{}
	rules, err := os.ReadFile("../../../deploy/prometheus-rules.yaml")
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	require.NoError(t, yaml.Unmarshal(rules, &file))
	require.NotEmpty(t, file.Groups[0].Rules)
	for _, r := range file.Groups[0].Rules {
		assert.NotEmpty(t, r.Alert)
		for _, n := range name.FindAllString(r.Expr, -1) {
			used[n] = true
		}
	}
	dashboard, err := os.ReadFile("../../../deploy/grafana-dashboard.json")
	require.NoError(t, err)
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(dashboard, &board))
	require.NotEmpty(t, board.Panels)
	for _, p := range board.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			found := name.FindAllString(target.Expr, -1)
			require.NotEmpty(t, found, p.Title)
			for _, n := range found {
				used[n] = true
			}
		}
	}
	for n := range used {
		assert.Contains(t, Names(), n)
	}
	for _, n := range Names() {
		assert.True(t, used[n] || n == estateLoaded, "%s is in no rule and on no dashboard", n)
	}
}
