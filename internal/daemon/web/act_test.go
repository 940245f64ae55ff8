package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/history"
)

// Whoever may only look is offered nothing that changes anything, and is refused when they try.
func TestOnlyOperatorsAct(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.busy()
	acts := []string{"/runs", "/runs/on-its-way/cancel", "/reload", "/waivers", "/waivers/1/expire", "/notices/1/again"}
	for _, who := range []web.Who{{}, viewer(), auditor()} {
		s.as(who)
		for _, path := range acts {
			got := s.post(path, url.Values{"finding": {"PORT-CLOSED"}})
			assert.Equal(t, http.StatusForbidden, got.StatusCode, path)
			assert.Contains(t, got.body, "portseal user", "it says the way out")
		}
		for _, path := range []string{"/runs", "/runs/on-its-way", "/schedules", "/notices", "/waivers"} {
			for _, act := range acts {
				assert.NotContains(t, s.get(path).body, `method="post" action="`+act+`"`, path)
			}
		}
	}
	assert.Empty(t, s.service.asked)
	assert.Empty(t, s.did)
}

func TestOnlyAuditorsSeeTheAuditLog(t *testing.T) {
	s := newSite(t)
	s.busy()
	s.as(operator())
	assert.Equal(t, http.StatusForbidden, s.get("/audit").StatusCode)
	assert.Contains(t, s.get("/audit").body, "set-role NAME auditor")
	assert.NotContains(t, s.get("/").body, `href="/audit"`)
	s.as(auditor())
	assert.Contains(t, s.get("/audit").body, "waiver added")
	assert.Contains(t, s.get("/").body, `href="/audit"`)
}

func TestRunNow(t *testing.T) {
	s := newSite(t)
	s.busy()
	s.as(operator())
	assert.Contains(t, s.get("/runs").body, `name="csrf" value="token-of-oli"`)
	got := s.post("/runs", url.Values{"schedule": {"nightly"}, "system": {"SYSA"}, "probes": {"deep"}})
	assert.Equal(t, http.StatusSeeOther, got.StatusCode)
	assert.Equal(t, "/runs/begun", got.Header.Get("Location"))
	assert.Equal(t, []control.Request{{Schedule: "nightly", Systems: []string{"SYSA"}, Probes: "deep", By: "oli"}}, s.service.asked)
	s.post("/runs/on-its-way/cancel", nil)
	assert.Equal(t, []string{"on-its-way by oli"}, s.service.cancelled)
	assert.Equal(t, []string{"run-started begun --schedule=nightly --system=SYSA --probes=deep", "run-cancelled on-its-way"}, s.did)

	for err, want := range map[error]int{control.ErrUnknown: http.StatusBadRequest, control.ErrOverlap: http.StatusConflict, control.ErrBlackout: http.StatusConflict,
		history.ErrBusy: http.StatusServiceUnavailable, history.ErrNotFound: http.StatusNotFound, assert.AnError: http.StatusInternalServerError} {
		s.service.fails = err
		got := s.post("/runs", nil)
		assert.Equal(t, want, got.StatusCode, err.Error())
		assert.Contains(t, got.body, "<h1>")
		if want == http.StatusInternalServerError {
			assert.NotContains(t, got.body, err.Error(), "what went wrong inside is for the log")
		}
	}
}

func TestReload(t *testing.T) {
	s := newSite(t)
	s.as(operator())
	assert.Equal(t, "/schedules#estate-file", s.post("/reload", nil).Header.Get("Location"))
	s.service.fails = assert.AnError
	assert.Equal(t, http.StatusSeeOther, s.post("/reload", nil).StatusCode, "the page shows what is wrong")
	assert.Equal(t, "estate-reloaded estate.yaml in force", s.did[0])
	assert.Contains(t, s.did[1], "refused: ")
}

