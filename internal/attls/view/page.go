package view

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Look says how a page looks. The zero value is 80 columns without colour.
type Look struct {
	Width int // columns; 0 is 80, and fewer than minWidth are taken as minWidth
	Color bool
}

const (
	defaultWidth = 80
	minWidth     = 60
	step         = 2 // columns of one indent
)

// page collects lines. All text enters through its methods, which clean it.
type page struct {
	look Look
	buf  bytes.Buffer
}

func newPage(look Look) *page {
	if look.Width == 0 {
		look.Width = defaultWidth
	}
	look.Width = max(look.Width, minWidth)
	return &page{look: look}
}

func (p *page) paint(s text.Style, clean string) string {
	if !p.look.Color {
		return clean
	}
	return s.Paint(clean)
}

func (p *page) blank() { p.buf.WriteByte('\n') }

// title is the page's first line, and the first of a part.
func (p *page) title(s text.Style, body string) {
	for _, line := range text.Wrap(text.Clean(body), p.look.Width) {
		p.buf.WriteString(p.paint(s, line) + "\n")
	}
}

// para writes a lead and a body behind it, wrapped, the further lines indented by one step more than the first.
func (p *page) para(indent int, lead string, s text.Style, body string) {
	before := strings.Repeat(" ", indent*step)
	lead = text.Clean(lead)
	lines := text.Wrap(strings.TrimSpace(lead+" "+text.Clean(body)), p.look.Width-len(before))
	for i, line := range lines {
		switch {
		case i > 0:
		case strings.HasPrefix(line, lead):
			line = p.paint(s, lead) + line[len(lead):]
		}
		p.buf.WriteString(before + line + "\n")
		if i == 0 && len(lines) > 1 {
			before += strings.Repeat(" ", step)
			lines = append(lines[:1], text.Wrap(strings.Join(lines[1:], " "), p.look.Width-len(before))...)
		}
	}
}

// fact is one line of a list: a key, its value, and where that comes from.
type fact struct {
	key, value, from string
	style            text.Style
}

// facts writes keys and values below each other, what is too long wrapped below the value.
func (p *page) facts(indent int, all []fact) {
	width := 0
	for _, f := range all {
		width = max(width, text.Width(text.Clean(f.key)))
	}
	width = min(width, p.look.Width/2)
	before := strings.Repeat(" ", indent*step)
	column := len(before) + width + step
	for _, f := range all {
		body := text.Clean(f.value)
		if f.from != "" {
			body += "  <- " + text.Clean(f.from)
		}
		lines := text.Wrap(body, p.look.Width-column)
		for i, line := range lines {
			if i == 0 {
				key := text.Cut(f.key, width)
				p.buf.WriteString(before + key + strings.Repeat(" ", column-len(before)-text.Width(key)) + p.paint(f.style, line) + "\n")
				continue
			}
			p.buf.WriteString(strings.Repeat(" ", column) + p.paint(f.style, line) + "\n")
		}
	}
}

// warn says that an answer holds for the text only.
func (p *page) warn(s Side) {
	if !s.Installs {
		p.para(0, "Not installed:", text.Bad, s.files()+" has a fault at which Policy Agent stops and installs nothing, so that this is "+
			"what the text says and not what counts. See 'portseal policy lint'.")
	}
}

func (p *page) write(w io.Writer) error {
	if _, err := w.Write(p.buf.Bytes()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// files is "a.attls, b.attls".
func (s Side) files() string {
	var all []string
	for _, f := range s.Files {
		all = append(all, f.Path)
	}
	if len(all) == 0 {
		return "no policy file"
	}
	return strings.Join(all, ", ")
}

func styleOf(s report.Severity) text.Style {
	switch s {
	case report.Critical, report.High:
		return text.Bad
	case report.Medium:
		return text.Warning
	}
	return text.Notice
}
