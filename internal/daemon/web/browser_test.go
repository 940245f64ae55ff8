package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/report"
)

// hang is a time that only a browser which hangs needs.
const hang = 5 * time.Minute

// browser is one tab of a real Chromium with what it complained about and what it asked for.
type browser struct {
	*site
	ctx context.Context

	mu        sync.Mutex
	said      []string // on its console
	requested []string // URLs
}

// open makes a tab.
func open(s *site) *browser {
	s.Helper()
	program := tlstest.Require(s.TB, "chromium", "chromium")
	limited, stop := context.WithTimeout(context.WithoutCancel(s.Context()), hang) // the browser is ended below, and not killed
	s.Cleanup(stop)
	b := &browser{site: s}
	// The sandbox needs what containers and root lack; the pages are our own. /dev/shm may be small.
	ctx, cancel := chromedp.NewContext(limited, chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true)), chromedp.WithListener(b.listen))
	s.Cleanup(func() {
		assert.NoError(s, chromedp.Cancel(ctx), "the browser ends")
		cancel()
	})
	b.ctx = ctx
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
	} {
		require.NoError(s, enable())
	}
	b.look("light", 1280, 900)
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requested = append(b.requested, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, fmt.Sprint("console: ", e.Type, e.Args))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		b.said = append(b.said, "log: "+e.Entry.Text)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	require.NoError(b, chromedp.Do(b.ctx, steps...))
}

// to goes to a page.
func (b *browser) to(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.server.URL + path))
}

// look sets the colours that the reader prefers, and the size of the window.
func (b *browser) look(colours string, width, height int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}}})
	require.NoError(b, err)
}

// eval returns what an expression gives in the page.
func eval[T any](b *browser, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b, err, expression)
	return v
}

