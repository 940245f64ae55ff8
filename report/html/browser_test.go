package html_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/html"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/scan"
)

// hang is a time that only a browser which hangs needs.
const hang = 4 * time.Minute

// browser is one tab of a real Chromium with what it complained about and what it asked for.
type browser struct {
	*testing.T
	ctx context.Context

	mu        sync.Mutex
	said      []string // on its console
	requested []string // URLs
}

// open shows a report in a tab.
func open(t *testing.T, rep *report.Report) *browser {
	t.Helper()
	program := tlstest.Require(t, "chromium", "chromium")
	file := filepath.Join(t.TempDir(), "report.html")
	out, err := os.Create(file)
	require.NoError(t, err)
	require.NoError(t, html.Write(out, rep))
	require.NoError(t, out.Close())

	limited, stop := context.WithTimeout(context.WithoutCancel(t.Context()), hang) // the browser is ended below, and not killed
	t.Cleanup(stop)
	b := &browser{T: t}
	// The sandbox needs what containers and root lack; the page is our own. /dev/shm may be small.
	ctx, cancel := chromedp.NewContext(limited, chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true)), chromedp.WithListener(b.listen))
	t.Cleanup(func() {
		assert.NoError(t, chromedp.Cancel(ctx), "the browser ends")
		cancel()
	})
	b.ctx = ctx
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
	} {
		require.NoError(t, enable())
	}
	b.look("light", 1280, 900)
	b.do(chromedp.Navigate("file://" + file))
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

// set gives a field a value, as a reader who chooses or types it.
func (b *browser) set(selector, value string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`(f => (f.value = %q, f.dispatchEvent(new Event('input', {bubbles: true}))))(document.querySelector(%q))`, value, selector))
}

// eventually waits until an expression is true in the page.
func (b *browser) eventually(expression string) {
	b.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(hang)))
	require.NoError(b, err, expression)
}

// quiet says that nothing was complained about, and that only the file itself was asked for.
func (b *browser) quiet() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	assert.Empty(b, b.said, "the console")
	for _, url := range b.requested {
		assert.True(b, strings.HasPrefix(url, "file://") && strings.HasSuffix(url, "/report.html"), "a request for %s", url)
	}
	assert.NotEmpty(b, b.requested)
}

func TestBrowserSearchesAndFilters(t *testing.T) {
	b := open(t, sample.Prodplex())
	const cases = `[...document.querySelectorAll('#findings .case')].filter(e => e.checkVisibility()).length`
	const status = `document.querySelector('#findings [role=status]').textContent`
	assert.Equal(t, 6, eval[int](b, cases))
	assert.Equal(t, "6 of 6 cases", eval[string](b, status))

	b.do(chromedp.SendKeys(`#findings input[type=search]`, "rc4-listener sysd"))
	b.eventually(status + ` === "1 of 6 cases"`)
	assert.Equal(t, 1, eval[int](b, cases))
	assert.Equal(t, 1, eval[int](b, `[...document.querySelectorAll('#findings h3')].filter(e => e.checkVisibility()).length`), "empty groups are not shown")

	b.set(`#findings input`, "")
	b.eventually(status + ` === "6 of 6 cases"`)
	b.set(`#findings select[data-by=group]`, "high")
	b.eventually(status + ` === "1 of 6 cases"`)
	b.set(`#findings select[data-by=group]`, "")
	b.set(`#findings select[data-by=systems]`, eval[string](b, `[...document.querySelectorAll('#findings option')].find(o => o.text === 'SYSA').value`))
	b.eventually(status + ` === "2 of 6 cases"`)

	b.do(chromedp.SendKeys(`#listeners input[type=search]`, "filtered"))
	b.eventually(`document.querySelector('#listeners [role=status]').textContent === "1 of 20 listeners"`)
	b.set(`#listeners input`, "")
	b.do(chromedp.Click(`#listeners thead th:nth-child(2) button`))
	b.eventually(`document.querySelector('#listeners-list tr th').textContent === "SYSA/agent"`)
	assert.Equal(t, "ascending", eval[string](b, `document.querySelector('#listeners thead th:nth-child(2)').ariaSort`))
	b.quiet()
}

func TestBrowserOpensEvidence(t *testing.T) {
	b := open(t, sample.Demo())
	const dump = `#findings details.evidence pre`
	assert.False(t, eval[bool](b, `document.querySelector('`+dump+`').checkVisibility()`))
	b.do(chromedp.Click(`#findings details.evidence > summary`))
	b.eventually(`document.querySelector('` + dump + `').checkVisibility()`)
	assert.Contains(t, eval[string](b, `document.querySelector('`+dump+`').textContent`), "16 03 01")

	b.do(chromedp.Click(`#findings .case h5 a`))
	b.eventually(`document.querySelector(location.hash).open`)

	b.do(chromedp.Click(`#findings button[data-open]`))
	b.eventually(`[...document.querySelectorAll('#findings details.evidence')].every(d => d.open)`)
	b.quiet()
}

// Without script everything is there, and nothing that needs it.
func TestBrowserWithoutScript(t *testing.T) {
	b := open(t, sample.Demo())
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b.do(chromedp.Reload())
	assert.Zero(t, eval[int](b, `[...document.querySelectorAll('form, button')].filter(e => e.checkVisibility()).length`))
	assert.Equal(t, 8, eval[int](b, `document.querySelectorAll('#listeners-list tr').length`))
	assert.Equal(t, 8, eval[int](b, `[...document.querySelectorAll('#findings .case')].filter(e => e.checkVisibility()).length`))
}

