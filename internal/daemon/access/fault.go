package access

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/history"
)

// Fault is why a request was refused.
type Fault struct {
	Status int
	Title  string
	Detail string // a sentence: what would be right
	Retry  int    // after so many seconds; 0: not said
}

func fault(status int, format string, args ...any) *Fault {
	return &Fault{Status: status, Title: http.StatusText(status), Detail: fmt.Sprintf(format, args...)}
}

func notSignedIn() *Fault {
	return fault(http.StatusUnauthorized, "Sign in, or send a token: Authorization: Bearer ps_...")
}

// down is the answer where the database did not give one. Its error is for the log, and nobody else to read.
func (m *Manager) down(ctx context.Context, err error) *Fault {
	if ctx.Err() == nil { // whoever asked still waits
		m.cfg.Log.ErrorContext(ctx, "users, sessions and tokens cannot be looked up", "error", err)
	}
	f := fault(http.StatusServiceUnavailable, "The database does not answer, so it is not known who you are. Try again in a moment.")
	f.Retry = 5
	return f
}

// lacking is the answer to a user whose role does not suffice. It is noted.
func (m *Manager) lacking(r *http.Request, at *visit, role Role) *Fault {
	if at.user.Anonymous {
		return fault(http.StatusForbidden, "This needs a signed-in %s, and there are no users yet. Make one on the command line: portseal user add NAME --role %s", role, role)
	}
	err := m.noteRefused(r.Context(), history.Deed{Who: at.user.Name, From: at.from, What: refusedRequest, Object: r.Method + " " + clip(r.URL.Path),
		Detail: joined("needs "+string(role), at.user.by())})
	if err != nil {
		return m.down(r.Context(), err)
	}
	return fault(http.StatusForbidden, "This needs the role %s; %s has the role %s.", role, at.user.Name, at.user.Role)
}

// clip keeps the audit log readable whatever somebody asks for.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// Refuse answers a request that another part of the service does not let through, as Handler answers those that it does not.
func (m *Manager) Refuse(w http.ResponseWriter, r *http.Request, f Fault) { m.refuse(w, r, &f) }

// refuse answers a request that goes no further: a program with problem+json, a person with a page.
func (m *Manager) refuse(w http.ResponseWriter, r *http.Request, f *Fault) {
	w.Header().Set("Cache-Control", "no-store")
	if f.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="portseal"`) // RFC 9110, 11.6.1: a 401 has one
	}
	if f.Status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", strings.Join(methods(), ", ")) // RFC 9110, 15.5.6
	}
	if f.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.Retry))
	}
	switch {
	case forPrograms(r):
		Problem(w, *f)
	case m.cfg.Page == nil:
		plain(w, f)
	default:
		m.cfg.Page(w, r, *f)
	}
}

func forPrograms(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/metrics" || len(r.Header.Values("Authorization")) > 0
}

// Problem answers with a problem document (RFC 9457).
func Problem(w http.ResponseWriter, f Fault) {
	body, _ := json.Marshal(struct { // strings and a number: it never fails
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail,omitempty"`
	}{"about:blank", f.Title, f.Status, f.Detail})
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(f.Status)
	_, _ = w.Write(append(body, '\n')) // whoever has gone needs no answer
}

func plain(w http.ResponseWriter, f *Fault) {
	http.Error(w, f.Title+": "+f.Detail, f.Status)
}
