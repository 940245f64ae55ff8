package saf

import (
	"strings"

	"github.com/portseal/portseal/certchain"
)

// chainLine reads the summary of LISTCHAIN and CHECKCERT by its key words.
func (p *parser) chainLine() bool {
	c := p.chain()
	words := strings.ToLower(p.text)
	key, value, keyed := strings.Cut(p.text, ":")
	switch {
	case strings.HasPrefix(p.text, ">"):
		if len(c.Rings) == 0 || c.Rings[len(c.Rings)-1].Name != "" {
			c.Rings = append(c.Rings, Association{})
		}
		r := &c.Rings[len(c.Rings)-1]
		r.Name, r.At = strings.TrimSuffix(p.text[1:], "<"), p.at()
		return true
	case keyed && strings.EqualFold(key, "Ring Owner"):
		c.Rings = append(c.Rings, Association{Owner: strings.TrimSpace(value), At: p.at()})
		return true
	case keyed && strings.EqualFold(key, "Ring"):
		return true
	case strings.HasPrefix(words, "chain") && strings.Contains(words, "ring"):
		if _, name, ok := strings.Cut(p.text, ">"); ok {
			c.Rings = append(c.Rings, Association{Name: strings.TrimSuffix(name, "<"), At: p.at()})
		}
		return true
	case !strings.HasPrefix(words, "chain"):
		return false
	}
	known := false
	for _, fact := range []struct {
		word   string
		answer *certchain.Answer
		value  certchain.Answer
	}{{"complete", &c.Complete, certchain.Yes}, {"incomplete", &c.Complete, certchain.No}, {"expired", &c.Expired, certchain.Yes},
		{"notrust", &c.NoTrust, certchain.Yes}} {
		if strings.Contains(words, fact.word) {
			*fact.answer, known = fact.value, true
		}
	}
	return known || strings.Contains(words, "certificate(s)")
}
