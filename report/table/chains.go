package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// chains writes each chain that the listener sent, and what the key rings say to it.
func (p *page) chains(e *report.Endpoint) {
	for i, sent := range e.Presented {
		names := make([]string, len(sent.Versions))
		for j, v := range sent.Versions {
			names[j] = v.String()
		}
		title := "Certificates"
		if len(e.Presented) > 1 {
			title = fmt.Sprintf("Certificates, chain %d of %d", i+1, len(e.Presented))
		}
		if len(names) > 0 {
			title += ", sent in " + strings.Join(names, ", ")
		}
		p.heading(title)
		columns := []column{{title: "#"}, {title: "Subject"}, {title: "Issuer"}, {title: "Key"}, {title: "Signature"}, {title: "Ends"}, {title: "Left"}}
		for j, sum := range sent.Sent {
			for k, c := range p.certificate(j, sum) {
				columns[k].cells = append(columns[k].cells, c)
			}
		}
		if len(sent.Sent) > 0 {
			p.grid(columns)
			p.blank()
		}
		p.leafFields(sent.Leaf)
		for _, c := range e.Chains {
			if c.Leaf == sent.Leaf {
				p.ring(c)
			}
		}
	}
	if s := e.ServedBy; s != nil {
		p.field("Served by", strings.TrimSpace(fmt.Sprintf("%s %s: %s %s", s.Keyring, s.Label, s.Match, s.Reason)))
	}
}

func (p *page) certificate(place int, sum string) []cell {
	c := p.certificates[sum]
	if c == nil {
		return []cell{{text: strconv.Itoa(place)}, {text: "not in the report: " + sum}, {}, {}, {}, {}, {}}
	}
	return []cell{{text: strconv.Itoa(place)}, {text: c.Subject}, {text: c.Issuer}, {text: c.Key}, {text: c.Signature},
		{text: c.NotAfter.UTC().Format(time.DateOnly)}, p.left(c)}
}

func (p *page) leafFields(sum string) {
	c := p.certificates[sum]
	if c == nil {
		return
	}
	if len(c.Names) > 0 {
		p.field("Names", strings.Join(c.Names, ", "))
	}
	p.field("Valid", clock(c.NotBefore)+" to "+clock(c.NotAfter))
	p.field("Serial", c.Serial)
	p.field("SHA-256", c.SHA256)
	if c.Note != "" {
		p.field("Note", c.Note)
	}
}

// ring writes one cell of the trust matrix.
func (p *page) ring(c report.ChainVerdict) {
	said := "trusted " + c.Trusted.String()
	if c.Trusted == certchain.Yes && c.TrustedAsSent != certchain.Yes {
		said += ", but as it was sent " + c.TrustedAsSent.String()
	}
	if c.Reason != "" {
		said += ": " + c.Reason
	}
	p.field("Ring", c.Keyring+": "+said)
}
