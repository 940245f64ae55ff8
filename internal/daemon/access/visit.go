package access

import (
	"context"
	"net/http"
)

// User is who a request comes from.
type User struct {
	Name      string // empty for the anonymous viewer
	Role      Role
	Token     string // the name of the token; empty for a person
	Anonymous bool   // there are no users, and this is somebody at the machine itself
}

// May says whether the user may do what a role is for.
func (u User) May(what Role) bool { return u.Role.may(what) }

// by is what the audit log says beside the name.
func (u User) by() string {
	if u.Token == "" {
		return ""
	}
	return "token " + u.Token
}

// visit is what Handler has found out about a request.
type visit struct {
	manager *Manager
	user    *User  // nil: nobody who is known
	from    string // an address
	cookie  string // the session's, where there is one
	token   string // likewise
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	at, _ := ctx.Value(visitKey{}).(*visit)
	return at
}

// UserOf is who a request comes from; false on the few paths that are open to everybody.
func UserOf(ctx context.Context) (User, bool) {
	if at := visitOf(ctx); at != nil && at.user != nil {
		return *at.user, true
	}
	return User{}, false
}

// Holds says whether a request would still be let in by what let it in: its session or token, or that there are no users. It is for answers that
// go on for long, and no use of the session: who only looks on is signed out in time.
func Holds(ctx context.Context) (bool, error) {
	at := visitOf(ctx)
	if at == nil || at.user == nil {
		return false, nil
	}
	m := at.manager
	switch {
	case at.cookie != "":
		_, u, err := m.sessionOf(ctx, at.cookie)
		return u != nil, err
	case at.token != "":
		_, u, _, err := m.tokenOf(ctx, at.token)
		return u != nil, err
	}
	return m.empty(ctx)
}

// CSRFField is the form field, and CSRFHeader the header, that carry the token of a session in whatever changes something.
const (
	CSRFField  = "csrf"
	CSRFHeader = "X-CSRF-Token"
)

// CSRF is the token of the session, which every form of the page has; empty without a session.
func CSRF(ctx context.Context) string {
	if at := visitOf(ctx); at != nil && at.cookie != "" {
		return csrfOf(at.cookie)
	}
	return ""
}

// Require lets only users through who may do what a role is for.
func Require(role Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := visitOf(r.Context())
		switch {
		case at == nil:
			plain(w, notSignedIn()) // nobody has looked at it: it must not pass
		case at.user == nil:
			at.manager.refuse(w, r, notSignedIn())
		case !at.user.May(role):
			at.manager.refuse(w, r, at.manager.lacking(r, at, role))
		default:
			next.ServeHTTP(w, r)
		}
	})
}
