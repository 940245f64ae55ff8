package access

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

func TestAnonymous(t *testing.T) {
	s := empty(t)
	w := s.ask("GET", "/")
	assert.Equal(t, "/viewer", w.Header().Get("X-User"))
	for _, ok := range []edit{host("localhost"), host("localhost:8443"), host("[::1]:8443"), host("127.0.0.2"), from("[::1]:5"), from("[::ffff:127.0.0.1]:5")} {
		assert.Equal(t, http.StatusOK, s.ask("GET", "/", ok).Code)
	}
	for name, bad := range map[string]edit{
		"another machine": from(outside), "no address": from("@"), "a proxy": with("X-Forwarded-For", "127.0.0.1"), "another one": with("Forwarded", "for=1"),
		"with an empty header": with("X-Real-Ip", ""), "an outer address": host("192.0.2.1"), "an outer name": host("portseal.example.com"),
	} {
		w := s.ask("GET", "/", bad)
		assert.Equal(t, http.StatusForbidden, w.Code, name)
		assert.Contains(t, w.Body.String(), "portseal user add NAME --role operator", "the way out")
	}
	w = s.ask("POST", "/operate")
	assert.Equal(t, http.StatusForbidden, w.Code)
	assert.Contains(t, w.Body.String(), "portseal user add NAME --role operator")
	assert.Equal(t, http.StatusForbidden, s.ask("GET", "/audit").Code)

	require.NoError(t, s.AddUser(t.Context(), onTheCommandLine(), anna, Viewer, annasPassword))
	assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/").Code, "it ends with the first user")
	s.cfg.Anonymous = false
	require.NoError(t, s.DeleteUser(t.Context(), onTheCommandLine(), anna))
	assert.Equal(t, http.StatusForbidden, s.ask("GET", "/").Code)
}

func TestMayListen(t *testing.T) {
	s := empty(t)
	addr := func(at string) error { return s.MayListen(t.Context(), mustAddr(at)) }
	require.NoError(t, addr("127.0.0.1"))
	require.NoError(t, addr("::1"))
	require.NoError(t, addr("::ffff:127.0.0.1"))
	for _, at := range []string{"0.0.0.0", "::", "192.0.2.1"} {
		require.ErrorIs(t, addr(at), ErrNoUsers)
	}
	require.NoError(t, s.AddUser(t.Context(), onTheCommandLine(), anna, Viewer, annasPassword))
	require.NoError(t, addr("0.0.0.0"))
}

func TestStrangers(t *testing.T) {
	s := begin(t)
	for path, want := range map[string]int{
		"/healthz": 200, "/readyz": 200, "/static/page.css": 200, "/login": 200, "/metrics": 401,
		"/": 303, "/audit": 303, "/operate": 303, "/listeners/SYSA/web?x=1": 303, "/static": 303, "/favicon.ico": 303, "/api": 303,
		"/api/v1/runs": 401, "/api/v1/operate": 401, "/api/v1/openapi.json": 401,
		// Ways to call one path by another's name.
		"/static/../audit": 303, "/static/%2e%2e/audit": 303, "/static/..%2faudit": 303, "/static//audit": 303, "//audit": 303, "/static/./audit": 303,
		"/healthz/../audit": 303, "/healthz/": 303, "/healthz;x": 303, "/login/../audit": 303, "/LOGIN": 303, "/static/%00": 303, `/static/..\audit`: 303,
		"/metrics/../audit": 303, "/login%2f..%2faudit": 303, "/api/../audit": 401, "/static%2fx": 303, "/login?next=/audit": 200,
	} {
		assert.Equal(t, want, s.ask("GET", path).Code, path)
	}
	for path, want := range map[string]int{"/healthz": 401, "/static/x": 401, "/metrics": 401, "/login": 200, "/operate": 401, "/": 401} {
		assert.Equal(t, want, s.ask("POST", path).Code, path)
	}
	assert.Equal(t, http.StatusUnauthorized, s.ask("GET", "/metrics", from(outside)).Code)
	w := s.ask("GET", "/runs?x=1&y=%2f")
	assert.Equal(t, "/login?next=%2Fruns%3Fx%3D1%26y%3D%252f", w.Header().Get("Location"))
	assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	assert.Equal(t, "/login", s.ask("GET", "/").Header().Get("Location"))

	w = s.ask("GET", "/api/v1/runs")
	assert.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	assert.Equal(t, `Bearer realm="portseal"`, w.Header().Get("WWW-Authenticate"))
	var problem map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &problem))
	assert.Equal(t, map[string]any{"type": "about:blank", "title": "Unauthorized", "status": 401.0, "detail": "Sign in, or send a token: Authorization: Bearer ps_..."}, problem)
}

