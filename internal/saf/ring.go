package saf

import (
	"strings"

	"github.com/portseal/portseal/certchain"
)

// connection reads a row of LISTRING's table. A label may hold blanks and words like SITE, so the row is read from its end.
func (p *parser) connection() bool {
	rest, isDefault := lastWord(p.text)
	rest, usage := lastWord(rest)
	label, owner := lastWord(rest)
	if owner == "" || isDefault != "YES" && isDefault != "NO" || !isOwner(owner) || label == "" {
		return false
	}
	c := Connection{Label: label, Owner: owner, Usage: certchain.Usage(usage), Default: certchain.AnswerOf(isDefault == "YES"), At: p.at()}
	switch c.Usage {
	case certchain.UsagePersonal, certchain.UsageCertAuth, certchain.UsageSite:
	default:
		p.problem(p.atText(usage), "the usage %s is not known: want PERSONAL, CERTAUTH or SITE", quote(usage))
		c.Usage = ""
	}
	if len(p.out.Rings) == 0 {
		p.problem(p.at(), "a certificate before any ring")
		return true
	}
	r := p.ring()
	r.Connections = append(r.Connections, c)
	return true
}

func (p *parser) ring() *Ring { return &p.out.Rings[len(p.out.Rings)-1] }

// lastWord splits the last word off, and the blanks before it.
func lastWord(text string) (rest, word string) {
	i := strings.LastIndexAny(text, " \t")
	if i < 0 {
		return "", text
	}
	return strings.TrimRight(text[:i], " \t"), text[i+1:]
}

func isOwner(word string) bool {
	return word == ownerCertAuth || word == ownerSite || strings.HasPrefix(word, "ID(") && strings.HasSuffix(word, ")")
}

// ringLine reads the other lines of LISTRING.
func (p *parser) ringLine() bool {
	switch {
	case strings.EqualFold(p.text, "Ring:"):
		p.out.Rings = append(p.out.Rings, Ring{Owner: p.owner, At: p.at()})
		return true
	case strings.HasPrefix(p.text, ">") && len(p.out.Rings) > 0 && p.ring().Name == "":
		name, closed := strings.CutSuffix(p.text[1:], "<")
		if !closed {
			p.problem(p.at(), "the ring name %s is not closed by \"<\": the line is cut off", quote(name))
		}
		p.ring().Name, p.ring().At = name, p.at()
		return true
	case strings.HasPrefix(p.text, "Certificate Label Name"), strings.Trim(p.text, "- ") == "":
		return true
	}
	return strings.EqualFold(strings.Trim(p.text, "* "), "No certificates connected")
}
