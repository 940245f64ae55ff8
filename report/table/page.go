package table

import (
	"bytes"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
)

// style is how a word looks where colour is wanted.
type style = text.Style

const (
	plain   = text.Plain
	strong  = text.Strong
	good    = text.Good
	notice  = text.Notice
	warning = text.Warning
	bad     = text.Bad
)

// styleOf is how a word looks.
func styleOf(w words.Word) style {
	switch w.Kind {
	case words.Good:
		return good
	case words.Bad:
		return bad
	case words.Warn:
		return warning
	case words.Note:
		return notice
	}
	return plain
}

// page collects the lines. All text enters through line, para and grid, which clean it.
type page struct {
	rep          *report.Report
	certificates map[string]*report.Certificate
	facts        *facts.Index
	width        int
	color        bool
	detail       bool
	dense        bool // many endpoints: findings without their titles
	cut          bool // some text was cut: the reader is told where the rest is
	buf          bytes.Buffer
	err          error
}

// paint adds the style's colour to text that is clean.
func (p *page) paint(s style, clean string) string {
	if !p.color {
		return clean
	}
	return s.Paint(clean)
}

func (p *page) blank() { p.buf.WriteByte('\n') }

// heading starts a part of the page.
func (p *page) heading(title string) {
	p.blank()
	p.buf.WriteString(p.paint(strong, text.Cut(title, p.width)) + "\n")
}

// para writes a lead and a body beside it, wrapped at the page's width and indented to the lead's end. A limit above 0 is
// the most lines it may take.
func (p *page) para(lead string, s style, body string, limit int) {
	lead = text.Cut(lead, p.width/2)
	marker := strings.TrimRight(lead, " ")
	indent := strings.Repeat(" ", text.Width(lead))
	lines := text.Wrap(text.Clean(body), p.width-text.Width(lead))
	if limit > 0 && len(lines) > limit {
		p.cut = true
		last := strings.Join(lines[limit-1:], " ")
		lines = append(slices.Clone(lines[:limit-1]), text.Cut(last, p.width-text.Width(lead)))
	}
	for i, line := range lines {
		before := indent
		if i == 0 {
			before = p.paint(s, marker) + indent[text.Width(marker):]
		}
		p.buf.WriteString(strings.TrimRight(before+line, " ") + "\n")
	}
}