func TestWaivers(t *testing.T) {
	s := newSite(t)
	s.as(operator())
	form := url.Values{"finding": {"CERT-EXPIRES-SOON"}, "listener": {"SYSA/web"}, "until": {"2026-11-22"}, "reason": {"<b>ordered</b>"}, "ticket": {"CHG1"}}
	require.Equal(t, http.StatusSeeOther, s.post("/waivers", form).StatusCode)
	made, err := s.store.Waivers(t.Context(), "prodplex")
	require.NoError(t, err)
	require.Len(t, made, 1)
	assert.Equal(t, "oli", made[0].By)
	page := s.get("/waivers").body
	assert.Contains(t, page, "&lt;b&gt;ordered&lt;/b&gt;")
	assert.Contains(t, page, `action="/waivers/1/expire"`)

	for key, bad := range map[string]string{"finding": "NOT-ASSESSED", "listener": "SYSA", "until": "2026-11-21", "reason": " ", "item": "a"} {
		wrong := url.Values{}
		for k, v := range form {
			wrong[k] = v
		}
		wrong.Set(key, bad)
		got := s.post("/waivers", wrong)
		assert.Equal(t, http.StatusBadRequest, got.StatusCode, key)
		assert.Contains(t, got.body, "<li>", key)
	}
	assert.Equal(t, http.StatusBadRequest, s.post("/waivers", url.Values{"reason": {strings.Repeat("x", 1<<20)}}).StatusCode, "a form has a limit")

	require.Equal(t, http.StatusSeeOther, s.post("/waivers/1/expire", nil).StatusCode)
	made, err = s.store.Waivers(t.Context(), "prodplex")
	require.NoError(t, err)
	assert.Equal(t, "oli", made[0].ExpiredBy)
	assert.NotContains(t, s.get("/waivers").body, "/waivers/1/expire")
	for _, id := range []string{"2", "x", "-1", "99999999999999999999"} {
		assert.Equal(t, http.StatusNotFound, s.post("/waivers/"+id+"/expire", nil).StatusCode, id)
	}
	assert.Equal(t, []string{"waiver-added 1 CERT-EXPIRES-SOON SYSA/web until 2026-11-22", "waiver-expired 1"}, s.did)
}

func TestSignIn(t *testing.T) {
	s := newSite(t)
	got := s.post("/login", url.Values{"name": {"vera"}, "password": {"wrong"}, "next": {"/runs"}})
	assert.Equal(t, http.StatusUnauthorized, got.StatusCode)
	assert.Contains(t, got.body, `role="alert"><p class="word bad">The name or the password is wrong.`)
	assert.Contains(t, got.body, `name="next" value="/runs"`)
	assert.NotContains(t, got.body, `value="wrong"`)
	assert.NotContains(t, got.body, "<nav", "who is not in sees no name of the estate")
	for next, want := range map[string]string{"/runs?state=missed": "/runs?state=missed", "": "/", "https://example.com/": "/", "//example.com": "/", `/\example.com`: "/", "javascript:alert(1)": "/"} {
		got := s.post("/login", url.Values{"name": {"vera"}, "password": {"right"}, "next": {next}})
		assert.Equal(t, http.StatusSeeOther, got.StatusCode)
		assert.Equal(t, want, got.Header.Get("Location"), next)
		assert.Contains(t, got.Header.Get("Set-Cookie"), "session=vera")
	}
	assert.Equal(t, http.StatusInternalServerError, s.post("/login", url.Values{"name": {"broken"}}).StatusCode)
	got = s.post("/login", url.Values{"name": {"often"}})
	assert.Equal(t, http.StatusTooManyRequests, got.StatusCode)
	assert.Equal(t, "30", got.Header.Get("Retry-After"))
	s.as(viewer())
	assert.Contains(t, s.get("/").body, `action="/logout"`)
	got = s.post("/logout", nil)
	assert.Equal(t, "/login", got.Header.Get("Location"))
	assert.Contains(t, got.Header.Get("Set-Cookie"), "Max-Age=0")
}

