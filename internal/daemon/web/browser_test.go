package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/tlstest/browser"
	"github.com/portseal/portseal/report"
)

// tab shows the pages of a site.
type tab struct {
	*browser.Tab
	site *site
}

func open(s *site) tab { return tab{browser.Open(s.TB), s} }

// to goes to a page.
func (b tab) to(path string) {
	b.Helper()
	b.Do(chromedp.Navigate(b.site.server.URL + path))
}

// saysOnly says that nobody else was asked for anything, and that the browser complained about nothing but answers with these statuses.
func (b tab) saysOnly(statuses ...string) {
	b.Helper()
	b.Quiet(func(url string) bool {
		return strings.HasPrefix(url, b.site.server.URL+"/") || strings.HasPrefix(url, "data:") // data: the browser's own picture of a calendar
	}, statuses...)
}

// asked is how often the browser asked for a path.
func (b tab) asked(path string) int { return b.Asked(b.site.server.URL + path) }

// busy makes the service one of which there is much to say: a fault, a blackout, a run, schedules.
func (s *site) busy() {
	at := now()
	require.NoError(s, s.store.Begin(s.Context(), history.Run{ID: "on-its-way", Estate: "prodplex", State: history.Running, Trigger: history.ByUser, By: "oli", Started: at.Add(-time.Minute)}))
	s.service.set(func(c *control.Status) {
		c.Fault, c.FaultAt = "estate.yaml:12:3: expct: unknown key; want expect", at.Add(-time.Hour)
		c.Blackouts = []control.Blackout{{Name: "month end", From: at.Add(-time.Hour), To: at.Add(time.Hour)}, {Name: "freeze", From: at.AddDate(0, 0, 1), To: at.AddDate(0, 0, 2)}}
		c.Running = []control.Progress{{Run: "on-its-way", Started: at.Add(-time.Minute), Phase: "scanning", Done: 7, All: 20, Latest: "SYSA/web", Findings: 2}}
		c.Schedules = []control.Schedule{{Name: "nightly", When: "30 2 * * *", Timezone: "Europe/Zurich", Probes: "quick", Canary: "SYSA", Next: []time.Time{at.Add(17 * time.Hour), at.Add(41 * time.Hour)}},
			{Name: "often", When: "every 6h", Timezone: "UTC", Probes: "standard", Pace: "gentle", Systems: []string{"SYS*"}}}
		c.Estate.Waivers = []report.Waiver{{Finding: "PORT-CLOSED", Listener: "SYSA/ispf", Until: "2026-11-30", Reason: "not started yet", Location: &report.Location{File: "estate.yaml", Line: 40, Column: 5}}}
	})
	_, err := s.store.AddWaiver(s.Context(), "prodplex", history.Waiver{Waiver: report.Waiver{Finding: "CERT-EXPIRES-SOON", Listener: "SYSA/*", Until: "2026-12-31", Reason: "renewal ordered",
		ApprovedBy: "J. Doe", Ticket: "CHG123"}, By: "oli", Made: at})
	require.NoError(s, err)
	s.notices()
	require.NoError(s, s.store.AddDeed(s.Context(), history.Deed{At: at, Who: "oli", From: "127.0.0.1", What: "waiver-added", Object: "1", Detail: "CERT-EXPIRES-SOON SYSA/*"}))
}

// notices are messages to receivers, of which one is in the estate file no more: given up, sent, and waiting.
func (s *site) notices() {
	s.service.set(func(c *control.Status) {
		c.Estate.Notices = []*estate.Notice{{Name: "ops", On: []string{"new", "resolved"}, Least: report.High, Webhook: "https://hooks.example.com/secret-path"},
			{Name: "night shift", On: estate.NoticeEvents(), Least: report.Low, SMTP: "smtp.example.com:587"}}
	})
	for i, m := range []struct{ to, estate, title string }{{"ops", "prodplex", "3 new findings <b>"}, {"gone", "prodplex", "1 new finding"}, {"night shift", "prodplex", "2 findings are gone"},
		{"ops", "prodplex", "A run was missed"}, {"ops", "other", "another estate"}} {
		body, err := json.Marshal(map[string]any{"estate": m.estate, "title": m.title, "severity": "high", "events": []string{"new"}, "run": map[string]string{"id": "night-1"}})
		require.NoError(s, err)
		made := now().Add(time.Duration(i-200) * time.Hour)
		require.NoError(s, s.store.Tell(s.Context(), history.Telling{At: made, Notice: &history.Notice{Receiver: m.to, Key: m.title, Body: body, Made: made, Next: made}}))
	}
	all, _, err := s.store.Notices(s.Context(), history.Page{Limit: 10})
	require.NoError(s, err)
	for _, n := range all {
		done := n.Made.Add(72 * time.Hour)
		n.Tries, n.Next, n.Error = int(n.ID), now().Add(time.Hour), "webhook at hooks.example.com: it answers 500"
		switch n.ID {
		case 1, 2:
			n.Done, n.GivenUp = &done, true
		case 3:
			n.Done, n.Error = &done, ""
		}
		require.NoError(s, s.store.PutNotice(s.Context(), n))
	}
}

