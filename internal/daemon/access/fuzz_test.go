package access

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNext(t *testing.T) {
	for wanted, want := range map[string]string{
		"/runs": "/runs", "/runs/x?y=1&z=%2f": "/runs/x?y=1&z=%2f", "/listeners/SYSA/a%2Fb": "/listeners/SYSA/a%2Fb", "/": "/", "": "/", "/login": "/", "/logout": "/", "/login?next=/x": "/",
		"//evil.example": "/", "https://evil.example/": "/", "/\\evil.example": "/", "\\/evil.example": "/", "/\t/evil.example": "/", "javascript:alert(1)": "/", "runs": "/",
		"/%2f/x": "/", "/\u2044x": "/", "///x": "/", "/x\r\nSet-Cookie: a": "/", "/" + strings.Repeat("x", 3000): "/", "http:/x": "/", "/x#//y": "/x#//y", " /x": "/",
	} {
		assert.Equal(t, want, Next(wanted), "%q", wanted)
	}
}

// FuzzNext: a browser that is sent there stays on this host.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{"/runs", "//evil.example", "/\\evil.example", "/%2f%2fevil", "http:evil", "/\t/x"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "https", Host: "localhost:8443", Path: "/login"}
	f.Fuzz(func(t *testing.T, wanted string) {
		got := Next(wanted)
		u, err := base.Parse(got)
		require.NoError(t, err)
		assert.Equal(t, "https", u.Scheme)
		assert.Equal(t, "localhost:8443", u.Host)
		assert.True(t, strings.HasPrefix(got, "/") && !strings.HasPrefix(got, "//") && !strings.ContainsAny(got, "\\\t\r\n"), got)
	})
}

// FuzzPath: what is open to everybody is nothing else to a router.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/static/x", "/static/../audit", "/healthz", "/static/%2e%2e/audit", "//static/x", "/static/%2faudit", "/static/a;b"} {
		f.Add(seed)
	}
	mux := http.NewServeMux()
	for _, pattern := range []string{"/healthz", "/readyz", "/static/", "/", "/audit", "/listeners/{system}/{name...}"} {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	open := map[string]bool{"/healthz": true, "/readyz": true, "/static/": true}
	f.Fuzz(func(t *testing.T, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.URL = u
		if isOpen(r) {
			_, pattern := mux.Handler(r)
			assert.True(t, open[pattern], "%q goes to %q", target, pattern)
		}
		if isLogin(r) {
			assert.Equal(t, "/login", r.URL.EscapedPath())
		}
	})
}

// FuzzHost: a name that is not ours is never taken for one that is.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{"localhost", "127.0.0.1:8443", "[::1]:1", "evil.example", "127.0.0.1.evil.example", "[::1", "a:b:c", "localhost.:1", "[fe80::1%x]"} {
		f.Add(seed)
	}
	m := New(nil, Config{})
	f.Fuzz(func(t *testing.T, header string) {
		if !m.ours(header) {
			return
		}
		// Another reader of the same header must see an address or localhost too.
		u, err := url.Parse("https://" + header + "/")
		if err != nil {
			return // no browser sends it
		}
		name := strings.TrimSuffix(u.Hostname(), ".")
		_, err = netip.ParseAddr(name)
		assert.True(t, err == nil || strings.EqualFold(name, "localhost"), "%q is %q", header, name)
	})
}

// FuzzPHC: what is read is written the same, and costs no more than the limits.
func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add(cheap("x"))
	f.Add("$2y$10$abc")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		assert.Equal(t, s, p.String())
		assert.True(t, p.memory <= maxMemoryKiB && p.passes <= maxPasses && p.lanes <= maxLanes && len(p.sum) >= sumSize)
	})
}

// FuzzCredentials: no header but the right one lets anybody in.
func FuzzCredentials(f *testing.F) {
	s := begin(f)
	c := s.login(f, otto, ottosPassword)
	token, err := s.AddToken(f.Context(), onTheCommandLine(), otto, "ci", Operator, nil)
	require.NoError(f, err)
	f.Add(CookieName+"="+c.Value, "", "")
	f.Add("", "Bearer "+token, "")
	f.Add(CookieName+"=x; "+CookieName+"=", "bearer ps_", "token="+token)
	f.Add("", "Basic b3R0bzp4", "a=%zz;b")
	f.Fuzz(func(t *testing.T, cookies, authorization, query string) {
		r := httptest.NewRequest("GET", "/operate", nil)
		r.Host, r.RemoteAddr, r.URL.RawQuery = here, outside, query
		r.Header.Set("Cookie", cookies)
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code == http.StatusOK {
			assert.True(t, strings.Contains(cookies, c.Value) && authorization == "" || strings.Contains(authorization, token), "%q %q", cookies, authorization)
		}
	})
}
