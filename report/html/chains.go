package html

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// chain is what was sent as certificates, and what rings say to it.
type chain struct {
	Title        string
	Certificates []sentCertificate
	Rings        []ringAnswer
	sent         []string
	leaf         string
	versions     []string
	bare, named  bool // it was sent without, and with a server name
}

type sentCertificate struct {
	Place int
	certificate
}

type ringAnswer struct {
	Ring string
	chainCell
}

// Chains are the different chains that the endpoint sent.
func (f detail) Chains() []*chain {
	e := f.endpoint
	var out []*chain
	bare, named := false, false
	for _, sent := range e.Presented {
		i := slices.IndexFunc(out, func(c *chain) bool { return slices.Equal(c.sent, sent.Sent) })
		if i < 0 {
			i = len(out)
			out = append(out, &chain{sent: sent.Sent, leaf: sent.Leaf})
		}
		c := out[i]
		if sent.SNI == "" {
			bare, c.bare = true, true
		} else {
			named, c.named = true, true
		}
		for _, v := range sent.Versions {
			if !slices.Contains(c.versions, v.String()) {
				c.versions = append(c.versions, v.String())
			}
		}
	}
	for _, c := range out {
		c.Title = c.title(bare && named)
		for i, sum := range c.sent {
			c.Certificates = append(c.Certificates, sentCertificate{i, f.page.sent(sum)})
		}
		c.Rings = f.page.ringAnswers(e, c.leaf)
	}
	return out
}

// title says in which versions a chain was sent and, where both were asked, whether with a server name.
func (c *chain) title(both bool) string {
	said := "Certificates"
	if len(c.versions) > 0 {
		said += ", sent in " + strings.Join(c.versions, ", ")
	}
	switch {
	case !both:
	case c.bare && c.named:
		said += ", with and without a server name"
	case c.named:
		said += ", with a server name only"
	default:
		said += ", without a server name only"
	}
	return said
}

func (p *page) sent(sum string) certificate {
	c := p.certificates[sum]
	if c == nil {
		return certificate{Subject: "not in the report", SHA256: clean(sum)}
	}
	return certificate{Subject: clean(c.Subject), Issuer: clean(c.Issuer), Key: clean(c.Key), Signature: clean(c.Signature), SHA256: clean(c.SHA256),
		To: day(c.NotAfter), Left: p.left(c)}
}

func (p *page) ringAnswers(e *report.Endpoint, leaf string) []ringAnswer {
	var out []ringAnswer
	for i := range e.Chains {
		if c := &e.Chains[i]; c.Leaf == leaf {
			out = append(out, ringAnswer{clean(c.Keyring), p.chainCell(e, c)})
		}
	}
	return out
}