// Every page, for one or another who may look, in light or dark, on a wide screen or on a phone: nothing is asked of another host, axe finds nothing that keeps people out, and the page itself does not scroll sideways.
func TestBrowserEveryPage(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.busy()
	b := open(s)
	list := append(pages(), "/runs/on-its-way", "/audit", "/nothing", "/password", "/password?changed=yes")
	passes := map[string]bool{}
	for i, path := range list {
		s.as([]web.Who{operator(), viewer(), auditor()}[i%3])
		look := []struct {
			colours string
			width   int64
		}{{"light", 1280}, {"dark", 360}, {"dark", 1280}, {"light", 360}}[i%4]
		b.Look(look.colours, look.width, 900)
		b.to(path)
		for _, p := range b.Accessible(fmt.Sprintf("%s, %s, %d pixels wide", path, look.colours, look.width)) {
			passes[p] = true
		}
	}
	for _, asked := range append(browser.Rules(), "landmark-one-main") {
		assert.True(t, passes[asked], "%s was not asked", asked)
	}
	b.saysOnly("404", "403") // of pages that are not there, or not for them
}

// A person who never saw it finds both in two clicks. With script there are charts, tables are sorted, and a run is followed until it is over.
func TestBrowserWalk(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.busy()
	s.as(operator())
	b := open(s)
	b.to("/")
	assert.Equal(t, 1, browser.Eval[int](b.Tab, `document.querySelectorAll('[data-chart] canvas').length`), "the trend is drawn")
	b.follow("Which RC4 listeners are still open?", "/listeners")
	assert.Equal(t, 3, browser.Eval[int](b.Tab, `document.querySelectorAll('tbody tr').length`))
	b.to("/")
	b.follow("What changed since yesterday?", "/changes")
	assert.Contains(t, browser.Eval[string](b.Tab, `document.querySelector('tbody tr').textContent`), "SYSC/agent-rc4")

	b.to("/runs/night-0")
	b.Do(chromedp.Click(`[aria-label=Findings] thead th:nth-child(2) button`))
	assert.Equal(t, "ascending", browser.Eval[string](b.Tab, `document.querySelector('[aria-label=Findings] thead th:nth-child(2)').ariaSort`))
	assert.Contains(t, browser.Eval[string](b.Tab, `document.querySelector('[aria-label=Findings] tbody tr th').textContent`), "policy/sysa.attls")

	b.to("/runs/on-its-way")
	s.service.set(func(c *control.Status) {
		c.Running[0].Done, c.Running[0].Phase, c.Running[0].Latest = 19, "judging", "SYSB/web"
	})
	b.Eventually(`document.querySelector('[data-text]').textContent.startsWith("Judging: 19 of 20")`)
	assert.Equal(t, "The latest was SYSB/web.", browser.Eval[string](b.Tab, `document.querySelector('[data-latest]').parentElement.textContent`))
	assert.Zero(t, b.asked("/runs/on-its-way/progress"), "the service tells by itself")
	s.pages.End() // the stream breaks: from now on the page asks
	s.service.set(func(c *control.Status) { c.Running[0].Done, c.Running[0].Phase = 20, "storing" })
	b.Eventually(`document.querySelector('[data-text]').textContent.startsWith("Storing: 20 of 20")`)
	assert.Equal(t, 1, b.asked("/runs/on-its-way/events"), "one stream a page")
	require.NoError(t, s.store.End(t.Context(), "on-its-way", history.Cancelled, "It was stopped.", now()))
	s.service.set(func(c *control.Status) { c.Running = nil })
	b.Eventually(`!document.querySelector('[data-progress]') && document.body.textContent.includes("It was stopped.")`)

	b.to("/")
	_, sheets := b.Print()
	assert.True(t, sheets >= 1 && sheets <= 4, "%d sheets", sheets)

	b.to("/")
	b.Do(chromedp.KeyEvent("\t"))
	assert.Equal(t, "Skip to the page", browser.Eval[string](b.Tab, `document.activeElement.textContent`))
	assert.Equal(t, "solid", browser.Eval[string](b.Tab, `getComputedStyle(document.activeElement).outlineStyle`))
	b.saysOnly()
}

// Without script everything is there, and forms work.
func TestBrowserWithoutScript(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.as(operator())
	b := open(s)
	b.WithoutScript()
	b.to("/")
	assert.True(t, browser.Eval[bool](b.Tab, `document.querySelector('[data-chart]').hidden`))
	assert.Equal(t, 7, browser.Eval[int](b.Tab, `document.querySelectorAll('#trend-table tbody tr').length`))
	b.to("/waivers")
	b.Do(chromedp.SendKeys(`[name=finding]`, "PORT-CLOSED"), chromedp.SendKeys(`[name=listener]`, "SYSB/ispf"), chromedp.SetValue(`[name=until]`, "2026-12-24"),
		chromedp.SendKeys(`[name=reason]`, "frozen"), chromedp.Click(`.form button`))
	b.Eventually(`[...document.querySelectorAll('tbody tr')].some(r => r.textContent.includes("SYSB/ispf") && r.textContent.includes("by oli"))`)
	b.saysOnly()
}

// follow clicks a link by its text, and waits for the page that it leads to.
func (b tab) follow(text, path string) {
	b.Helper()
	browser.Eval[bool](b.Tab, fmt.Sprintf(`([...document.querySelectorAll('main a')].find(a => a.textContent === %q).click(), true)`, text))
	b.Eventually(fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, path))
}
