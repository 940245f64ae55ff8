package view

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

func input(text string) Input {
	return Input{Policy: attls.Load([]syntax.Source{{Path: "p.attls", Data: []byte(text)}}), Release: "3.1"}
}

// narrow fails for a line that is wider than asked, or that moves a cursor.
func narrow(t *testing.T, page string, width int) {
	t.Helper()
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		assert.LessOrEqual(t, text.Width(line), width, line)
		assert.Equal(t, text.Clean(line), line)
	}
}

func TestLintPage(t *testing.T) {
	at := func(line int) *report.Location { return &report.Location{File: "p.attls", Line: line, Column: 3} }
	l := NewLint(input("TTLSGroupAction g\n{\n  TTLSEnabled Off\n}\n"), []report.Finding{
		{ID: "ATTLS-ONE", Severity: report.Low, Title: "One", Location: at(1), Detail: "evil \x1b[2J text", Remediation: "Do one."},
		{ID: "ATTLS-TWO", Severity: report.High, Title: "Two", Location: at(2), Remediation: "Do two."},
		{ID: "ATTLS-ONE", Severity: report.Low, Title: "One", Location: at(3), Detail: strings.Repeat("long ", 40), Remediation: "Do one."},
		{ID: "ATTLS-ONE", Severity: report.Low, Title: "One", Location: at(4), Waived: &report.Waived{Reason: "so be it"}},
	})
	assert.Equal(t, "1 high, 2 low, 1 accepted", l.Summary.String())
	doc, err := json.Marshal(l)
	require.NoError(t, err)
	assert.Contains(t, string(doc), `"waived":{"reason":"so be it"}`, "a comment has no last day")
	var out bytes.Buffer
	require.NoError(t, l.Write(&out, Look{}))
	narrow(t, out.String(), defaultWidth)
	page := out.String()
	two, one, three := strings.Index(page, "p.attls:2:3: high ATTLS-TWO: Two"), strings.Index(page, "p.attls:1:3: low ATTLS-ONE: evil \\x1b[2J text"),
		strings.Index(page, "p.attls:3:3: low ATTLS-ONE: long long")
	assert.True(t, 0 < two && two < one && one < three, page)
	assert.Equal(t, 1, strings.Count(page, "right: Do one."), "said once for all of a kind")
	assert.Contains(t, page, "p.attls:4:3: low ATTLS-ONE: so be it")
	assert.NotContains(t, page, "Not installed")

	out.Reset()
	require.NoError(t, NewLint(input("Nonsense {"), nil).Write(&out, Look{Color: true, Width: 1}))
	assert.Contains(t, out.String(), "\x1b[1;31mNot installed:\x1b[0m")
}
