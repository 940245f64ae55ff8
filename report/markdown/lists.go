package markdown

import (
	"fmt"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// waivers writes what is accepted in advance.
func (p *page) waivers() {
	if len(p.rep.Waivers) == 0 {
		return
	}
	p.heading("Waivers")
	p.table("Finding", "Listener", "Until", "Why", "By", "Ticket", "Made")
	for _, w := range p.rep.Waivers {
		made := "in the estate file"
		if w.Service != nil {
			made = w.Service.Text()
		}
		p.row(code(w.About()), code(w.Listener), prose(w.Until), prose(w.Reason), prose(w.ApprovedBy), prose(w.Ticket), prose(made))
	}
}

// profiles writes what each baseline gave, item by item.
func (p *page) profiles() {
	for _, x := range p.rep.Profiles {
		p.heading("Profile " + code(x.ID))
		p.put("%s, edition %s, %s\n", prose(x.Title), prose(x.Edition), code(x.Source))
		items := make(map[string]report.ProfileItem, len(x.Items))
		for _, item := range x.Items {
			items[item.ID] = item
		}
		p.table("Item", "Clause", "Requirement", "Outcome", "Why", "At")
		for _, r := range x.Results {
			item := items[r.Item]
			p.row(code(r.Item), prose(item.Clause), prose(item.Title), prose(string(r.Outcome)), prose(r.Why), codes(r.Endpoints))
		}
	}
}

// drift writes what changed since the baseline.
func (p *page) drift() {
	d := p.rep.Drift
	if d == nil {
		return
	}
	p.heading("Drift")
	p.put("Since %s, run %s of %s: %s.\n", code(d.Baseline.Path), code(d.Baseline.RunID), clock(d.Baseline.Finished), text.Count(len(d.Changes), "change"))
	if len(d.Changes) > 0 {
		p.table("Change", "Endpoint", "What", "Was", "Is", "Announced")
		for _, c := range d.Changes {
			announced := "no"
			if c.Expected != nil {
				announced = prose(fmt.Sprintf("%s %s", c.Expected.Reason, c.Expected.Ticket))
			}
			p.row(code(c.Kind), code(c.Endpoint), prose(c.What), prose(c.Old), prose(c.New), announced)
		}
	}
	if len(d.NotCompared) > 0 {
		p.put("\nNot compared:\n")
		p.table("What", "Why", "Where")
		for _, n := range d.NotCompared {
			p.row(prose(n.What), prose(n.Why), codes(n.Where))
		}
	}
	if len(d.Unused) > 0 {
		p.put("\nAnnounced, and did not happen:\n")
		p.table("Change", "Endpoint", "What", "Why", "Ticket")
		for _, a := range d.Unused {
			p.row(code(a.Kind), code(a.Endpoint), prose(a.What), prose(a.Reason), prose(a.Ticket))
		}
	}
}
