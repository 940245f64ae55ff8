package table

import (
	"fmt"
	"io"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// mostDifferences is how many differences a page shows; the JSON form has all.
const mostDifferences = 50

// WriteCheck writes what the check of a stored report found.
func WriteCheck(w io.Writer, path string, c *report.Check, o Options) error {
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	p := &page{rep: &report.Report{}, width: max(o.Width, MinWidth), color: o.Color}
	switch n := len(c.Differences); {
	case n > 0:
		p.para("DIFFERS  ", bad, fmt.Sprintf("%s: the report and its evidence do not agree in %s", path, text.Count(n, "place")), 0)
	case len(c.Unchecked) > 0:
		p.para("INCOMPLETE  ", warning, path+": nothing differs, but not all of the report could be checked", 0)
	default:
		p.para("AGREES  ", good, path+": all that follows from the bytes in it is as it says; what rests on the scanner's word, or needs a signature, is listed below", 0)
	}
	n := c.Counts
	p.para("Checked: ", plain, fmt.Sprintf("%s, %s, %s, %s, %s of handshakes.", text.Count(n.Endpoints, "endpoint"), text.Count(n.Exchanges, "exchange"),
		text.Count(n.Certificates, "certificate"), text.Count(n.Findings, "finding"), text.Count(n.Signatures, "signature")), 0)
	if len(c.Differences) > 0 {
		p.heading("Differences")
	}
	for i, d := range c.Differences {
		if i == mostDifferences {
			p.para("  ", plain, fmt.Sprintf("and %d more: --format json has all", len(c.Differences)-i), 0)
			break
		}
		at := d.Pointer
		if at == "" {
			at = "(the report)"
		}
		p.para("  ", bad, at, 0)
		p.para("      report    ", plain, d.Report, 4)
		p.para("      evidence  ", plain, d.Evidence, 4)
	}
	p.notes("Not checked", c.Unchecked)
	p.notes("Rests on the scanner's word", c.Word)
	p.signed(c.Signed)
	p.heading("Only a signature can show")
	for _, s := range c.Signature {
		p.para("  - ", plain, s, 0)
	}
	return p.flush(w)
}

// signed says what the check of the signature found, where one was asked for.
func (p *page) signed(s *report.CheckedKey) {
	switch {
	case s == nil:
		return
	case !s.Holds:
		p.heading("Signature")
		p.para("  - ", bad, s.File+": "+s.Problem, 0)
	default:
		p.heading("Signature")
		p.para("  - ", good, s.File+": signed by key "+s.Key, 0)
		if !s.SameBytes {
			p.para("  - ", plain, "the report was written anew since, and says the same in other bytes", 0)
		}
		if s.OtherSignatures > 0 {
			p.para("  - ", plain, fmt.Sprintf("further signatures, which were not checked: %d", s.OtherSignatures), 0)
		}
	}
	if s.Note != "" {
		p.para("  - ", plain, s.Note, 0)
	}
}

func (p *page) notes(title string, notes []report.CheckNote) {
	if len(notes) == 0 {
		return
	}
	p.heading(title)
	for _, n := range notes {
		text := n.What
		if n.Count > 0 {
			text = fmt.Sprintf("%s (%d)", text, n.Count)
		}
		if n.Why != "" {
			text += ": " + n.Why
		}
		p.para("  - ", plain, text, 0)
	}
}
