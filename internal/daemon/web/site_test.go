package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/internal/history/sqlite"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/html"
	reportjson "github.com/portseal/portseal/report/json"
)

// now is when the pages are looked at: the morning after the last run of the history.
func now() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC) }

// site is the pages of a history that tests fill, and who looks at them.
type site struct {
	testing.TB
	store   history.Store
	service *service
	pages   *web.Pages
	server  *httptest.Server

	mu   sync.Mutex
	who  web.Who
	did  []string // of the audit log
	time time.Time
	shut bool  // who looks may no longer
	down error // it cannot be found out
}

// service is a control.Control that does what a test says.
type service struct {
	mu        sync.Mutex
	status    control.Status
	asked     []control.Request
	cancelled []string
	fails     error
}

func (s *service) Status() control.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

func (s *service) set(change func(*control.Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.status)
}

func (s *service) Start(_ context.Context, r control.Request) (string, error) {
	s.asked = append(s.asked, r)
	return "begun", s.fails
}

func (s *service) Cancel(_ context.Context, id, by string) error {
	s.cancelled = append(s.cancelled, id+" by "+by)
	return s.fails
}

func (s *service) Progress(id string) (control.Progress, bool) {
	for _, p := range s.Status().Running {
		if p.Run == id {
			return p, true
		}
	}
	return control.Progress{}, false
}

func (s *service) Reload(context.Context) error { return s.fails }

// newSite is a site with an empty history.
func newSite(t testing.TB) *site {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s := &site{TB: t, store: store, time: now(), service: &service{status: control.Status{File: "estate.yaml", Loaded: now().Add(-72 * time.Hour),
		Estate: &estate.Estate{Name: "prodplex", Systems: []*estate.System{{Name: "SYSA"}, {Name: "SYSB"}}}}}}
	s.serve(store)
	return s
}

// serve lets the pages be made from a history.
func (s *site) serve(store history.Store) {
	s.Helper()
	s.pages = s.over(store)
	if s.server != nil {
		s.server.Close()
	}
	s.server = httptest.NewServer(s.pages.Handler())
	s.Cleanup(s.server.Close)
}

// over makes pages from a history.
func (s *site) over(store history.Store) *web.Pages {
	s.Helper()
	pages, err := web.New(web.Config{Store: store, Control: s.service, Findings: []string{"CERT-EXPIRES-SOON", "PORT-CLOSED", "NOT-ASSESSED"}, Now: s.now, Formats: []control.Format{
		{Name: "json", Type: "application/json", Extension: "json", Write: reportjson.Write}, {Name: "html", Type: "text/html; charset=utf-8", Extension: "html", Write: html.Write},
		{Name: "broken", Type: "text/plain", Extension: "txt", Write: func(io.Writer, *report.Report) error { return errors.New("cannot") }}},
		Who:   func(context.Context) web.Who { s.mu.Lock(); defer s.mu.Unlock(); return s.who },
		Login: s.login, Password: s.password, Logout: func(context.Context) (*http.Cookie, error) { return &http.Cookie{Name: "session", MaxAge: -1}, nil },
		Holds: func(context.Context) (bool, error) { s.mu.Lock(); defer s.mu.Unlock(); return !s.shut, s.down },
		Record: func(_ context.Context, what, object, detail string) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.did = append(s.did, strings.TrimSpace(what+" "+object+" "+detail))
			return nil
		}})
	require.NoError(s, err)
	return pages
}

func (s *site) login(_ context.Context, name, password, _ string) (*http.Cookie, *web.Refusal, error) {
	switch {
	case name == "broken":
		return nil, nil, errors.New("no database")
	case name == "often":
		return nil, &web.Refusal{Status: http.StatusTooManyRequests, Said: []string{"Too many attempts."}, Retry: 30}, nil
	case password != "right":
		return nil, &web.Refusal{Status: http.StatusUnauthorized, Said: []string{"The name or the password is wrong."}}, nil
	}
	return &http.Cookie{Name: "session", Value: name, Path: "/"}, nil, nil
}

// password knows one old password, and takes one new one.
func (s *site) password(ctx context.Context, old, password string) (*http.Cookie, *web.Refusal, error) {
	switch {
	case old == "broken":
		return nil, nil, errors.New("no database")
	case old != "right":
		return nil, &web.Refusal{Status: http.StatusForbidden, Said: []string{"The old password is wrong."}}, nil
	case password != "correct horse battery":
		return nil, &web.Refusal{Status: http.StatusBadRequest, Said: []string{"The new password cannot be one.", "it has <b>"}}, nil
	}
	return s.login(ctx, "again", "right", "")
}

func (s *site) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.time
}

func (s *site) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.time = s.time.Add(d)
}

// as lets someone else look.
func (s *site) as(who web.Who) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.who = who
}

