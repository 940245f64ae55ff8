package table

import (
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// view is one of the pages that show a kind of fact for every endpoint, and nothing else but the verdict.
type view struct {
	name  string
	about string
	write func(*page)
}

// views is the one list of them.
func views() []view {
	return []view{
		{"suites", "versions and cipher suites of each listener", (*page).suitesView},
		{"certificates", "each certificate once, and which listeners serve it", (*page).certificatesView},
		{"trust", "each chain beside each key ring", (*page).trustView},
		{"vulnerabilities", "what each listener is vulnerable to, what not, and what was not tested and why", (*page).vulnerabilitiesView},
		{"pqc", "key exchange: hybrid, pure post-quantum and classical groups, and who is ready", (*page).pqcView},
	}
}

// Views are the names that Options.View takes, in the order of help texts.
func Views() []string {
	out := []string{ViewSummary, ViewDetail}
	for _, v := range views() {
		out = append(out, v.name)
	}
	return out
}

// anyOf is "a, b or c".
func anyOf(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// suitesView writes the versions and suites of each endpoint.
func (p *page) suitesView() {
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		p.heading(e.ID)
		if len(e.Protocols) == 0 || !words.Spoke(e) {
			p.field("State", string(e.State))
			continue
		}
		p.protocols(e)
	}
}

// certificatesView writes each certificate that was sent, the one that ends first at the top: a certificate that many listeners serve is
// one renewal.
func (p *page) certificatesView() {
	leaves, others := map[string][]string{}, map[string][]string{}
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		for _, sent := range e.Presented {
			for place, sum := range sent.Sent {
				by := others
				if place == 0 {
					by = leaves
				}
				if !slices.Contains(by[sum], e.ID) {
					by[sum] = append(by[sum], e.ID)
				}
			}
		}
	}
	p.certificateGrid("Server certificates", "Served by", leaves)
	p.certificateGrid("CA certificates that listeners send", "Sent by", others)
	if len(leaves)+len(others) == 0 {
		p.blank()
		p.para("", plain, "No certificate was seen.", 0)
	}
}

func (p *page) certificateGrid(title, by string, whose map[string][]string) {
	var all []*report.Certificate
	for i := range p.rep.Certificates {
		if c := &p.rep.Certificates[i]; whose[c.SHA256] != nil {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b *report.Certificate) int { return a.NotAfter.Compare(b.NotAfter) })
	columns := []column{{title: "Subject"}, {title: "Issuer"}, {title: "Key, signature"}, {title: "Ends"}, {title: "SHA-256"}, {title: by}}
	for _, c := range all {
		left := p.left(c)
		left.text = c.NotAfter.UTC().Format(time.DateOnly) + " (" + left.text + ")"
		add(columns, cell{text: c.Subject}, cell{text: c.Issuer}, cell{text: c.Key + ", " + c.Signature}, left, cell{text: c.SHA256[:min(16, len(c.SHA256))]},
			cell{text: strings.Join(whose[c.SHA256], ", ")})
	}
	p.heading(title)
	p.grid(columns)
}

// trustView writes a line for each chain and ring.
func (p *page) trustView() {
	columns := []column{{title: "Listener"}, {title: "Server certificate"}, {title: "Key ring"}, {title: "Trusted"}, {title: "As sent"}, {title: "Reason"}}
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		for _, c := range e.Chains {
			subject := c.Leaf
			if cert := p.certificates[c.Leaf]; cert != nil {
				subject = cert.Subject
			}
			add(columns, cell{text: e.ID}, cell{text: subject}, cell{text: c.Keyring}, answer(c.Trusted), answer(c.TrustedAsSent), cell{text: c.Reason})
		}
	}
	p.blank()
	if len(columns[0].cells) == 0 {
		p.para("", plain, "No chain was tested: no key ring was given, or no listener sent a certificate.", 0)
		return
	}
	p.grid(columns)
}
