package access

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/sqlite"
)

// The accounts of a site.
const (
	anna, annasPassword = "anna", "correct horse battery"
	otto, ottosPassword = "otto", "staple of the operators"
	local               = "127.0.0.1:50000"
	outside             = "192.0.2.7:50000"
	here                = "127.0.0.1:8443"
)

// site is a service that has one handler behind its Manager, and a clock of its own.
type site struct {
	*Manager
	db      history.Store
	file    string // of the database
	at      time.Time
	handler http.Handler
	reached int // how many requests came through
}

// accounts lets a test stand between the Manager and its database.
type accounts struct {
	history.Accounts
	before func(call string) error
}

func (a *accounts) hook(call string) error {
	if a.before == nil {
		return nil
	}
	return a.before(call)
}

func (a *accounts) PutSession(ctx context.Context, s history.Session) error {
	if err := a.hook("PutSession"); err != nil {
		return err
	}
	return a.Accounts.PutSession(ctx, s)
}

func (a *accounts) UseSession(ctx context.Context, key [32]byte, used, expires time.Time) error {
	if err := a.hook("UseSession"); err != nil {
		return err
	}
	return a.Accounts.UseSession(ctx, key, used, expires)
}

func (a *accounts) User(ctx context.Context, name string) (*history.User, error) {
	if err := a.hook("User"); err != nil {
		return nil, err
	}
	return a.Accounts.User(ctx, name)
}

func (a *accounts) Users(ctx context.Context) ([]history.User, error) {
	if err := a.hook("Users"); err != nil {
		return nil, err
	}
	return a.Accounts.Users(ctx)
}

func (a *accounts) Token(ctx context.Context, key [32]byte) (*history.Token, error) {
	if err := a.hook("Token"); err != nil {
		return nil, err
	}
	return a.Accounts.Token(ctx, key)
}

func (a *accounts) AddDeed(ctx context.Context, d history.Deed) error {
	if err := a.hook("AddDeed"); err != nil {
		return err
	}
	return a.Accounts.AddDeed(ctx, d)
}

func empty(t testing.TB) *site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "portseal.db")
	db, err := sqlite.Open(t.Context(), file)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := &site{db: db, file: file, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s.Manager = New(&accounts{Accounts: db}, Config{Now: func() time.Time { return s.at }, Anonymous: true, Serves: func(host string) bool { return host == "portseal.example.com" }})
	mux := http.NewServeMux()
	reach := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.reached++
		u, _ := UserOf(r.Context())
		w.Header().Set("X-User", u.Name+"/"+string(u.Role))
		w.Header().Set("X-Csrf", CSRF(r.Context()))
	})
	mux.Handle("/", reach)
	mux.Handle("/operate", Require(Operator, reach))
	mux.Handle("/api/v1/operate", Require(Operator, reach))
	mux.Handle("/audit", Require(Auditor, reach))
	s.handler = s.Handler(mux)
	return s
}

// begin has a viewer and an operator.
func begin(t testing.TB) *site {
	t.Helper()
	s := empty(t)
	for _, u := range []history.User{{Name: anna, Role: "viewer", Hash: cheap(annasPassword)}, {Name: otto, Role: "operator", Hash: cheap(ottosPassword)}} {
		u.Made = s.at
		require.NoError(t, s.db.PutUser(t.Context(), u))
	}
	return s
}

// cheap is a hash with which nothing is guarded but the time of a test: a stored one says what it costs.
func cheap(password string) string {
	p := fresh()
	p.memory, p.passes, p.lanes = 64, 1, 1
	p.sum = p.of(password)
	return p.String()
}

func onTheCommandLine() Actor { return Actor{From: CommandLine, Detail: "root@here"} }

// edit changes a request.
type edit func(*http.Request)

func with(name, value string) edit {
	return func(r *http.Request) { r.Header.Add(name, value) }
}

func from(address string) edit { return func(r *http.Request) { r.RemoteAddr = address } }

func host(name string) edit { return func(r *http.Request) { r.Host = name } }

func signedIn(c *http.Cookie) edit { return with("Cookie", c.Name+"="+c.Value) }

// form is a form's body, in which CSRF may be among the fields.
func form(fields ...string) edit {
	return func(r *http.Request) {
		q := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			q.Add(fields[i], fields[i+1])
		}
		body := httptest.NewRequest(r.Method, "/", strings.NewReader(q.Encode()))
		r.Body, r.ContentLength = body.Body, body.ContentLength
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

// ask makes a request from this machine, which the edits change.
func (s *site) ask(method, target string, edits ...edit) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host, r.RemoteAddr = here, local
	r.URL.Scheme, r.URL.Host = "", ""
	for _, e := range edits {
		e(r)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *site) login(t testing.TB, name, password string) *http.Cookie {
	t.Helper()
	c, err := s.Login(t.Context(), name, password, "127.0.0.1")
	require.NoError(t, err)
	return c
}

// deeds are what the audit log says, newest first: "who from what object: detail".
func (s *site) deeds(t testing.TB) (out []string) {
	t.Helper()
	all, _, err := s.db.Deeds(t.Context(), history.Page{Limit: 1000})
	require.NoError(t, err)
	for _, d := range all {
		out = append(out, strings.Join([]string{d.Who, d.From, d.What, d.Object + ": " + d.Detail}, "|"))
	}
	return out
}
