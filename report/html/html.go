// Package html draws a report as one page that needs nothing else: for whoever has to decide (the first page, which fits a sheet of A4),
// for whoever has to repair (findings with their evidence), and for whoever has to check (facts, matrices, provenance).
//
// Everything can be read without the script, which only searches, filters, sorts and opens. The page loads nothing: its
// Content-Security-Policy allows its own style and script by their digests, and no request at all. It follows the reader's light or dark
// setting and prints on A4. A state is never told by its colour alone. All text of a report goes through report/text and is escaped by
// html/template. The same report gives the same bytes.
//
// Limits: what a page can hold is less than what a report can. All findings and a line of every endpoint are always there; facts and bytes
// of endpoints, rows of the trust matrix and certificates are there up to a limit, the worst first, and the page says how much it leaves to
// the JSON report. The page is not evidence by itself: the digest is that of the JSON report.
package html

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/style"
	"github.com/portseal/portseal/report/text"
)

//go:embed *.html page.css page.js
var files embed.FS

// Write writes the page. Errors are those of w.
func Write(w io.Writer, rep *report.Report) error {
	t, err := template.New("").Funcs(template.FuncMap{"count": text.Count[int]}).ParseFS(files, "*.html")
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	doc, err := documentOf(rep)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	if err := t.ExecuteTemplate(buffered, "page.html", doc); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	return nil
}

// document is a page with what is around it.
type document struct {
	*page
	Style  template.CSS
	Script template.JS
	Policy string // of what the page may load and run
}

func documentOf(rep *report.Report) (*document, error) {
	css, err := files.ReadFile("page.css")
	if err != nil {
		return nil, fmt.Errorf("style: %w", err)
	}
	js, err := files.ReadFile("page.js")
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	script := style.Sort() + string(js)
	p := newPage(rep)
	d := &document{page: p, Style: template.CSS(style.Frame() + string(css) + p.footer()), Script: template.JS(script)}
	d.Policy = fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", source(string(d.Style)), source(script))
	return d, nil
}

// source names a text that a Content-Security-Policy allows (CSP Level 3, section 2.3.1: hash-source).
func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// footer is the rule that prints, below every sheet, what it is a part of.
func (p *page) footer() string {
	name := p.Title()
	if p.rep.Digest != "" {
		name += ", report " + clean(p.rep.Digest)
	}
	return "@page { @bottom-left { content: " + quoted(name) + "; } }\n"
}

// quoted is a string of CSS: all but plain letters and digits as escapes (CSS Syntax Level 3, section 4.3.7), so that nothing ends it.
func quoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == ' ') {
			out.WriteRune(r)
			continue
		}
		fmt.Fprintf(&out, `\%x `, r) // the blank ends the escape
	}
	out.WriteByte('"')
	return out.String()
}
