package html_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest/browser"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/html"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/scan"
)

// open shows a report in a tab.
func open(t *testing.T, rep *report.Report) *browser.Tab {
	t.Helper()
	b, file := browser.Open(t), filepath.Join(t.TempDir(), "report.html")
	out, err := os.Create(file)
	require.NoError(t, err)
	require.NoError(t, html.Write(out, rep))
	require.NoError(t, out.Close())
	b.Do(chromedp.Navigate("file://" + file))
	return b
}

// set gives a field a value, as a reader who chooses or types it.
func set(b *browser.Tab, selector, value string) {
	b.Helper()
	browser.Eval[bool](b, fmt.Sprintf(`(f => (f.value = %q, f.dispatchEvent(new Event('input', {bubbles: true}))))(document.querySelector(%q))`, value, selector))
}

// quiet says that nothing was complained about, and that only the file itself was asked for.
func quiet(b *browser.Tab) {
	b.Helper()
	b.Quiet(func(url string) bool {
		return strings.HasPrefix(url, "file://") && strings.HasSuffix(url, "/report.html")
	})
}

func TestBrowserSearchesAndFilters(t *testing.T) {
	b := open(t, sample.Prodplex())
	const cases = `[...document.querySelectorAll('#findings .case')].filter(e => e.checkVisibility()).length`
	const status = `document.querySelector('#findings [role=status]').textContent`
	assert.Equal(t, 6, browser.Eval[int](b, cases))
	assert.Equal(t, "6 of 6 cases", browser.Eval[string](b, status))

	b.Do(chromedp.SendKeys(`#findings input[type=search]`, "rc4-listener sysd"))
	b.Eventually(status + ` === "1 of 6 cases"`)
	assert.Equal(t, 1, browser.Eval[int](b, cases))
	assert.Equal(t, 1, browser.Eval[int](b, `[...document.querySelectorAll('#findings h3')].filter(e => e.checkVisibility()).length`), "empty groups are not shown")

	set(b, `#findings input`, "")
	b.Eventually(status + ` === "6 of 6 cases"`)
	set(b, `#findings select[data-by=group]`, "high")
	b.Eventually(status + ` === "1 of 6 cases"`)
	set(b, `#findings select[data-by=group]`, "")
	set(b, `#findings select[data-by=systems]`, browser.Eval[string](b, `[...document.querySelectorAll('#findings option')].find(o => o.text === 'SYSA').value`))
	b.Eventually(status + ` === "2 of 6 cases"`)

	b.Do(chromedp.SendKeys(`#listeners input[type=search]`, "filtered"))
	b.Eventually(`document.querySelector('#listeners [role=status]').textContent === "1 of 20 listeners"`)
	set(b, `#listeners input`, "")
	b.Do(chromedp.Click(`#listeners thead th:nth-child(2) button`))
	b.Eventually(`document.querySelector('#listeners-list tr th').textContent === "SYSA/agent"`)
	assert.Equal(t, "ascending", browser.Eval[string](b, `document.querySelector('#listeners thead th:nth-child(2)').ariaSort`))
	quiet(b)
}

func TestBrowserOpensEvidence(t *testing.T) {
	b := open(t, sample.Demo())
	const dump = `#findings details.evidence pre`
	assert.False(t, browser.Eval[bool](b, `document.querySelector('`+dump+`').checkVisibility()`))
	b.Do(chromedp.Click(`#findings details.evidence > summary`))
	b.Eventually(`document.querySelector('` + dump + `').checkVisibility()`)
	assert.Contains(t, browser.Eval[string](b, `document.querySelector('`+dump+`').textContent`), "16 03 01")

	b.Do(chromedp.Click(`#findings .case h5 a`))
	b.Eventually(`document.querySelector(location.hash).open`)

	b.Do(chromedp.Click(`#findings button[data-open]`))
	b.Eventually(`[...document.querySelectorAll('#findings details.evidence')].every(d => d.open)`)
	quiet(b)
}

// Without script everything is there, and nothing that needs it.
func TestBrowserWithoutScript(t *testing.T) {
	b := open(t, sample.Demo())
	b.WithoutScript()
	b.Do(chromedp.Reload())
	assert.Zero(t, browser.Eval[int](b, `[...document.querySelectorAll('form, button')].filter(e => e.checkVisibility()).length`))
	assert.Equal(t, 8, browser.Eval[int](b, `document.querySelectorAll('#listeners-list tr').length`))
	assert.Equal(t, 8, browser.Eval[int](b, `[...document.querySelectorAll('#findings .case')].filter(e => e.checkVisibility()).length`))
}

func TestBrowserPrints(t *testing.T) {
	b := open(t, crowded())
	pdf, sheets := b.Print()
	assert.Greater(t, len(pdf), 50_000)
	assert.Greater(t, sheets, 5)
	assert.Less(t, sheets, 60)
	assert.False(t, browser.Eval[bool](b, `document.querySelector('details.prints').open`), "what was opened for printing is closed again")

	browser.Eval[bool](b, `document.querySelectorAll('main > section:not(#summary)').forEach(e => e.remove()), true`)
	_, sheets = b.Print()
	assert.Equal(t, 1, sheets, "the summary is one sheet, whatever there is to say")
	quiet(b)
}

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

func TestBrowserAccessible(t *testing.T) {
	b := open(t, sample.Full())
	for _, tt := range []struct {
		colours       string
		width, height int64
	}{{"light", 1280, 900}, {"dark", 1280, 900}, {"light", 375, 812}, {"dark", 375, 812}} {
		b.Look(tt.colours, tt.width, tt.height)
		assert.Subset(t, b.Accessible(fmt.Sprintf("%s, %d pixels wide", tt.colours, tt.width)), browser.Rules(), "it was asked")
	}
}

// Whoever has only a keyboard gets to the summary first, and sees where they are.
func TestBrowserKeyboard(t *testing.T) {
	b := open(t, sample.Demo())
	b.Do(chromedp.KeyEvent("\t"))
	assert.Equal(t, "Skip to the summary", browser.Eval[string](b, `document.activeElement.textContent`))
	assert.True(t, browser.Eval[bool](b, `document.activeElement.getBoundingClientRect().left >= 0`))
	assert.Equal(t, "solid", browser.Eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`))
	b.Do(chromedp.KeyEvent("\r"))
	b.Eventually(`location.hash === '#summary'`)
}

// Ten thousand listeners: the page comes up, shows a part of its lists, and finds one of them.
func TestBrowserManyEndpoints(t *testing.T) {
	b := open(t, many(10_000))
	assert.Equal(t, "10000 of 10000 listeners, the first 200 shown", browser.Eval[string](b, `document.querySelector('#listeners [role=status]').textContent`))
	assert.Equal(t, 200, browser.Eval[int](b, `document.querySelectorAll('#listeners-list tr:not(.later)').length`))
	b.Do(chromedp.SendKeys(`#listeners input[type=search]`, "P09000SYSC/web"))
	b.Eventually(`document.querySelector('#listeners [role=status]').textContent === "1 of 10000 listeners"`)
	t.Logf("first paint after %.0f ms", browser.Eval[float64](b, `performance.getEntriesByName('first-contentful-paint')[0].startTime`))
	quiet(b)
}