func TestRoleIsRequired(t *testing.T) {
	s := begin(t)
	a, o := s.login(t, anna, annasPassword), s.login(t, otto, ottosPassword)
	w := s.ask("GET", "/", signedIn(a))
	assert.Equal(t, "anna/viewer", w.Header().Get("X-User"))
	assert.Equal(t, "private, no-cache", w.Header().Get("Cache-Control"))
	assert.Equal(t, http.StatusOK, s.ask("GET", "/operate", signedIn(o)).Code)
	before := s.reached
	w = s.ask("GET", "/operate", signedIn(a))
	assert.Equal(t, http.StatusForbidden, w.Code)
	assert.Contains(t, w.Body.String(), "This needs the role operator; anna has the role viewer.")
	assert.Equal(t, http.StatusForbidden, s.ask("GET", "/audit", signedIn(o)).Code, "who acts is not who checks")
	assert.Equal(t, before, s.reached)
	assert.Equal(t, []string{"otto|127.0.0.1|refused|GET /audit: needs auditor", "anna|127.0.0.1|refused|GET /operate: needs operator"}, s.deeds(t)[:2])

	w = httptest.NewRecorder()
	Require(Viewer, http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	assert.Equal(t, http.StatusUnauthorized, w.Code, "what Handler has not seen does not pass")
	w = httptest.NewRecorder()
	s.Handler(Require(Viewer, http.NotFoundHandler())).ServeHTTP(w, httptest.NewRequest("GET", "https://localhost/login", nil))
	assert.Equal(t, http.StatusUnauthorized, w.Code, "nor who is nobody on an open path")
}

func TestHosts(t *testing.T) {
	s := begin(t)
	c := s.login(t, anna, annasPassword)
	for name, want := range map[string]int{
		"127.0.0.1:8443": 200, "localhost": 200, "LOCALHOST:1": 200, "localhost.": 200, "[::1]:8443": 200, "[fe80::1%25eth0]": 200, "[fe80::1%eth0]:1": 200, "192.0.2.1": 200,
		"portseal.example.com:8443": 200, "Portseal.Example.com.": 200,
		"": 421, "evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example:8443": 421, "localhost:8443:1": 421, "localhost:http": 421, "[::1": 421,
		"localhost@evil.example": 421, "evil.example#localhost": 421, "0x7f.1": 421, "2130706433": 421, "127.1": 421, ":8443": 421, "a.portseal.example.com": 421, "[]": 421, " localhost": 421,
	} {
		assert.Equal(t, want, s.ask("GET", "/", signedIn(c), host(name)).Code, name)
		assert.Equal(t, want, s.ask("GET", "/healthz", host(name)).Code, name)
	}
	s.cfg.Serves = nil
	assert.Equal(t, 421, s.ask("GET", "/", signedIn(c), host("portseal.example.com")).Code)
}

func TestCrossOrigin(t *testing.T) {
	s := begin(t)
	c := s.login(t, otto, ottosPassword)
	csrf := s.ask("GET", "/", signedIn(c)).Header().Get("X-Csrf")
	require.Len(t, csrf, 43)
	good := form(CSRFField, csrf)
	for name, edits := range map[string][]edit{
		"a form": {good}, "a script": {with(CSRFHeader, csrf)}, "the browser says so": {good, with("Sec-Fetch-Site", "same-origin")},
		"its origin": {good, with("Origin", "https://"+here)},
	} {
		assert.Equal(t, http.StatusOK, s.ask("POST", "/operate", append(edits, signedIn(c))...).Code, name)
	}
	other := s.login(t, otto, ottosPassword)
	before := s.reached
	for name, edits := range map[string][]edit{
		"no token": {}, "empty": {form(CSRFField, "")}, "in the query": {func(r *http.Request) { r.URL.RawQuery = "csrf=" + csrf }}, "another session's": {form(CSRFField, csrfOf(other.Value))},
		"the cookie itself": {form(CSRFField, c.Value)}, "a prefix": {form(CSRFField, csrf[:42])}, "in a body that is no form": {good, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }},
		"another site": {good, with("Sec-Fetch-Site", "cross-site")}, "a sister": {good, with("Sec-Fetch-Site", "same-site")},
		"another origin": {good, with("Origin", "https://evil.example")}, "another port": {good, with("Origin", "https://127.0.0.1:1")}, "no origin": {good, with("Origin", "null")},
		"after another": {form(CSRFField, "x", CSRFField, csrf)},
	} {
		assert.Equal(t, http.StatusForbidden, s.ask("POST", "/operate", append(edits, signedIn(c))...).Code, name)
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		assert.Equal(t, http.StatusForbidden, s.ask(method, "/operate", signedIn(c)).Code)
	}
	assert.Equal(t, http.StatusForbidden, s.ask("POST", "/login", with("Sec-Fetch-Site", "cross-site")).Code, "nobody is signed in by another site's page")
	large := form(CSRFField, csrf, "x", strings.Repeat("x", maxBody))
	assert.Equal(t, http.StatusRequestEntityTooLarge, s.ask("POST", "/operate", large, signedIn(c)).Code)
	assert.Equal(t, before, s.reached)
}

