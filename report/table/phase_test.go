package table

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
)

// A step's page begins with its verdict and the next command, and leaves the rest of the report to the detail view.
func TestPhase(t *testing.T) {
	rep := sample.Full()
	got := render(t, rep, Options{Width: 80})
	assert.True(t, strings.HasPrefix(got, "NO-GO  F PAGENT,UPDATE (SYSA)\n\nStep agent SYSA\n"), got)
	assert.Contains(t, got, "\nnot known  SYSA/web speaks TLS: port 8443 is filtered (a:1:1)\n")
	assert.NotContains(t, got, rep.Findings[0].ID, "the end state is not this step's")
	assert.Contains(t, render(t, rep, Options{Width: 80, View: ViewDetail}), rep.Findings[0].ID)
	rep.Phase.Verdict, rep.Phase.Checks[0].Result = report.Go, report.CheckOK
	for _, width := range []int{MinWidth, 80, 200} {
		for line := range strings.Lines(render(t, rep, Options{Width: width})) {
			assert.LessOrEqual(t, text.Width(strings.TrimSuffix(line, "\n")), width)
		}
	}
	assert.Contains(t, render(t, rep, Options{Width: 80}), "\nok         SYSA/web")
}
