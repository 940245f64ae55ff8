package browser

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
)

// Accessible opens all that can be opened on the page, and says that axe finds nothing there which keeps people out (contrast, landmarks,
// headings, names, focus), and that the page itself does not scroll sideways. It returns the rules of axe that passed.
func (b *Tab) Accessible(what string) (passes []string) {
	b.Helper()
	axe, err := os.ReadFile(tlstest.RequireTool(b.TB, "axe-core-*/axe.min.js"))
	require.NoError(b, err)
	Eval[bool](b, string(axe)+"\n;true")
	Eval[bool](b, `document.querySelectorAll('details').forEach(d => d.open = true), true`)
	found := Eval[string](b, `axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify({Passes: r.passes.map(p => p.id),
		Violations: r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)}))}))`)
	var result struct {
		Passes     []string
		Violations []any
	}
	require.NoError(b, json.Unmarshal([]byte(found), &result))
	assert.Empty(b, result.Violations, what)
	assert.LessOrEqual(b, Eval[int64](b, `document.documentElement.scrollWidth`), b.width, "%s scrolls sideways", what)
	return result.Passes
}

// Rules are those of axe that any page with lists, forms and tables must be asked about.
func Rules() []string {
	return []string{"color-contrast", "region", "heading-order", "label", "document-title", "scrollable-region-focusable"}
}

// Print makes a PDF of the page, every sheet of which is A4, and counts the sheets.
func (b *Tab) Print() (pdf string, sheets int) {
	b.Helper()
	yes := true
	printed, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(func(p *page.PrintToPDFParams) { p.PreferCSSPageSize = &yes }))
	require.NoError(b, err)
	pdf = string(printed)
	require.True(b, strings.HasPrefix(pdf, "%PDF-"))
	sheets = strings.Count(pdf, "/Type /Page\n")
	assert.Equal(b, sheets, strings.Count(pdf, "/MediaBox [0 0 594.95996 841.91998]"), "every sheet is A4")
	return pdf, sheets
}