func TestMethods(t *testing.T) {
	s := begin(t)
	c := s.login(t, otto, ottosPassword)
	for _, method := range []string{"TRACE", "CONNECT", "PROPFIND", "get", "QUERY"} {
		w := s.ask(method, "/", signedIn(c))
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
		assert.Equal(t, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", w.Header().Get("Allow"))
	}
	var seen []string
	s.handler = s.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r.Method) }))
	for _, name := range []string{"X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"} {
		s.ask("GET", "/?_method=DELETE", signedIn(c), with(name, "DELETE"))
		s.ask("POST", "/", signedIn(c), with(name, "GET"), form("_method", "GET"))
		s.ask("POST", "/healthz", with(name, "GET"))
	}
	assert.Equal(t, []string{"GET", "GET", "GET"}, seen, "no header makes a request another one, or spares it the form's token")
}

func TestCookies(t *testing.T) {
	s := begin(t)
	c := s.login(t, otto, ottosPassword)
	for name, value := range map[string]string{
		"two": CookieName + "=" + c.Value + "; " + CookieName + "=x", "two of the same": CookieName + "=" + c.Value + "; " + CookieName + "=" + c.Value,
	} {
		assert.Equal(t, http.StatusBadRequest, s.ask("GET", "/", with("Cookie", value)).Code, name)
	}
	assert.Equal(t, http.StatusBadRequest, s.ask("GET", "/", signedIn(c), signedIn(c)).Code, "in two headers")
	for _, value := range []string{
		"portseal=" + c.Value, "__host-portseal=" + c.Value, CookieName + "=", CookieName + "=" + c.Value[:42], CookieName + "=" + c.Value + "=", CookieName + "=" + c.Value + "A",
		CookieName + "=" + strings.ToLower(c.Value) + " ", CookieName,
	} {
		assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/", with("Cookie", value)).Code, value)
	}
	assert.Equal(t, http.StatusOK, s.ask("GET", "/", with("Cookie", "a=b; "+CookieName+"="+c.Value+"; c=d")).Code)
}

// TestPage: a person is answered with a page, a program with a document.
func TestPage(t *testing.T) {
	s := begin(t)
	s.cfg.Page = func(w http.ResponseWriter, r *http.Request, f Fault) {
		w.WriteHeader(f.Status)
		fmt.Fprintf(w, "<h1>%s</h1>%s", f.Title, f.Detail)
	}
	assert.Contains(t, s.ask("POST", "/operate").Body.String(), "<h1>Unauthorized</h1>")
	assert.Contains(t, s.ask("GET", "/", host("evil.example")).Body.String(), "<h1>Misdirected Request</h1>")
	assert.Contains(t, s.ask("GET", "/api/v1/runs").Body.String(), `"status":401`)
	assert.Contains(t, s.ask("GET", "/runs", with("Authorization", "Basic eDp5")).Body.String(), `"status":401`)
}

