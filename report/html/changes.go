package html

import (
	"slices"

	"github.com/portseal/portseal/report"
)

// change is one thing that is not as it was.
type change struct {
	Kind, What, Old, New string
	Where                link
	Announced            string
}

// drift is what changed since a baseline.
type drift struct {
	Baseline    []field
	Changes     []change
	NotCompared []gap
	Unused      []field
}

// Drift is what changed since the baseline; nil without one.
func (p *page) Drift() *drift {
	d := p.rep.Drift
	if d == nil {
		return nil
	}
	out := &drift{Baseline: []field{{"Baseline", clean(d.Baseline.Path)}, {"Run", clean(d.Baseline.RunID)}, {"Finished", clock(d.Baseline.Finished)},
		{"Digest", clean(d.Baseline.Digest)}}}
	for _, c := range d.Changes {
		one := change{clean(c.Kind), clean(c.What), clean(c.Old), clean(c.New), p.link(c.Endpoint), ""}
		if c.Expected != nil {
			one.Announced = announced(*c.Expected)
		}
		out.Changes = append(out.Changes, one)
	}
	slices.SortStableFunc(out.Changes, func(a, b change) int { return boolOrder(a.Announced != "") - boolOrder(b.Announced != "") })
	for _, n := range d.NotCompared {
		out.NotCompared = append(out.NotCompared, gap{clean(n.What), clean(n.Why), p.links(n.Where)})
	}
	for _, a := range d.Unused {
		out.Unused = append(out.Unused, field{clean(a.Kind) + " " + clean(a.Endpoint) + " " + clean(a.What), announced(a)})
	}
	return out
}

// unannounced counts the changes that nobody announced.
func unannounced(d *report.Drift) int {
	n := 0
	for _, c := range d.Changes {
		if c.Expected == nil {
			n++
		}
	}
	return n
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

func announced(a report.Announcement) string {
	said := clean(a.Reason)
	if a.Ticket != "" {
		said += " (" + clean(a.Ticket) + ")"
	}
	if said == "" {
		return "announced"
	}
	return said
}

// waiverRow is an accepted finding.
type waiverRow struct {
	Finding, Listener, Until, Reason, By, Ticket, At string
	Expired                                          bool
}

// Waivers are those that the run was judged with.
func (p *page) Waivers() []waiverRow {
	var out []waiverRow
	for _, w := range p.rep.Waivers {
		out = append(out, waiverRow{clean(w.About()), clean(w.Listener), clean(w.Until), clean(w.Reason), clean(w.ApprovedBy), clean(w.Ticket), waiverAt(w),
			w.Expired(p.known.Judged)})
	}
	return out
}

// waiverAt is where a waiver comes from: its place in a file, or who made it with the service.
func waiverAt(w report.Waiver) string {
	if w.Service != nil {
		return clean(w.Service.Text())
	}
	return place(w.Location)
}