func viewer() web.Who   { return web.Who{Name: "vera", CSRF: "token-of-vera"} }
func operator() web.Who { return web.Who{Name: "oli", Operate: true, CSRF: "token-of-oli"} }
func auditor() web.Who  { return web.Who{Name: "ada", Audit: true, CSRF: "token-of-ada"} }

// prodplex is a real report of an estate of four systems that is on its way to TLS, as of a night: 0 is the last one.
func prodplex(t testing.TB, night int, edit ...func(*report.Report)) *report.Report {
	t.Helper()
	rep := read(t, "prodplex.json")
	back := time.Duration(-24*night) * time.Hour
	rep.Run.ID = fmt.Sprintf("night-%d", night)
	for _, at := range []*time.Time{&rep.Run.Started, &rep.Run.Finished, &rep.Run.JudgedAt} {
		*at = at.Add(back)
	}
	for i := range rep.Endpoints {
		rep.Endpoints[i].Started, rep.Endpoints[i].Finished = rep.Endpoints[i].Started.Add(back), rep.Endpoints[i].Finished.Add(back)
	}
	for _, e := range edit {
		e(rep)
	}
	return rep
}

func read(t testing.TB, name string) *report.Report {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "report", "json", "testdata", name))
	require.NoError(t, err)
	rep, err := reportjson.Decode(doc)
	require.NoError(t, err)
	return rep
}

// policyText has a rule whose group action is nowhere.
const policyText = "TTLSRule cae_web\n{\n  LocalPortRange 5610\n  Direction Inbound\n  TTLSGroupActionRef gone\n}\n"

// withPolicy gives a report a policy with findings at its lines.
func withPolicy(t testing.TB) func(*report.Report) {
	return func(rep *report.Report) {
		set, err := kept.Keep([]kept.System{{PolicySystem: report.PolicySystem{System: "SYSA", ZOSRelease: "3.1"}, Contents: []syntax.Source{{Path: "policy/sysa.attls", Data: []byte(policyText)}}}})
		require.NoError(t, err)
		rep.Policies = set.Report
		rep.Findings = append(rep.Findings, set.Findings(nil)...)
		report.SortFindings(rep.Findings)
		for i := range rep.Expectations {
			if x := &rep.Expectations[i]; x.Endpoint == "SYSA/agent" {
				x.Policy = &report.Policy{Files: []string{"policy/sysa.attls"}, Matches: []report.PolicyMatch{{From: report.FromVantage, Rule: "cae_web",
					Location: &report.Location{File: "policy/sysa.attls", Line: 1, Column: 1}, Why: "the first rule that takes it"}}}
			}
		}
	}
}

// add stores a run, with what changed since the one before.
func (s *site) add(rep, before *report.Report) *history.Run {
	s.Helper()
	doc := historytest.Doc(s, rep)
	storing := history.Storing{At: rep.Run.Finished, Origin: "example.com/portseal"}
	if before != nil {
		storing.Changes = diff.Compare(before, rep).Changes
	}
	run, err := s.store.Add(s.Context(), doc, history.Run{ID: rep.Run.ID, Estate: rep.Run.Estate, Trigger: history.BySchedule, Schedule: "nightly", Probes: "standard",
		Started: rep.Run.Started, State: history.Running}, storing)
	require.NoError(s, err)
	return run
}

// fill makes a history of a week: a listener was closed the night before last, another one opened last night, and one run was missed.
func (s *site) fill() {
	s.Helper()
	var before *report.Report
	for night := 6; night >= 0; night-- {
		if night == 3 {
			due := now().AddDate(0, 0, -3)
			require.NoError(s, s.store.Begin(s.Context(), history.Run{ID: "missed-3", Estate: "prodplex", State: history.Missed, Trigger: history.BySchedule, Schedule: "nightly",
				Due: &due, Started: due, Message: "The service did not run."}))
			continue
		}
		rep := prodplex(s, night, withPolicy(s), func(rep *report.Report) {
			if night > 0 { // one RC4 listener was not open yet
				rep.Findings = without(rep.Findings, "SYSC/agent-rc4")
				rep.Summary.RC4ListenersOpen--
				rep.Summary.BySeverity["critical"]--
			}
		})
		s.add(rep, before)
		before = rep
	}
}

func without(list []report.Finding, endpoint string) (out []report.Finding) {
	for _, f := range list {
		if f.Endpoint != endpoint {
			out = append(out, f)
		}
	}
	return out
}

// answer is what a page was answered with.
type answer struct {
	*http.Response
	body string
}

func (s *site) get(path string) answer {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.server.URL+path, nil)
	require.NoError(s, err)
	return s.do(r)
}

// post sends a form.
func (s *site) post(path string, form url.Values) answer {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.server.URL+path, strings.NewReader(form.Encode()))
	require.NoError(s, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

func (s *site) do(r *http.Request) answer {
	s.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.Do(r)
	require.NoError(s, err)
	defer got.Body.Close()
	var out bytes.Buffer
	_, err = out.ReadFrom(got.Body)
	require.NoError(s, err)
	return answer{got, out.String()}
}
