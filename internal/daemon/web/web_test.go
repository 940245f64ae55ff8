package web_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// pages are the paths of every page, in a history that fill made.
func pages() []string {
	return []string{"/", "/migration", "/listeners", "/listeners?rc4=open", "/listeners?q=agent&system=SYSA&state=tls&worst=none&sort=ends", "/listeners/SYSC/agent-rc4", "/listeners/SYSA/web",
		"/changes", "/changes?since=year", "/certificates", "/certificates?use=shared", "/policies", "/policies/SYSA", "/runs", "/runs?state=missed", "/runs/night-0", "/runs/missed-3",
		"/diff", "/diff?old=night-1&new=night-0", "/reports", "/schedules", "/notices", "/notices?state=given-up", "/waivers", "/login"}
}

func TestEveryPage(t *testing.T) {
	s := newSite(t)
	s.fill()
	for _, who := range []web.Who{{}, viewer(), operator(), auditor()} {
		s.as(who)
		list := pages()
		if who.Name != "" {
			list = append(list, "/password", "/password?changed=yes")
		}
		for _, path := range list {
			got := s.get(path)
			assert.Equal(t, http.StatusOK, got.StatusCode, "%s %s", who.Name, path)
			assert.Contains(t, got.body, "<h1>", path)
			assert.NotContains(t, got.body, "ZgotmplZ", path)
			assert.NotContains(t, got.body, " style=", path)
			assert.NotContains(t, got.body, "<no value>", path)
			assert.Contains(t, got.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'", path)
			assert.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
		}
	}
}

// Before the first run, every page says so.
func TestEmptyHistory(t *testing.T) {
	s := newSite(t)
	s.as(operator())
	for _, path := range []string{"/", "/migration", "/listeners", "/listeners?rc4=open", "/changes", "/certificates", "/policies", "/runs", "/diff", "/reports", "/schedules", "/notices", "/notices?state=sent", "/waivers"} {
		got := s.get(path)
		assert.Equal(t, http.StatusOK, got.StatusCode, path)
	}
	assert.Contains(t, s.get("/").body, "No run has finished yet")
}

// Names that lead nowhere, and names that were made to confuse: never a failure of the service, and nothing of them is markup.
func TestCraftedNames(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.as(operator())
	for _, path := range []string{"/nothing", "/runs/nothing", "/runs/%00", "/runs/..%2f..%2fetc", "/runs/'%20OR%201=1", "/runs/night-0/nothing", "/runs/night-0/report.exe", "/runs/nothing/report.json",
		"/runs/missed-3/report.json", "/runs/nothing/progress", "/listeners/SYSA/nothing", "/listeners/SYSA/", "/listeners/%3Cscript%3E/x", "/listeners/SYSA/%ff%00", "/policies/SYSB", "/policies/%2e%2e",
		"/diff?old=nothing&new=night-0", "/static/nothing", "/static/..%2fdoc.go", "/static/uplot.LICENSE%00"} {
		got := s.get(path)
		assert.Equal(t, http.StatusNotFound, got.StatusCode, path)
		assert.NotContains(t, got.body, "<script>", path)
	}
	assert.Equal(t, http.StatusBadRequest, s.get("/diff?old=missed-3&new=night-0").StatusCode)
	for _, path := range []string{"/listeners?page=-9&sort=x&q=%00%ff", "/listeners?page=99999999999999999999", "/runs?state=x", "/certificates?q=%3Cscript%3E&use=x", "/changes?since=x"} {
		assert.Equal(t, http.StatusOK, s.get(path).StatusCode, path)
	}
	for _, path := range []string{"/runs?after=x", "/reports?after=%00", "/notices?after=x", "/notices?after=-1&state=%00", "/audit?after=x"} {
		s.as(auditor())
		assert.NotEqual(t, http.StatusInternalServerError, s.get(path).StatusCode, path)
	}
}

// What a peer sent is shown, and is neither markup nor invisible.
func TestHostileText(t *testing.T) {
	s := newSite(t)
	s.service.set(func(c *control.Status) { c.Fault = "bad \u202e<script>alert(1)</script>\x1b[2J" })
	rep := prodplex(t, 0, func(rep *report.Report) {
		attack := "CN=\u202egnp.exe<script>alert(1)</script>\x1b[2J\xff"
		for i := range rep.Certificates {
			rep.Certificates[i].Subject = attack
		}
		for i := range rep.Findings {
			rep.Findings[i].Observed, rep.Findings[i].Detail = attack, attack
		}
	})
	s.add(rep, nil)
	s.as(operator())
	for _, path := range []string{"/", "/listeners/SYSA/web", "/listeners/SYSB/agent-rc4", "/certificates", "/runs/night-0", "/schedules"} {
		got := s.get(path)
		require.Equal(t, http.StatusOK, got.StatusCode, path)
		assert.NotContains(t, got.body, "<script>alert", path)
		for _, hidden := range []string{"\u202e", "\x1b", "\xff"} {
			assert.NotContains(t, got.body, hidden, path)
		}
		assert.Contains(t, got.body, `\u202e`, path)
	}
}

func TestDownloads(t *testing.T) {
	s := newSite(t)
	s.fill()
	doc, err := s.store.Report(t.Context(), "night-0")
	require.NoError(t, err)
	got := s.get("/runs/night-0/report.json")
	assert.Equal(t, string(doc), got.body, "byte for byte")
	assert.Equal(t, "attachment; filename=portseal-prodplex-night-0.json", got.Header.Get("Content-Disposition"))
	got = s.get("/runs/night-0/report.html")
	assert.Contains(t, got.body, "<title>")
	assert.Contains(t, got.Header.Get("Content-Security-Policy"), "sandbox")
	assert.Equal(t, http.StatusInternalServerError, s.get("/runs/night-0/report.broken").StatusCode)

	_, err = s.store.Prune(t.Context(), now().AddDate(0, 0, -1).Add(-time.Hour), history.Storing{At: now(), Origin: "example.com/portseal"})
	require.NoError(t, err)
	assert.Equal(t, http.StatusGone, s.get("/runs/night-6/report.json").StatusCode)
	assert.Contains(t, s.get("/runs/night-6").body, "Retention has removed")
	assert.Contains(t, s.get("/reports").body, "no longer kept")
	assert.Equal(t, http.StatusGone, s.get("/diff?old=night-6&new=night-0").StatusCode)
}

func TestPicture(t *testing.T) {
	s := newSite(t)
	s.fill()
	got := s.get("/migration.svg")
	assert.Equal(t, "image/svg+xml", got.Header.Get("Content-Type"))
	assert.Contains(t, got.body, "<svg")
}

func TestProgress(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.busy()
	assert.JSONEq(t, `{"running": true, "done": 7, "all": 20, "text": "Looking: 7 of 20 listeners looked at, 2 findings so far.", "latest": "SYSA/web"}`, s.get("/runs/on-its-way/progress").body)
	s.service.set(func(c *control.Status) { c.Running = nil })
	assert.Contains(t, s.get("/runs/on-its-way/progress").body, "Another service")
	assert.JSONEq(t, `{"running": false, "done": 0, "all": 0, "text": ""}`, s.get("/runs/night-0/progress").body)
}

// What the pages load may be kept for ever, and the library is the one that the notes say.
func TestStaticFiles(t *testing.T) {
	s := newSite(t)
	body := s.get("/login").body
	list := regexp.MustCompile(`/static/[a-z.]+\?v=[0-9a-f]+`).FindAllString(body, -1)
	require.Len(t, list, 5)
	for _, path := range list {
		got := s.get(path)
		assert.Equal(t, http.StatusOK, got.StatusCode)
		assert.Contains(t, got.Header.Get("Cache-Control"), "immutable")
	}
	assert.Equal(t, "no-cache", s.get("/static/app.js").Header.Get("Cache-Control"))
	assert.Contains(t, s.get("/static/web.css").body, "color-scheme", "the style of all pages comes first")

	notes, err := os.ReadFile(filepath.Join("static", "README.md"))
	require.NoError(t, err)
	sums := regexp.MustCompile(`(?m)^    ([0-9a-f]{64})  (\S+)$`).FindAllStringSubmatch(string(notes), -1)
	require.Len(t, sums, 3)
	for _, sum := range sums {
		data, err := os.ReadFile(filepath.Join("static", sum[2]))
		require.NoError(t, err)
		assert.Equal(t, sum[1], fmt.Sprintf("%x", sha256.Sum256(data)), sum[2])
	}
}

// FuzzRequests: whatever is asked for, the service does not fail.
func FuzzRequests(f *testing.F) {
	s := newSite(f)
	s.fill()
	s.busy()
	s.as(web.Who{Name: "all", Operate: true, Audit: true})
	for _, seed := range [][2]string{{"/", ""}, {"/listeners", "q=a&sort=ends&page=2"}, {"/listeners/SYSA/web", ""}, {"/runs/night-0/report.json", ""}, {"/diff", "old=night-1&new=night-0"}, {"/runs", "after=x"},
		{"/reports", "after=1"}, {"/audit", "after=\x00"}, {"/notices", "after=1&state=sent"}, {"/static/app.js", "v=1"}, {"/login", "next=//x"}, {"/certificates", "q=\xff&use=ring&page=-1"}} {
		f.Add(seed[0], seed[1])
	}
	handler := s.pages.Handler()
	f.Fuzz(func(t *testing.T, path, query string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path, r.URL.RawQuery = "/"+strings.TrimPrefix(path, "/"), query
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if !strings.HasSuffix(path, "report.broken") {
			assert.Less(t, w.Code, http.StatusInternalServerError, "%q?%q", path, query)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && !strings.Contains(path, "report.") {
			assert.NotContains(t, w.Body.String(), "\u202e")
		}
	})
}