// TestOnTheWire: requests that no client would send, as octets.
func TestOnTheWire(t *testing.T) {
	s := begin(t)
	c := s.login(t, otto, ottosPassword)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	cookie := "Cookie: " + CookieName + "=" + c.Value + "\r\n"
	for request, want := range map[string]int{
		"GET / HTTP/1.1\r\nHost: localhost\r\n" + cookie:                                         200,
		"GET / HTTP/1.0\r\n" + cookie:                                                            421,
		"GET / HTTP/1.1\r\n" + cookie:                                                            400,
		"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n" + cookie:                   400,
		"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n" + cookie:       421,
		"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n" + cookie:                      421,
		"GET http://localhost/operate HTTP/1.1\r\nHost: evil.example\r\n" + cookie:               200, // RFC 9112, 3.2.2: the address counts
		"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n" + cookie:                         405,
		"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n":                                              200, // net/http answers, and nobody is asked
		"GET /static/../audit HTTP/1.1\r\nHost: localhost\r\n":                                   303,
		"GET /healthz HTTP/1.1\r\nHost: localhost\r\nAuthorization: x\r\n":                       200,
		"POST /operate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + cookie:            403,
		"POST /healthz HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: GET\r\n" + cookie:  403,
		"GET /operate HTTP/1.1\r\nHost: localhost\r\ncookie: " + CookieName + "=x\r\n" + cookie:  400,
		"GET /operate HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ps_x\r\n" + cookie:    401,
		"GET /operate HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-User: otto\r\nX-User: otto\r\n": 303,
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		require.NoError(t, err)
		_, err = io.WriteString(conn, request+"Connection: close\r\n\r\n")
		require.NoError(t, err)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, request)
		assert.Equal(t, want, response.StatusCode, request)
		require.NoError(t, response.Body.Close())
		require.NoError(t, conn.Close())
	}
}

// TestHolds: an answer that goes on for long ends with what let it in, and does not make a session last.
func TestHolds(t *testing.T) {
	s := empty(t)
	var ctx context.Context
	s.handler = s.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { ctx = r.Context() }))
	in := func(edits ...edit) func() bool {
		ctx = nil
		s.ask("GET", "/runs/x/events", edits...)
		require.NotNil(t, ctx)
		mine := ctx
		return func() bool {
			holds, err := Holds(mine)
			require.NoError(t, err)
			return holds
		}
	}
	nobody := in()
	assert.True(t, nobody())
	for _, u := range []history.User{{Name: anna, Role: "viewer", Hash: cheap(annasPassword)}, {Name: otto, Role: "operator", Hash: cheap(ottosPassword)}} {
		u.Made = s.at
		require.NoError(t, s.db.PutUser(t.Context(), u))
	}
	assert.False(t, nobody(), "there are users now")
	c := s.login(t, anna, annasPassword)
	end := s.at.Add(2 * idleTime)
	text, err := s.AddToken(t.Context(), onTheCommandLine(), otto, "ci", Viewer, &end)
	require.NoError(t, err)
	session, token := in(signedIn(c)), in(with("Authorization", "Bearer "+text))
	s.at = s.at.Add(idleTime - time.Second)
	assert.True(t, session())
	s.at = s.at.Add(time.Second)
	assert.False(t, session(), "to look on is no use of it")
	assert.True(t, token())
	s.at = end
	assert.False(t, token())

	session = in(signedIn(s.login(t, anna, annasPassword)))
	assert.True(t, session())
	require.NoError(t, s.SetPassword(t.Context(), onTheCommandLine(), anna, "set by the administrator"))
	assert.False(t, session())
	holds, err := Holds(t.Context())
	require.NoError(t, err)
	assert.False(t, holds, "nobody has looked at it")
	in(signedIn(s.login(t, otto, ottosPassword)))
	mine := ctx
	s.store.(*accounts).before = func(string) error { return history.ErrBusy }
	_, err = Holds(mine)
	require.ErrorIs(t, err, history.ErrBusy, "it is not known")
}