func TestNotices(t *testing.T) {
	s := newSite(t)
	s.busy()
	s.as(viewer())
	page := s.get("/notices").body
	for _, want := range []string{"given up", "waiting", "webhook at hooks.example.com: it answers 500", "no longer in the estate file", "<td>webhook</td>", "<td>mail</td>"} {
		assert.Contains(t, page, want)
	}
	assert.NotContains(t, page, "secret-path", "where a webhook is may be what proves who sends")
	assert.NotContains(t, page, "smtp.example.com")
	assert.NotContains(t, page, "another estate")
	page = s.get("/notices?state=sent").body
	assert.NotContains(t, page, ">given up<")
	assert.Contains(t, page, "2 findings are gone")

	s.as(operator())
	assert.Contains(t, s.get("/notices").body, `action="/notices/1/again"`)
	assert.NotContains(t, s.get("/notices").body, `action="/notices/2/again"`, "nobody is there to get it")
	require.Equal(t, "/notices", s.post("/notices/1/again", nil).Header.Get("Location"))
	assert.Equal(t, []string{"notice-sent-again 1 to ops: 3 new findings <b>"}, s.did)
	due, err := s.store.DueNotices(t.Context(), now(), 10)
	require.NoError(t, err)
	assert.Equal(t, now(), due[len(due)-1].Made, "it has as long as a new one")
	assert.Equal(t, http.StatusConflict, s.post("/notices/1/again", nil).StatusCode, "once")
	assert.Equal(t, http.StatusConflict, s.post("/notices/2/again", nil).StatusCode)
	for _, id := range []string{"99", "x", "-1", "99999999999999999999"} {
		assert.Equal(t, http.StatusNotFound, s.post("/notices/"+id+"/again", nil).StatusCode, id)
	}
}

func TestChangePassword(t *testing.T) {
	s := newSite(t)
	assert.Equal(t, http.StatusForbidden, s.get("/password").StatusCode, "nobody's")
	assert.NotContains(t, s.get("/").body, `href="/password"`)
	for _, who := range []web.Who{viewer(), operator(), auditor()} {
		s.as(who)
		assert.Contains(t, s.get("/").body, `href="/password"`)
		assert.Contains(t, s.get("/password").body, `name="csrf" value="`+who.CSRF+`"`)
		assert.NotContains(t, s.get("/password").body, "was changed")
		form := url.Values{"old": {"right"}, "new": {"correct horse battery"}, "again": {"correct horse battery"}}
		got := s.post("/password", form)
		assert.Equal(t, http.StatusSeeOther, got.StatusCode)
		assert.Equal(t, "/password?changed=yes", got.Header.Get("Location"))
		assert.Contains(t, got.Header.Get("Set-Cookie"), "session=again")
		assert.Contains(t, s.get("/password?changed=yes").body, "was changed")
		for key, c := range map[string]struct {
			value, said string
			status      int
		}{"old": {"wrong", "The old password is wrong.", http.StatusForbidden}, "again": {"other", "in two ways", http.StatusBadRequest}, "new": {"", "in two ways", http.StatusBadRequest}} {
			wrong := url.Values{"old": form["old"], "new": form["new"], "again": form["again"]}
			wrong.Set(key, c.value)
			got := s.post("/password", wrong)
			assert.Equal(t, c.status, got.StatusCode, key)
			assert.Contains(t, got.body, c.said)
			assert.Empty(t, got.Header.Get("Set-Cookie"))
			assert.NotContains(t, got.body, "correct horse", "what was typed does not come back")
		}
		got = s.post("/password", url.Values{"old": {"right"}, "new": {"x"}, "again": {"x"}})
		assert.Contains(t, got.body, `<p class="word bad">it has &lt;b&gt;</p>`)
		assert.Equal(t, http.StatusInternalServerError, s.post("/password", url.Values{"old": {"broken"}}).StatusCode)
	}
}
