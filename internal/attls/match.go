package attls

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Connection is one TCP connection as the stack sees it. What is zero was not said, and a condition on it is not decided.
type Connection struct {
	Direction     Direction      // Inbound or Outbound
	Local, Remote netip.AddrPort // an invalid address or port 0 was not said
	Job, User     string
	Time          time.Time // in the time zone of the system
}

// Match says which rule takes a connection.
type Match struct {
	// Rule is the first rule that takes the connection for certain; nil: none does, and without one the connection is in
	// clear text.
	Rule   *Rule
	Misses []Miss // the rules asked before it that do not take it, in their order; Coverage leaves them out

	// Unsaid are the rules asked before it that may take the connection, and what would decide that.
	Unsaid []Undecided
	// Ambiguous are further rules of Rule's priority that take the connection and may be asked before it: which one comes
	// first depends on how Policy Agent sorts upper and lower case, digits and punctuation.
	Ambiguous []*Rule
}

// Miss is a rule that does not take a connection, and the first of its conditions that fails.
type Miss struct {
	Rule   *Rule
	Reason string
	At     report.Location // of the condition
}

// Undecided is a rule that may take a connection: every condition on what was said holds.
type Undecided struct {
	Rule     *Rule
	Wants    []string // "Jobname CQMCAE*"
	Possible bool     // the rule is of Match.Rule's priority, and may be asked after it
}

// Certain says whether Rule is the answer, whatever was not said.
func (m Match) Certain() bool { return len(m.Unsaid)+len(m.Ambiguous) == 0 }

// Candidates returns every rule that may take the connection, Rule last; a nil among them stands for none.
func (m Match) Candidates() []*Rule {
	var out []*Rule
	for _, u := range m.Unsaid {
		out = append(out, u.Rule)
	}
	return append(append(out, m.Ambiguous...), m.Rule)
}

// Match finds the rule for a connection, as Policy Agent does: the first that matches ends the search.
func (p *Policy) Match(c Connection) Match {
	m := p.match(c)
	for _, r := range p.ordered {
		if r == m.Rule {
			break
		}
		if miss, ok := r.misses(c); ok {
			m.Misses = append(m.Misses, miss)
		}
	}
	return m
}

// match is Match without the reasons of those that do not match, which cost more than all the rest.
func (p *Policy) match(c Connection) Match { return MatchAmong(p.ordered, c) }

// MatchAmong is Match, without Misses, for who knows which rules alone may take the connection; they are in the order in which they
// are asked.
func MatchAmong(ordered []*Rule, c Connection) Match {
	var m Match
	for _, r := range ordered {
		if m.Rule != nil && r.Priority != m.Rule.Priority {
			break
		}
		if m.Rule != nil && before(m.Rule, r) {
			continue
		}
		switch taken := r.takes(c); {
		case taken == scan.Unknown:
			m.Unsaid = append(m.Unsaid, Undecided{Rule: r, Wants: r.wants(c), Possible: m.Rule != nil})
		case taken == scan.Yes && m.Rule == nil:
			m.Rule = r
		case taken == scan.Yes:
			m.Ambiguous = append(m.Ambiguous, r)
		}
	}
	return m
}

// takes asks each condition of a rule. One that fails decides; otherwise one that is not decided leaves the rule open.
func (r *Rule) takes(c Connection) scan.Fact {
	taken := scan.Yes
	for i := range r.conditions() {
		switch r.ask(i, c) {
		case scan.No:
			return scan.No
		case scan.Unknown:
			taken = scan.Unknown
		}
	}
	return taken
}

// misses names the first condition that fails, if any does.
func (r *Rule) misses(c Connection) (Miss, bool) {
	for i := range r.conditions() {
		if r.ask(i, c) == scan.No {
			q := r.words(i, c)
			return Miss{Rule: r, Reason: fmt.Sprintf("%s is %s, not %s", q.name, q.want, q.have), At: q.at}, true
		}
	}
	return Miss{}, false
}

// wants names the conditions that are not decided.
func (r *Rule) wants(c Connection) (out []string) {
	for i := range r.conditions() {
		if r.ask(i, c) == scan.Unknown {
			q := r.words(i, c)
			out = append(out, q.name+" "+q.want)
		}
	}
	return out
}
