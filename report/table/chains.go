package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// chains writes each chain that the listener sent, and what the key rings say to it.
func (p *page) chains(e *report.Endpoint) {
	all := presented(e)
	for i, sent := range all {
		title := "Certificates"
		if len(all) > 1 {
			title = fmt.Sprintf("Certificates, chain %d of %d", i+1, len(all))
		}
		if len(sent.versions) > 0 {
			title += ", sent in " + strings.Join(sent.versions, ", ")
		}
		p.heading(title + sent.names(e))
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
		for j, sum := range sent.Sent {
			for _, said := range facts.Revocation(p.rep, sum) {
				p.field(fmt.Sprintf("Revoked #%d", j), said)
			}
		}
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

// chain is what was sent under one or more server names.
type chain struct {
	scan.Presented
	versions []string
	sni      []string // server names; empty for none
}

// presented joins the chains that are the same but for the server name.
func presented(e *report.Endpoint) []chain {
	var out []chain
	for _, sent := range e.Presented {
		i := slices.IndexFunc(out, func(c chain) bool { return slices.Equal(c.Sent, sent.Sent) })
		if i < 0 {
			i = len(out)
			out = append(out, chain{Presented: sent})
		}
		out[i].sni = append(out[i].sni, sent.SNI)
		for _, v := range sent.Versions {
			if !slices.Contains(out[i].versions, v.String()) {
				out[i].versions = append(out[i].versions, v.String())
			}
		}
	}
	return out
}

// names says under which server names a chain was sent, where the listener was asked with and without one.
func (c chain) names(e *report.Endpoint) string {
	with := slices.ContainsFunc(e.Presented, func(p scan.Presented) bool { return p.SNI != "" })
	without := slices.ContainsFunc(e.Presented, func(p scan.Presented) bool { return p.SNI == "" })
	switch named, bare := slices.ContainsFunc(c.sni, func(s string) bool { return s != "" }), slices.Contains(c.sni, ""); {
	case !with || !without:
		return ""
	case named && bare:
		return ", with and without a server name"
	case named:
		return ", with a server name only"
	}
	return ", without a server name only"
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
	p.field("Valid", text.Minute(c.NotBefore)+" to "+text.Minute(c.NotAfter))
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
