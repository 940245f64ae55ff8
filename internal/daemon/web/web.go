package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// Who is the person that a page is for.
type Who struct {
	Name    string // empty: nobody signed in
	Operate bool   // may begin and stop runs, and make waivers
	Audit   bool   // may see who did what
	CSRF    string // the hidden field "csrf" of every form
}

// Refusal is what a person is told whose sign-in, or new password, is not taken.
type Refusal struct {
	Status int
	Said   []string // sentences
	Retry  int      // after so many seconds; 0: not said
}

// Config is what the pages are made from.
type Config struct {
	Store    history.Store
	Control  control.Control
	Formats  []control.Format // of reports that can be downloaded, in the order in which they are offered; json is the stored bytes
	Findings []string         // ids that a waiver may name
	Now      func() time.Time
	Log      *slog.Logger

	// Who says who asks. Requests have been let through before: a page only decides what it offers.
	Who func(ctx context.Context) Who
	// Login answers with the session's cookie, or with what the person is told who is not let in.
	Login func(ctx context.Context, name, password, from string) (cookie *http.Cookie, refused *Refusal, err error)
	// Password gives who asks another password, and answers likewise.
	Password func(ctx context.Context, old, password string) (cookie *http.Cookie, refused *Refusal, err error)
	// Logout ends the session of the request, and answers with the cookie that takes its place.
	Logout func(ctx context.Context) (*http.Cookie, error)
	// Holds says whether who asked may still look, for answers that go on for long.
	Holds func(ctx context.Context) (bool, error)
	// Record adds to the audit log what the user of a request has done.
	Record func(ctx context.Context, what, object, detail string) error
}

// Pages are the pages of the service.
type Pages struct {
	Config
	looks    *looks
	stored   *shelf
	overview overviews
	known    known
	streams  *streams
}

// New makes the pages.
func New(c Config) (*Pages, error) {
	switch {
	case c.Store == nil || c.Control == nil:
		return nil, errors.New("the pages need a history and a service")
	case c.Who == nil || c.Login == nil || c.Password == nil || c.Logout == nil || c.Holds == nil || c.Record == nil:
		return nil, errors.New("the pages need to know who looks")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	l, err := newLooks()
	if err != nil {
		return nil, err
	}
	return &Pages{Config: c, looks: l, stored: newShelf(c.Store), streams: newStreams()}, nil
}

// Handler serves the pages. What it does not know is an error page, so it is to be the handler of "/".
func (p *Pages) Handler() http.Handler {
	mux := http.NewServeMux()
	get := func(pattern string, make func(r *http.Request) (*view, error)) {
		mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, make) })
	}
	post := func(pattern string, need func(Who) bool, do func(r *http.Request) (to string, err error)) {
		mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) { p.act(w, r, need, do) })
	}
	get("/{$}", p.overviewPage)
	get("/migration", p.migrationPage)
	get("/listeners", p.listenersPage)
	get("/listeners/{system}/{name...}", p.listenerPage)
	get("/changes", p.changesPage)
	get("/certificates", p.certificatesPage)
	get("/policies", p.policiesPage)
	get("/policies/{system}", p.policyPage)
	get("/runs", p.runsPage)
	get("/runs/{id}", p.runPage)
	get("/diff", p.diffPage)
	get("/reports", p.reportsPage)
	get("/schedules", p.schedulesPage)
	get("/notices", p.noticesPage)
	get("/waivers", p.waiversPage)
	get("/audit", p.auditPage)
	get("/login", p.loginPage)
	get("/password", p.passwordPage)
	get("/", p.nothing)
	mux.HandleFunc("GET /migration.svg", p.migrationPicture)
	mux.HandleFunc("GET /runs/{id}/progress", p.progress)
	mux.HandleFunc("GET /runs/{id}/events", p.events)
	mux.HandleFunc("GET /runs/{id}/{file}", p.download)
	mux.HandleFunc("GET /static/{name}", p.looks.serve)
	post("/runs", operate, p.startRun)
	post("/runs/{id}/cancel", operate, p.cancelRun)
	post("/reload", operate, p.reload)
	post("/notices/{id}/again", operate, p.sendAgain)
	post("/waivers", operate, p.addWaiver)
	post("/waivers/{id}/expire", operate, p.expireWaiver)
	mux.HandleFunc("POST /login", p.login)
	mux.HandleFunc("POST /logout", p.logout)
	mux.HandleFunc("POST /password", p.changePassword)
	return guarded(mux)
}

func operate(w Who) bool { return w.Operate }

// policy is what a page may load and run: its own files, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guarded says with every answer what a browser must not do with it.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		guard(w.Header())
		next.ServeHTTP(w, r)
	})
}

func guard(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
}
