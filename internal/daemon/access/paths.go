package access

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// The paths that are not for users alone.
const (
	loginPath   = "/login"
	metricsPath = "/metrics"
)

// isOpen says whether a request is for something that everybody may see, and nobody has to be known for. Only the plain spelling of a path
// counts: what a router might take for another path is for users.
func isOpen(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || !isPlain(r.URL) {
		return false
	}
	switch p := r.URL.Path; p {
	case "/healthz", "/readyz":
		return true
	default:
		return strings.HasPrefix(p, "/static/")
	}
}

// isLogin says whether a request is for the page on which users sign in.
func isLogin(r *http.Request) bool { return r.URL.Path == loginPath && isPlain(r.URL) }

func isPlain(u *url.URL) bool {
	return u.EscapedPath() == u.Path && path.Clean(u.Path) == u.Path && !strings.ContainsAny(u.Path, "\\;")
}

// Next is where a user goes after signing in: a path of ours, which the query of the sign-in page names, or the first page. What leads to
// another host is none.
func Next(wanted string) string {
	const most = 2048
	u, err := url.Parse(wanted)
	local := err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && u.Opaque == "" && strings.HasPrefix(u.Path, "/")
	if !local || len(wanted) > most || !strings.HasPrefix(wanted, "/") || strings.HasPrefix(wanted, "//") || strings.ContainsFunc(wanted, confusing) ||
		strings.HasPrefix(u.Path, "//") || u.Path == loginPath || u.Path == "/logout" {
		return "/"
	}
	return wanted
}

// confusing are characters that browsers drop or take for others in an address (URL Standard, 4.4).
func confusing(c rune) bool { return c == '\\' || c <= ' ' || c >= 0x7f }

// signInAt is the sign-in page, with the way back.
func signInAt(r *http.Request) string {
	if next := Next(r.URL.RequestURI()); next != "/" {
		return loginPath + "?next=" + url.QueryEscape(next)
	}
	return loginPath
}
