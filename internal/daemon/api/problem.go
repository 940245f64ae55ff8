package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	reportjson "github.com/portseal/portseal/report/json"
)

// problems is where the kinds of problems are described; the kind follows.
const problems = "https://github.com/portseal/portseal/blob/main/docs/API.md#"

// Problem is why a request was not answered: a problem of RFC 9457.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Errors []Fault `json:"errors,omitempty"` // each thing that is wrong with the request

	header http.Header
}

// Fault is one thing that is wrong with a request.
type Fault struct {
	In     string `json:"in"`           // "query", "body", "header"
	At     string `json:"at,omitempty"` // the parameter, the key, or the place in a text
	Detail string `json:"detail"`
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// kinds are the kinds of problems, with their titles.
func kinds() [][2]string {
	return [][2]string{
		{"bad-request", "The request cannot be read"},
		{"not-found", "There is nothing here"},
		{"method-not-allowed", "That cannot be done here"},
		{"not-acceptable", "There is no such form of it"},
		{"overlap", "A run is on its way"},
		{"blackout", "A blackout is on"},
		{"not-running", "The run does not run here"},
		{"ended", "The waiver was ended already"},
		{"not-again", "The notice is not sent again"},
		{"pruned", "Retention has removed the report"},
		{"too-large", "The body is too large"},
		{"media-type", "The body is no JSON"},
		{"unknown-name", "The estate has none of that name"},
		{"not-comparable", "The two runs have nothing in common"},
		{"no-waiver", "The waiver cannot be made"},
		{"estate-fault", "The estate file has faults"},
		{"failed", "The service failed"},
		{"unavailable", "The database does not answer"},
	}
}

func titleOf(kind string) string {
	all := kinds()
	i := slices.IndexFunc(all, func(k [2]string) bool { return k[0] == kind })
	return all[i][1]
}

func bad(faults []Fault) *Problem {
	return &Problem{Type: "bad-request", Status: http.StatusBadRequest, Detail: inWords(faults), Errors: faults}
}

// inWords is all faults as a sentence.
func inWords(faults []Fault) string {
	var out []string
	for _, f := range faults {
		at := f.At
		if at != "" {
			at += ": "
		}
		out = append(out, at+f.Detail)
	}
	return strings.Join(out, ". ")
}

func notFound(path string) *Problem {
	return &Problem{Type: "not-found", Status: http.StatusNotFound,
		Detail: fmt.Sprintf("%.300q is not here; what there is, is described by %s/openapi.json", path, Prefix)}
}

func missing(what, name string) *Problem {
	return &Problem{Type: "not-found", Status: http.StatusNotFound, Detail: fmt.Sprintf("there is no %s %.300q", what, name)}
}

func failed() *Problem {
	return &Problem{Type: "failed", Status: http.StatusInternalServerError, Detail: "the service failed to answer; its log says why"}
}

// retryAfter is when a database that is away is asked for again, in seconds.
const retryAfter = 10

func unavailable(detail string) *Problem {
	return &Problem{Type: "unavailable", Status: http.StatusServiceUnavailable, Detail: detail, header: http.Header{"Retry-After": {strconv.Itoa(retryAfter)}}}
}

// refuse answers with what went wrong. What a database says is for the log: it may name hosts and users.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody listens any more
	}
	var p *Problem
	if !errors.As(err, &p) {
		p = a.problemOf(r, err)
	}
	a.write(w, r, p)
}

func (a *API) problemOf(r *http.Request, err error) *Problem {
	switch {
	case errors.Is(err, history.ErrNotFound):
		return notFound(r.URL.Path)
	case errors.Is(err, history.ErrTaken):
		return &Problem{Type: "overlap", Status: http.StatusConflict, Detail: "another service has just begun a run of the same"}
	case errors.Is(err, control.ErrOverlap):
		return &Problem{Type: "overlap", Status: http.StatusConflict, Detail: err.Error()}
	case errors.Is(err, control.ErrBlackout):
		return &Problem{Type: "blackout", Status: http.StatusConflict, Detail: err.Error()}
	case errors.Is(err, control.ErrNotAgain):
		return &Problem{Type: "not-again", Status: http.StatusConflict, Detail: err.Error()}
	case errors.Is(err, control.ErrUnknown):
		return &Problem{Type: "unknown-name", Status: http.StatusUnprocessableEntity, Detail: err.Error()}
	}
	a.Log.Error("the API could not answer", "method", r.Method, "path", r.URL.Path, "error", err)
	switch {
	case errors.Is(err, history.ErrBusy):
		return unavailable("the database is busy; try again")
	case !a.answers(r.Context()):
		return unavailable("the database does not answer; the service's log says why. Try again later")
	}
	return failed()
}

// answers says whether the database answers.
func (a *API) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return a.Store.Ping(ctx) == nil
}

// write writes a problem.
func (a *API) write(w http.ResponseWriter, r *http.Request, p *Problem) {
	whole := *p
	whole.Type, whole.Title = problems+p.Type, titleOf(p.Type)
	h := w.Header()
	for name, values := range p.header {
		h[name] = values
	}
	for _, name := range []string{"ETag", "Content-Encoding", "Content-Disposition", "Content-Length"} { // of an answer that came to nothing
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if err := reportjson.Encode(w, whole); err != nil && r.Context().Err() == nil {
		a.Log.Warn("an answer was not sent", "path", r.URL.Path, "error", err)
	}
}