func TestBrowserPrints(t *testing.T) {
	b := open(t, crowded())
	pdf := b.print()
	assert.Greater(t, len(pdf), 50_000)
	assert.Greater(t, sheets(pdf), 5)
	assert.Less(t, sheets(pdf), 60)
	assert.Equal(t, sheets(pdf), strings.Count(pdf, "/MediaBox [0 0 594.95996 841.91998]"), "every sheet is A4")
	assert.False(t, eval[bool](b, `document.querySelector('details.prints').open`), "what was opened for printing is closed again")

	eval[bool](b, `document.querySelectorAll('main > section:not(#summary)').forEach(e => e.remove()), true`)
	assert.Equal(t, 1, sheets(b.print()), "the summary is one sheet, whatever there is to say")
	b.quiet()
}

// print makes a PDF.
func (b *browser) print() string {
	b.Helper()
	yes := true
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(func(p *page.PrintToPDFParams) { p.PreferCSSPageSize = &yes }))
	require.NoError(b, err)
	require.True(b, strings.HasPrefix(string(pdf), "%PDF-"))
	return string(pdf)
}

// sheets counts the pages of a PDF.
func sheets(pdf string) int { return strings.Count(pdf, "/Type /Page\n") }

// crowded has more of everything than the first page can hold.
func crowded() *report.Report {
	rep := sample.Full()
	for i := range 9 {
		profile := rep.Profiles[0]
		profile.ID = fmt.Sprint("a-profile-with-a-long-name-", i)
		for _, o := range report.Outcomes() {
			profile.Results = append(profile.Results, report.ProfileResult{Item: "versions", Outcome: o})
		}
		rep.Profiles = append(rep.Profiles, profile)
		input := rep.Run.Inputs[0]
		input.Path = fmt.Sprintf("policies/of/a/system/with/a/long/name/policy-%d.attls", i)
		rep.Run.Inputs = append(rep.Run.Inputs, input)
		finding := rep.Findings[0]
		finding.Remediation = fmt.Sprint(i, strings.Repeat(" then do one more thing, and look again", 5), ".")
		rep.Findings = append([]report.Finding{finding}, rep.Findings...)
	}
	rep.Drift.Changes[0].Expected = nil
	rep.Run.JudgedAt, rep.Run.Complete = rep.Run.JudgedAt.AddDate(0, 1, 0), false
	rep.Expectations[0].Expect = report.ExpectLegacyRC4 // has a sentence of its own
	rep.Run.FailOn, rep.Run.Clock.Synchronised = "medium", scan.Unknown
	return rep
}

// axe finds what keeps people with disabilities from using the page: contrast, landmarks, headings, names, focus.
func TestBrowserAccessible(t *testing.T) {
	axe, err := os.ReadFile(tlstest.RequireTool(t, "axe-core-*/axe.min.js"))
	require.NoError(t, err)
	b := open(t, sample.Full())
	eval[bool](b, string(axe)+"\n;true")
	eval[bool](b, `document.querySelectorAll('details').forEach(d => d.open = true), true`)
	for _, tt := range []struct {
		colours       string
		width, height int64
	}{{"light", 1280, 900}, {"dark", 1280, 900}, {"light", 375, 812}, {"dark", 375, 812}} {
		b.look(tt.colours, tt.width, tt.height)
		found := eval[string](b, `axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify({Passes: r.passes.map(p => p.id),
			Violations: r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)}))}))`)
		var result struct {
			Passes     []string
			Violations []any
		}
		require.NoError(t, json.Unmarshal([]byte(found), &result))
		assert.Empty(t, result.Violations, "%s, %d pixels wide", tt.colours, tt.width)
		assert.Subset(t, result.Passes, []string{"color-contrast", "region", "heading-order", "label", "document-title", "scrollable-region-focusable"}, "it was asked")
		wide := eval[int](b, `document.documentElement.scrollWidth`)
		assert.LessOrEqual(t, int64(wide), tt.width, "the page itself does not scroll sideways")
	}
}

// Whoever has only a keyboard gets to the summary first, and sees where they are.
func TestBrowserKeyboard(t *testing.T) {
	b := open(t, sample.Demo())
	b.do(chromedp.KeyEvent("\t"))
	assert.Equal(t, "Skip to the summary", eval[string](b, `document.activeElement.textContent`))
	assert.True(t, eval[bool](b, `document.activeElement.getBoundingClientRect().left >= 0`))
	assert.Equal(t, "solid", eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`))
	b.do(chromedp.KeyEvent("\r"))
	b.eventually(`location.hash === '#summary'`)
}

// Ten thousand listeners: the page comes up, shows a part of its lists, and finds one of them.
func TestBrowserManyEndpoints(t *testing.T) {
	b := open(t, many(10_000))
	assert.Equal(t, "10000 of 10000 listeners, the first 200 shown", eval[string](b, `document.querySelector('#listeners [role=status]').textContent`))
	assert.Equal(t, 200, eval[int](b, `document.querySelectorAll('#listeners-list tr:not(.later)').length`))
	b.do(chromedp.SendKeys(`#listeners input[type=search]`, "P09000SYSC/web"))
	b.eventually(`document.querySelector('#listeners [role=status]').textContent === "1 of 10000 listeners"`)
	t.Logf("first paint after %.0f ms", eval[float64](b, `performance.getEntriesByName('first-contentful-paint')[0].startTime`))
	b.quiet()
}
