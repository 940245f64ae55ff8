// Package table writes a report for people, on a terminal or in a plain text file.
//
// The first line is the verdict, of a step of the change night its GO or NO-GO, after which only its checks come unless ViewDetail was
// asked for. Then come the listeners, worst first, the findings, compliance profiles, what to do next, what
// could not be answered, what was waived, and what the run cannot tell. One target without an estate is shown with all its facts.
// Every word stands without its colour, tables have no lines but one under the titles, and no line is wider than asked.
//
// Text that came from a peer, and all other text too, goes through report/text before it is written. The summary leaves
// out words, never facts that fail a run, and says where the rest is. Times are UTC. Limits: the report is taken as it is;
// findings must be in the order of report.SortFindings. Files are for package report/json.
package table

import (
	"fmt"
	"io"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
)

// The views that show a whole report; Views has the others too, of one kind of fact each.
const (
	ViewAuto    = ""        // ViewDetail for one target without an estate, else ViewSummary
	ViewSummary = "summary" // one line a listener, and the findings cut to what fits a screen
	ViewDetail  = "detail"  // every fact of every endpoint, and the findings in full
)

// The limits of Options.Width, in columns. On a narrower terminal lines wrap.
const (
	DefaultWidth = 80
	MinWidth     = 72
)

// roomy is how many endpoints leave room on a screen of 45 lines for the titles of findings.
const roomy = 12

// Options says how a report is to look. The zero value is 80 columns without colour.
type Options struct {
	Width int    // columns; 0 is DefaultWidth, and fewer than MinWidth are taken as MinWidth
	Color bool   // ANSI colours (ECMA-48 SGR), besides the words
	View  string // ViewAuto, or one of Views
}

// Write writes rep to w as text. It fails for an unknown view, and when w does.
func Write(w io.Writer, rep *report.Report, o Options) error {
	detail, only := false, -1
	switch o.View {
	case ViewAuto:
		detail = rep.Run.Estate == "" && len(rep.Endpoints) == 1
	case ViewSummary:
	case ViewDetail:
		detail = true
	default:
		if only = slices.IndexFunc(views(), func(v view) bool { return v.name == o.View }); only < 0 {
			return fmt.Errorf("unknown view %q: want %s", o.View, anyOf(Views()))
		}
	}
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	p := &page{rep: rep, width: max(o.Width, MinWidth), color: o.Color, detail: detail,
		dense: !detail && len(rep.Endpoints) > roomy, certificates: index(rep), facts: facts.Of(rep)}
	if only >= 0 {
		p.verdict()
		views()[only].write(p)
		return p.flush(w)
	}
	if rep.Phase != nil {
		p.phase()
		if !detail {
			return p.flush(w)
		}
		p.blank()
	}
	p.verdict()
	if detail {
		for i := range rep.Endpoints {
			p.endpoint(&rep.Endpoints[i])
		}
	} else {
		p.listeners()
	}
	p.findings()
	p.profiles()
	p.next()
	p.drift()
	p.gaps()
	p.waived()
	p.limits()
	return p.flush(w)
}

func index(rep *report.Report) map[string]*report.Certificate {
	all := make(map[string]*report.Certificate, len(rep.Certificates))
	for i := range rep.Certificates {
		all[rep.Certificates[i].SHA256] = &rep.Certificates[i]
	}
	return all
}
