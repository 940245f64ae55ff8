package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/internal/history/sqlite"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/csv"
	"github.com/portseal/portseal/report/html"
	"github.com/portseal/portseal/scan"
)

// service is a control.Control that keeps what it is asked for. Names are checked before it: it takes anything, so that a name which got as
// far as here would show.
type service struct {
	mu        sync.Mutex
	store     history.Store
	status    control.Status
	asked     []control.Request
	cancelled []string
	fails     error // of Start
	fault     error // of Reload
}

func (s *service) Status() control.Status { s.mu.Lock(); defer s.mu.Unlock(); return s.status }

func (s *service) Start(ctx context.Context, q control.Request) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, q)
	if s.fails != nil {
		return "", s.fails
	}
	id := fmt.Sprintf("asked-%d", len(s.asked))
	if before := fmt.Sprintf("asked-%d", len(s.asked)-1); len(s.asked) > 1 {
		_ = s.store.End(ctx, before, history.Cancelled, "another one began", now()) // where there was one
	}
	return id, s.store.Begin(ctx, history.Run{ID: id, Estate: historytest.Estate, State: history.Running, Trigger: history.ByUser, By: q.By, Schedule: q.Schedule,
		Probes: "standard", Narrowed: len(q.Systems)+len(q.Listener) > 0, Started: now()})
}

func (s *service) Cancel(_ context.Context, id, by string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancelled = append(s.cancelled, id+" by "+by)
	return nil
}

func (s *service) Progress(id string) (control.Progress, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.status.Running, func(p control.Progress) bool { return p.Run == id })
	if i < 0 {
		return control.Progress{}, false
	}
	return s.status.Running[i], true
}

func (s *service) Reload(context.Context) error { return s.fault }

// now is after the runs of the history.
func now() time.Time { return historytest.Night(10) }

const listeners = 8

// world is a service with a history, over HTTP.
type world struct {
	*testing.T
	store   *failing
	control *service
	api     *API
	handler http.Handler // with access before it
	tokens  map[string]string
	url     string
	docs    [][]byte
	checks  *checks
}

// failing is a store that can be made to fail.
type failing struct {
	history.Store
	mu          sync.Mutex
	fault, ping error
	pruned      string
	docs        map[string][]byte // in the place of what is stored
}

func (f *failing) break_(fault, ping error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.ping = fault, ping
}

func (f *failing) broken() error { f.mu.Lock(); defer f.mu.Unlock(); return f.fault }

func (f *failing) Ping(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.ping, ctx.Err())
}

