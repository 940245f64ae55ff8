package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/daemon/web"
)

// pages are the paths of every page, in a history that fill made.
func pages() []string {
	return []string{"/", "/migration", "/listeners", "/listeners?rc4=open", "/listeners?q=agent&system=SYSA&state=tls&worst=none&sort=ends", "/listeners/SYSC/agent-rc4", "/listeners/SYSA/web",
		"/changes", "/changes?since=year", "/certificates", "/certificates?use=shared", "/policies", "/policies/SYSA", "/runs", "/runs?state=missed", "/runs/night-0", "/runs/missed-3",
		"/diff", "/diff?old=night-1&new=night-0", "/reports", "/schedules", "/waivers", "/login"}
}

func TestEveryPage(t *testing.T) {
	s := newSite(t)
	s.fill()
	for _, who := range []web.Who{{}, viewer(), operator(), auditor()} {
		s.as(who)
		for _, path := range pages() {
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
	for _, path := range []string{"/", "/migration", "/listeners", "/listeners?rc4=open", "/changes", "/certificates", "/policies", "/runs", "/diff", "/reports", "/schedules", "/waivers"} {
		got := s.get(path)
		assert.Equal(t, http.StatusOK, got.StatusCode, path)
	}
	assert.Contains(t, s.get("/").body, "No run has finished yet")
}
