package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// maxBody is what a request may carry, in octets: forms and short documents.
const maxBody = 1 << 20

// maxLogin is what a request may carry of someone who is not known: a name, a password of maxPassword octets and a path, each octet as three.
const maxLogin = 16 << 10

// Handler stands before all that the service answers, and finds out who asks.
func (m *Manager) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := m.gate(r); f != nil {
			m.refuse(w, r, f)
			return
		}
		most := int64(maxBody)
		if isLogin(r) {
			most = maxLogin
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		at := &visit{manager: m, from: From(r)}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, at))
		if isOpen(r) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Set("Vary", "Cookie, Authorization")
		f := m.identify(r, at)
		if f == nil && at.user == nil && !isLogin(r) {
			f = m.stranger(r, at)
		}
		if isMetrics(r) {
			f = m.scrapers.know(r, at, f)
		}
		if f == nil && at.cookie != "" && !isLogin(r) {
			f = checkForm(r, at)
		}
		switch {
		case f == nil:
			next.ServeHTTP(w, r)
		case f.Status == http.StatusUnauthorized && !forPrograms(r) && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, signInAt(r), http.StatusSeeOther)
		default:
			m.refuse(w, r, f)
		}
	})
}

// methods are those that any handler of the service knows. No header and no field makes one of another.
func methods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
}

// gate refuses what no user may ask for.
func (m *Manager) gate(r *http.Request) *Fault {
	if !slices.Contains(methods(), r.Method) {
		return fault(http.StatusMethodNotAllowed, "The method is none of: %s.", strings.Join(methods(), ", "))
	}
	if !m.ours(r.Host) {
		return fault(http.StatusMisdirectedRequest, "The name in the address is none of this service. Use its address, localhost, or a name that its certificate has.")
	}
	if tokenInQuery(r) {
		return fault(http.StatusBadRequest, "A token must not stand in an address, which browsers and proxies keep. Delete it (portseal user token delete) and send another one in a header: Authorization: Bearer ps_...")
	}
	if m.origin.Check(r) != nil {
		return fault(http.StatusForbidden, "Another site's page has asked for this. Open the page here and try again.")
	}
	return nil
}

func tokenInQuery(r *http.Request) bool {
	for key, values := range r.URL.Query() {
		if key == "access_token" || slices.ContainsFunc(append(values, key), isToken) {
			return true
		}
	}
	return false
}

// identify finds the user by the token or cookie that a request has. A token that does not hold is refused, whatever else there is; a cookie
// that does not hold is none.
func (m *Manager) identify(r *http.Request, at *visit) *Fault {
	if headers := r.Header.Values("Authorization"); len(headers) > 0 {
		scheme, token, _ := strings.Cut(headers[0], " ")
		if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") {
			return fault(http.StatusUnauthorized, "Want one header: Authorization: Bearer ps_...")
		}
		token = strings.Trim(token, " ")
		user, err := m.token(r.Context(), token, at.from)
		switch {
		case err != nil:
			return m.down(r.Context(), err)
		case user == nil:
			return fault(http.StatusUnauthorized, "The token is unknown, has expired, or its user is disabled.")
		}
		at.user, at.token = user, token
		return nil
	}
	cookies := r.CookiesNamed(CookieName)
	switch len(cookies) {
	case 0:
		return nil
	case 1:
	default:
		return fault(http.StatusBadRequest, "The request has more than one cookie %s, of which only one can be ours. Delete them and sign in again.", CookieName)
	}
	user, err := m.session(r.Context(), cookies[0].Value)
	if err != nil {
		return m.down(r.Context(), err)
	}
	if user != nil {
		at.user, at.cookie = user, cookies[0].Value
	}
	return nil
}

// stranger decides what becomes of a request of nobody.
func (m *Manager) stranger(r *http.Request, at *visit) *Fault {
	empty, err := m.empty(r.Context())
	switch {
	case err != nil:
		return m.down(r.Context(), err)
	case !empty:
		return notSignedIn()
	case m.cfg.Anonymous && fromHere(r):
		at.user = &User{Role: Viewer, Anonymous: true}
		return nil
	}
	return fault(http.StatusForbidden, "There are no users yet, and only who is on this machine itself may look. Make one on the command line: portseal user add NAME --role operator")
}

// checkForm wants the session's token in whatever changes something. Tokens of the API need none: no browser sends them by itself.
func checkForm(r *http.Request, at *visit) *Fault {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	got := r.Header.Get(CSRFHeader)
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); got == "" && err == nil && kind == "application/x-www-form-urlencoded" {
		if err := r.ParseForm(); err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				return fault(http.StatusRequestEntityTooLarge, "The form is larger than %d octets.", maxBody)
			}
			return fault(http.StatusBadRequest, "The form cannot be read.")
		}
		got = r.PostForm.Get(CSRFField)
	}
	if subtle.ConstantTimeCompare([]byte(got), []byte(csrfOf(at.cookie))) != 1 {
		return fault(http.StatusForbidden, "The form is not of this session: load the page again and repeat it. (Field %s, or header %s.)", CSRFField, CSRFHeader)
	}
	return nil
}
