// Package markdown writes a report as GitHub-flavoured Markdown, for a wiki, a ticket or a merge request.
//
// First come the verdict and what the report shows and cannot; then the listeners as a table, worst first, the findings with what was
// expected and seen, what to do next, what was not tested, waived, read, judged by profiles, and what drifted. Findings that say the same
// of several endpoints stand together.
//
// All text of the report goes through report/text, so that nothing in it becomes markup, a link or a mention. Times are UTC. Limits:
// evidence and certificates are in the JSON only; what is long is not cut, and GitHub shows at most 65,536 characters in a comment.
package markdown

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/limits"
	"github.com/portseal/portseal/report/text"
)

// Write writes rep. It fails only when w does.
func Write(w io.Writer, rep *report.Report) error {
	p := &page{Writer: bufio.NewWriterSize(w, 1<<16), rep: rep, facts: facts.Of(rep), limits: limits.Of(rep)}
	p.verdict()
	p.shows()
	p.phase()
	p.listeners()
	p.findings()
	p.next()
	p.notAssessed()
	p.notTested()
	p.waived()
	p.waivers()
	p.profiles()
	p.drift()
	p.inputs()
	p.run()
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// page keeps the first error of its writer. What it writes of the report goes through prose or code.
type page struct {
	*bufio.Writer
	rep    *report.Report
	facts  *facts.Index
	limits limits.Limits
}

// put writes a line; its arguments are safe.
func (p *page) put(format string, safe ...any) { fmt.Fprintf(p, format+"\n", safe...) }

func (p *page) heading(title string) { p.put("\n## %s\n", title) }

// prose is text as text, and a dash where there is none.
func prose(s string) string { return or(text.Markdown(s)) }

// code is a name as code, and a dash where there is none.
func code(s string) string { return or(text.MarkdownCode(s)) }

func or(safe string) string {
	if safe == "" {
		return "-"
	}
	return safe
}

// codes is a list of names as code.
func codes(names []string) string {
	safe := make([]string, 0, len(names))
	for _, name := range names {
		safe = append(safe, text.MarkdownCode(name))
	}
	return or(strings.Join(safe, ", "))
}

// table writes the titles of a table.
func (p *page) table(titles ...string) {
	p.put("| %s |", strings.Join(titles, " | "))
	p.put("|%s", strings.Repeat(" --- |", len(titles)))
}

// row writes a row of a table; the cells are safe.
func (p *page) row(cells ...string) { p.put("| %s |", strings.Join(cells, " | ")) }

// clock is a time to the minute.
func clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return text.Minute(t)
}
