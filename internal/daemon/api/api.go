// Package api is /api/v1: the history and the running service for scripts, as JSON over HTTP.
//
// Every route stands in one table (routes.go), with its parameters, the keys of its body, what it answers and who may ask. Requests are read by
// that table, and the OpenAPI document is made from it, so that they cannot drift apart. What is in a report has the same keys here.
//
// Requests are read strictly: an unknown parameter or key is an error, as is one that is given twice. Every error is a problem (RFC 9457) that
// says what is wrong, where, and what would be right. Nothing in a request becomes an address, a pattern or a path: a run can be asked for by
// names that the estate has, and by nothing else.
//
// Limits: who asks is found out before, by internal/daemon/access; tokens, cookies, Host and Origin are not looked at here. Of a
// list that the store gives as a whole, a page is cut out anew each time. At most two reports are rendered at a time.
package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// Prefix is where the API is.
const Prefix = "/api/v1"

// Config is what the API is made from.
type Config struct {
	Store    history.Store
	Control  control.Control
	Formats  []control.Format // of reports, beside json, which is the stored bytes
	Findings []string         // ids that a waiver may name
	Now      func() time.Time // nil: the clock
	Log      *slog.Logger     // nil: none
}

// API answers requests below Prefix.
type API struct {
	Config
	routes   []route
	document func() (any, error)
	renders  chan struct{} // holds one for each rendering on its way: a large report takes hundreds of megabytes
}

const rendersAtOnce = 2

// New makes the API. It has to stand behind access.Handler: without that nobody is known, and nothing is answered.
func New(c Config) (*API, error) {
	if c.Store == nil || c.Control == nil {
		return nil, errors.New("the API needs a history and a service")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	a := &API{Config: c, renders: make(chan struct{}, rendersAtOnce)}
	a.routes = routes(a.formatNames())
	a.document = sync.OnceValues(a.openAPI)
	return a, nil
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w := &writer{ResponseWriter: rw}
	defer a.recovered(w, r)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	ways, path := a.match(r.URL.EscapedPath())
	way, out, err := choose(r, ways)
	if way == nil {
		a.respond(w, r, out, err)
		return
	}
	access.Require(way.role, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		out, err := a.follow(w, r, way, path)
		a.respond(w, r, out, err)
	})).ServeHTTP(w, r)
}

// respond sends an answer, or why there is none.
func (a *API) respond(w http.ResponseWriter, r *http.Request, out *answer, err error) {
	if err == nil {
		err = a.send(w, r, out)
	}
	if err != nil {
		a.refuse(w, r, err)
	}
}

// writer knows whether an answer has begun.
type writer struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader begins the answer.
func (w *writer) WriteHeader(status int) {
	w.begun = true
	w.ResponseWriter.WriteHeader(status)
}

// recovered turns a panic into a failure of the one request.
func (a *API) recovered(w *writer, r *http.Request) {
	fault := recover()
	if fault == nil {
		return
	}
	if fault != http.ErrAbortHandler {
		a.Log.Error("the API failed", "method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
	}
	if w.begun {
		panic(http.ErrAbortHandler) // the client must not take a part for the whole
	}
	a.write(w, r, failed())
}

// choose finds the route for the method of a request. Without one there is an answer, or an error.
func choose(r *http.Request, ways []*route) (*route, *answer, error) {
	if len(ways) == 0 {
		return nil, nil, notFound(r.URL.Path)
	}
	method, allow := r.Method, allowed(ways)
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if method == http.MethodOptions {
		return nil, &answer{status: http.StatusNoContent, header: http.Header{"Allow": {allow}}}, nil
	}
	for _, way := range ways {
		if way.method == method {
			return way, nil, nil
		}
	}
	p := &Problem{Type: "method-not-allowed", Status: http.StatusMethodNotAllowed, Detail: r.Method + " is nothing that can be done here; want one of " + allow}
	p.header = http.Header{"Allow": {allow}}
	return nil, nil, p
}

// follow does what a route is for.
func (a *API) follow(w http.ResponseWriter, r *http.Request, way *route, path map[string]string) (*answer, error) {
	c := &call{Request: r, route: way, path: path}
	c.user, _ = access.UserOf(r.Context()) // access.Require has let it through
	var faults []Fault
	c.query, faults = readQuery(r.URL.RawQuery, way.query)
	if len(faults) > 0 {
		return nil, bad(faults)
	}
	if err := a.checkEstate(c); err != nil {
		return nil, err
	}
	if err := c.readBody(w); err != nil {
		return nil, err
	}
	return way.do(a, c)
}