// build makes a history of some nights: findings that open and close, changes, waivers, a run that failed, one that was missed, one that runs.
func build(t *testing.T) *world {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	w := &world{T: t, store: &failing{Store: store}}
	w.fill()
	due := historytest.Night(3)
	progress := control.Progress{Run: "running", Schedule: "weekly", Started: historytest.Night(9), Phase: "scanning", Done: 3, All: 8, Latest: historytest.Listener(2), Findings: 1}
	last, err := store.Run(t.Context(), "run-0002")
	require.NoError(t, err)
	w.control = &service{store: store, status: control.Status{Started: historytest.Begin(), Estate: theEstate(), File: "/etc/portseal/estate.yaml", Loaded: historytest.Begin(),
		Fault: "estate.yaml:3:1: it is broken", FaultAt: historytest.Night(8), Running: []control.Progress{progress},
		Schedules: []control.Schedule{
			{Name: "nightly", When: "30 2 * * *", Timezone: "UTC", Probes: "quick", Pace: "gentle", Systems: []string{"SYS*"}, Canary: "SYS0", Next: []time.Time{due}, Last: last},
			{Name: "weekly", When: "0 3 * * 0", Timezone: "Europe/Zurich", Probes: "standard"}},
		Blackouts: []control.Blackout{{Name: "freeze", From: now().Add(-time.Hour), To: now().Add(time.Hour)}}}}
	for day := range 20 {
		from := now().AddDate(0, 0, day+1)
		w.control.status.Blackouts = append(w.control.status.Blackouts, control.Blackout{Name: "evening", From: from, To: from.Add(time.Hour)})
	}
	w.api, err = New(Config{Store: w.store, Control: w.control, Findings: []string{"CERT-EXPIRED", "PROFILE-FAILED", "INPUT-STALE", "RC4-LISTENER-OPEN"}, Now: now,
		Log:     slog.New(slog.NewTextHandler(testWriter{t}, nil)),
		Formats: []control.Format{{Name: "html", Type: "text/html; charset=utf-8", Extension: "html", Write: html.Write}, {Name: "csv", Type: "text/csv; charset=utf-8", Extension: "csv", Write: csv.Write}}})
	require.NoError(t, err)
	w.users()
	server := httptest.NewServer(w.handler)
	t.Cleanup(server.Close)
	w.url = server.URL
	w.checks = newChecks(t, w)
	return w
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// users makes a user of each role, with a token. Nobody signs in with a password here.
func (w *world) users() {
	m := access.New(w.store.Store, access.Config{Now: now})
	w.handler, w.tokens = m.Handler(w.api), map[string]string{}
	for name, role := range map[string]access.Role{"view": access.Viewer, "op": access.Operator, "aud": access.Auditor} {
		w.ok(w.store.Store.PutUser(w.Context(), history.User{Name: name, Role: string(role), Hash: "none", Made: now()}))
		token, err := m.AddToken(w.Context(), access.Actor{From: access.CommandLine}, name, "test", role, nil)
		w.ok(err)
		w.tokens[name] = "Bearer " + token
	}
}

func theEstate() *estate.Estate {
	e := &estate.Estate{Path: "estate.yaml", Name: historytest.Estate, Notices: []*estate.Notice{{Name: "ops", Webhook: "https://hooks.example.com/secret-path"}},
		Waivers: []report.Waiver{{Finding: "CERT-EXPIRED", Listener: "SYS1/*", Until: "2026-02-01", Reason: "in the file", Location: &report.Location{File: "estate.yaml", Line: 9, Column: 5}}}}
	for i := range 4 {
		e.Systems = append(e.Systems, &estate.System{Name: fmt.Sprintf("SYS%d", i)})
	}
	for i := range listeners {
		s := e.Systems[i%4]
		s.Listeners = append(s.Listeners, &estate.Listener{System: s, Name: strings.TrimPrefix(historytest.Listener(i), s.Name+"/")})
	}
	return e
}

func (w *world) fill() {
	expired := report.Finding{ID: "CERT-EXPIRED", Severity: report.Critical, Endpoint: historytest.Listener(1), Title: "The certificate has expired", Detail: "d", Expected: "e",
		Observed: "o", Remediation: "r", References: []string{"RFC 5280"}, Evidence: []string{"e1"}}
	waived := report.Finding{ID: "PROFILE-FAILED", Severity: report.Low, Endpoint: historytest.Listener(2), Item: "p/i", Title: "An item", Waived: &report.Waived{Reason: "r", Until: "2027-01-01", ApprovedBy: "J", Ticket: "T"}}
	rc4 := report.Finding{ID: "RC4-LISTENER-OPEN", Severity: report.Critical, Endpoint: historytest.Listener(3), Title: "RC4"}
	unseen := report.Finding{ID: "NOT-ASSESSED", Severity: report.Info, Inconclusive: true, Endpoint: historytest.Listener(4), Title: "Not assessed"}
	file := report.Finding{ID: "INPUT-STALE", Severity: report.Low, Location: &report.Location{File: "rings/a.pem", Line: 1, Column: 1}, Title: "Stale"}
	change := report.Change{Kind: report.FindingOpened, Severity: report.High, Endpoint: historytest.Listener(1), What: "CERT-EXPIRED", Old: "a", New: "b",
		Expected: &report.Announcement{Kind: report.FindingOpened, Reason: "r", Until: "2027-01-01"}}
	for n, findings := range [][]report.Finding{{expired, waived, rc4, unseen, file}, {waived, rc4, unseen, file}, {waived, rc4, unseen, file}} {
		rep := historytest.Report(n, listeners, func(rep *report.Report) {
			rep.Findings = findings
			rep.Keyrings = []report.Keyring{{Name: "ring", Anchors: []string{rep.Certificates[0].SHA256}, Personal: []string{}, Consumer: "system-ssl"}}
			rep.Summary.RC4ListenersOpen = 1
			if n == 1 {
				rep.Endpoints[5].State = scan.StateClosed
			}
			rep.Certificates[1].Names, rep.Certificates[1].Note = []string{"a.example.com"}, "odd"
		})
		doc := historytest.Doc(w, rep)
		w.docs = append(w.docs, doc)
		due := historytest.Night(n)
		r := history.Run{ID: rep.Run.ID, Estate: historytest.Estate, State: history.Running, Trigger: history.BySchedule, Schedule: "nightly", Due: &due, Probes: "standard", Started: rep.Run.Started}
		w.ok(w.store.Store.Begin(w.Context(), r))
		var changes []report.Change
		if n > 0 {
			changes = []report.Change{change, {Kind: report.SuiteGone, Severity: report.Info, Endpoint: historytest.Listener(1)}}
		}
		_, err := w.store.Store.Add(w.Context(), doc, r, history.Storing{Origin: "example.com/history", At: rep.Run.Finished.Add(time.Second), Changes: changes})
		w.ok(err)
	}
	missed := historytest.Night(4)
	w.ok(w.store.Store.Begin(w.Context(), history.Run{ID: "missed", Estate: historytest.Estate, State: history.Missed, Trigger: history.BySchedule, Schedule: "nightly", Due: &missed, Started: historytest.Night(5), Message: "no service ran"}))
	w.ok(w.store.Store.Begin(w.Context(), history.Run{ID: "failed", Estate: historytest.Estate, State: history.Running, Trigger: history.ByUser, By: "op", Narrowed: true, Started: historytest.Night(6)}))
	w.ok(w.store.Store.End(w.Context(), "failed", history.Failed, "disk full", historytest.Night(6).Add(time.Minute)))
	w.ok(w.store.Store.Begin(w.Context(), history.Run{ID: "running", Estate: historytest.Estate, State: history.Running, Trigger: history.ByStart, Schedule: "weekly", Started: historytest.Night(9)}))
	for i := range 2 {
		id, err := w.store.Store.AddWaiver(w.Context(), historytest.Estate, history.Waiver{Waiver: report.Waiver{Finding: "PROFILE-FAILED", Listener: "SYS1/*", Item: "p/*", Until: "2027-01-01", Reason: "r",
			ApprovedBy: "J", Ticket: "T"}, By: "op", Made: historytest.Night(i)})
		w.ok(err)
		if i == 0 {
			w.ok(w.store.Store.ExpireWaiver(w.Context(), historytest.Estate, id, "op", historytest.Night(3)))
		}
	}
	w.notices()
	w.another()
	w.ok(w.store.Store.AddDeed(w.Context(), history.Deed{At: historytest.Night(1), Who: "op", From: "127.0.0.1", What: "login", Object: "o", Detail: "d"}))
}

// another is a run of another estate.
func (w *world) another() {
	rep := historytest.Report(0, 1, func(rep *report.Report) { rep.Run.ID, rep.Run.Estate = "another", "another estate" })
	r := history.Run{ID: "another", Estate: rep.Run.Estate, State: history.Running, Trigger: history.ByImport, Probes: "standard", Started: rep.Run.Started}
	_, err := w.store.Store.Add(w.Context(), historytest.Doc(w, rep), r, history.Storing{Origin: "example.com/history", At: rep.Run.Finished})
	w.ok(err)
}

// notices are one that waits, one that was sent, and two that were given up.
func (w *world) notices() {
	for i := range 4 {
		body := fmt.Sprintf(`{"estate": %q, "title": "1 new finding", "severity": "high", "events": ["new"], "run": {"id": "run-0001"}}`, historytest.Estate)
		w.ok(w.store.Tell(w.Context(), history.Telling{At: historytest.Night(1), Notice: &history.Notice{Receiver: "ops", Key: fmt.Sprint("m", i), Body: []byte(body), Made: historytest.Night(1), Next: historytest.Night(1)}}))
	}
	all, _, err := w.store.Store.Notices(w.Context(), history.Page{Limit: 10})
	w.ok(err)
	done := historytest.Night(4)
	for _, n := range all[1:] {
		n.Done, n.Tries, n.GivenUp, n.Error = &done, 2, n.ID < 3, map[bool]string{true: "webhook at hooks.example.com: it answers 500"}[n.ID < 3]
		w.ok(w.store.Store.PutNotice(w.Context(), n))
	}
}

func (w *world) ok(err error) { w.Helper(); require.NoError(w, err) }

// reply is what came back.
type reply struct {
	*http.Response
	body []byte
	json any
}

// as asks as a user, and checks the answer against the OpenAPI document.
func (w *world) as(user, method, target, body string, headers ...string) *reply {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.url, strings.NewReader(body))
	w.ok(err)
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut(target, "?")
	r.URL.Opaque = "//" + r.URL.Host + r.URL.Path // sent as it is
	if token := w.tokens[user]; token != "" {
		r.Header.Set("Authorization", token)
	}
	r.Header.Set("Accept-Encoding", "identity")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	} else {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(r) // redirects are answers here
	w.ok(err)
	got := &reply{Response: response}
	got.body, err = io.ReadAll(response.Body)
	w.ok(err)
	w.ok(response.Body.Close())
	if strings.HasSuffix(response.Header.Get("Content-Type"), "json") && len(got.body) > 0 && response.Header.Get("Content-Encoding") == "" {
		got.json, err = jsonschema.UnmarshalJSON(strings.NewReader(string(got.body)))
		require.NoError(w, err, "%s", got.body)
	}
	w.checks.reply(w, method, strings.SplitN(target, "?", 2)[0], got)
	return got
}

func (w *world) get(target string, headers ...string) *reply {
	w.Helper()
	return w.as("view", http.MethodGet, target, "", headers...)
}

// is says that the status is right, and returns the answer.
func (r *reply) is(t testing.TB, status int) *reply {
	t.Helper()
	require.Equal(t, status, r.StatusCode, "%s", r.body)
	return r
}

// at follows keys and numbers into the JSON.
func (r *reply) at(t testing.TB, path ...any) any {
	t.Helper()
	v := r.json
	for _, p := range path {
		switch p := p.(type) {
		case string:
			object, ok := v.(map[string]any)
			require.True(t, ok, "%v of %s", path, r.body)
			v = object[p]
		case int:
			list, ok := v.([]any)
			require.True(t, ok && p < len(list), "%v of %s", path, r.body)
			v = list[p]
		}
	}
	return v
}

func (r *reply) len(t testing.TB, path ...any) int { t.Helper(); return len(r.at(t, path...).([]any)) }
