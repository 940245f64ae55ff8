package attls

import (
	"strings"

	"github.com/portseal/portseal/scan"
)

// Covered is what the policy does with one connection.
type Covered struct {
	Connection Connection
	Match      Match
	// ClearText: no rule takes the connection, or the one that does has TTLSEnabled Off. Unknown where rules that may take
	// it disagree.
	ClearText scan.Fact
	Why       string
}

// Coverage matches connections, such as one for each port and source address of an estate, and says which of them are in
// clear text. It judges the text of the policy: whether Policy Agent installs it is Installs.
func (p *Policy) Coverage(connections []Connection) []Covered {
	out := make([]Covered, len(connections))
	for i, c := range connections {
		m := p.match(c)
		out[i] = Covered{Connection: c, Match: m}
		out[i].ClearText, out[i].Why = p.ClearText(m)
	}
	return out
}

// ClearText says whether a connection with such a match is in clear text, and why.
func (p *Policy) ClearText(m Match) (scan.Fact, string) {
	all := m.Candidates()
	answer, why := p.clear(all[len(all)-1])
	var open []string
	for _, r := range all[:len(all)-1] {
		fact, other := p.clear(r)
		if fact != answer {
			open = append(open, other)
		}
	}
	if len(open) == 0 {
		return answer, why
	}
	return scan.Unknown, strings.Join(append(open, why), "; or ")
}

// clear says whether a connection that takes a rule, or none, is in clear text. ApplicationControlled is not: clear text
// until the application asks for TLS is what it is there for.
func (p *Policy) clear(r *Rule) (scan.Fact, string) {
	if r == nil {
		return scan.Yes, "no rule takes it"
	}
	f := &folder{rule: r}
	enabled := typed(f.find("TTLSEnabled"), onOff)
	switch {
	case !enabled.Known:
		return scan.Unknown, "rule " + r.Name + " takes it, and its TTLSEnabled is not known"
	case enabled.Value:
		return scan.No, "rule " + r.Name + " takes it"
	}
	return scan.Yes, "rule " + r.Name + " takes it, with TTLSEnabled Off (" + place(enabled.From) + ")"
}