// eventually waits until an expression is true in the page, whichever page that is by then.
func (b *browser) eventually(expression string) {
	b.Helper()
	for {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression, chromedp.EvalAwaitPromise))
		if err == nil && v { // an error: one page goes and the next comes
			return
		}
		select {
		case <-b.ctx.Done():
			require.Fail(b, "it does not become true", "%s (%v)", expression, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// saysOnly says that nobody else was asked for anything, and that the browser complained about nothing but answers with these statuses.
func (b *browser) saysOnly(statuses ...string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, said := range b.said {
		assert.True(b, slices.ContainsFunc(statuses, func(s string) bool { return strings.Contains(said, "status of "+s) }), said)
	}
	for _, url := range b.requested {
		assert.True(b, strings.HasPrefix(url, b.server.URL+"/") || strings.HasPrefix(url, "data:"), "a request for %s", url) // data: the browser's own picture of a calendar
	}
	assert.NotEmpty(b, b.requested)
}

// asked is how often the browser asked for a path.
func (b *browser) asked(path string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.requested {
		if url == b.server.URL+path {
			n++
		}
	}
	return n
}

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
		require.NoError(s, s.store.AddNotice(s.Context(), history.Notice{Receiver: m.to, Key: m.title, Body: body, Made: made, Next: made}))
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

// axeResult is what axe says of a page.
type axeResult struct {
	Passes     []string
	Violations []any
}

func (b *browser) axe(program string) (r axeResult) {
	b.Helper()
	eval[bool](b, program+"\n;true")
	found := eval[string](b, `axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify({Passes: r.passes.map(p => p.id),
		Violations: r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)}))}))`)
	require.NoError(b, json.Unmarshal([]byte(found), &r))
	return r
}

// Every page, for one or another who may look, in light or dark, on a wide screen or on a phone: nothing is asked of another host, axe finds nothing that keeps people out, and the page itself does not scroll sideways.
func TestBrowserEveryPage(t *testing.T) {
	program, err := os.ReadFile(tlstest.RequireTool(t, "axe-core-*/axe.min.js"))
	require.NoError(t, err)
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
		b.look(look.colours, look.width, 900)
		b.to(path)
		eval[bool](b, `document.querySelectorAll('details').forEach(d => d.open = true), true`)
		result := b.axe(string(program))
		assert.Empty(t, result.Violations, "%s, %s, %d pixels wide", path, look.colours, look.width)
		for _, p := range result.Passes {
			passes[p] = true
		}
		assert.LessOrEqual(t, eval[int64](b, `document.documentElement.scrollWidth`), look.width, "%s scrolls sideways", path)
	}
	for _, asked := range []string{"color-contrast", "region", "heading-order", "label", "document-title", "landmark-one-main", "scrollable-region-focusable"} {
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
	assert.Equal(t, 1, eval[int](b, `document.querySelectorAll('[data-chart] canvas').length`), "the trend is drawn")
	b.follow("Which RC4 listeners are still open?", "/listeners")
	assert.Equal(t, 3, eval[int](b, `document.querySelectorAll('tbody tr').length`))
	b.to("/")
	b.follow("What changed since yesterday?", "/changes")
	assert.Contains(t, eval[string](b, `document.querySelector('tbody tr').textContent`), "SYSC/agent-rc4")

	b.to("/runs/night-0")
	b.do(chromedp.Click(`[aria-label=Findings] thead th:nth-child(2) button`))
	assert.Equal(t, "ascending", eval[string](b, `document.querySelector('[aria-label=Findings] thead th:nth-child(2)').ariaSort`))
	assert.Contains(t, eval[string](b, `document.querySelector('[aria-label=Findings] tbody tr th').textContent`), "policy/sysa.attls")

	b.to("/runs/on-its-way")
	s.service.set(func(c *control.Status) {
		c.Running[0].Done, c.Running[0].Phase, c.Running[0].Latest = 19, "judging", "SYSB/web"
	})
	b.eventually(`document.querySelector('[data-text]').textContent.startsWith("Judging: 19 of 20")`)
	assert.Equal(t, "The latest was SYSB/web.", eval[string](b, `document.querySelector('[data-latest]').parentElement.textContent`))
	assert.Zero(t, b.asked("/runs/on-its-way/progress"), "the service tells by itself")
	s.pages.End() // the stream breaks: from now on the page asks
	s.service.set(func(c *control.Status) { c.Running[0].Done, c.Running[0].Phase = 20, "storing" })
	b.eventually(`document.querySelector('[data-text]').textContent.startsWith("Storing: 20 of 20")`)
	assert.Equal(t, 1, b.asked("/runs/on-its-way/events"), "one stream a page")
	require.NoError(t, s.store.End(t.Context(), "on-its-way", history.Cancelled, "It was stopped.", now()))
	s.service.set(func(c *control.Status) { c.Running = nil })
	b.eventually(`!document.querySelector('[data-progress]') && document.body.textContent.includes("It was stopped.")`)

	b.to("/")
	yes := true
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(func(p *page.PrintToPDFParams) { p.PreferCSSPageSize = &yes }))
	require.NoError(t, err)
	sheets := strings.Count(string(pdf), "/Type /Page\n")
	assert.Equal(t, sheets, strings.Count(string(pdf), "/MediaBox [0 0 594.95996 841.91998]"), "every sheet is A4")
	assert.True(t, sheets >= 1 && sheets <= 4, "%d sheets", sheets)

	b.to("/")
	b.do(chromedp.KeyEvent("\t"))
	assert.Equal(t, "Skip to the page", eval[string](b, `document.activeElement.textContent`))
	assert.Equal(t, "solid", eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`))
	b.saysOnly()
}

// Without script everything is there, and forms work.
func TestBrowserWithoutScript(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.as(operator())
	b := open(s)
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b.to("/")
	assert.True(t, eval[bool](b, `document.querySelector('[data-chart]').hidden`))
	assert.Equal(t, 7, eval[int](b, `document.querySelectorAll('#trend-table tbody tr').length`))
	b.to("/waivers")
	b.do(chromedp.SendKeys(`[name=finding]`, "PORT-CLOSED"), chromedp.SendKeys(`[name=listener]`, "SYSB/ispf"), chromedp.SetValue(`[name=until]`, "2026-12-24"),
		chromedp.SendKeys(`[name=reason]`, "frozen"), chromedp.Click(`.form button`))
	b.eventually(`[...document.querySelectorAll('tbody tr')].some(r => r.textContent.includes("SYSB/ispf") && r.textContent.includes("by oli"))`)
	b.saysOnly()
}

// follow clicks a link by its text, and waits for the page that it leads to.
func (b *browser) follow(text, path string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`([...document.querySelectorAll('main a')].find(a => a.textContent === %q).click(), true)`, text))
	b.eventually(fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, path))
}
