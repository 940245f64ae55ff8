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
	Misses []Miss // the rules asked before it that do not take it, in their order

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
	var m Match
	for _, r := range p.ordered {
		if m.Rule != nil && r.Priority != m.Rule.Priority {
			break
		}
		if m.Rule != nil && before(m.Rule, r) {
			continue
		}
		taken, miss, wants := r.takes(c)
		switch {
		case taken == scan.Unknown:
			m.Unsaid = append(m.Unsaid, Undecided{Rule: r, Wants: wants, Possible: m.Rule != nil})
		case taken == scan.Yes && m.Rule == nil:
			m.Rule = r
		case taken == scan.Yes:
			m.Ambiguous = append(m.Ambiguous, r)
		case m.Rule == nil:
			m.Misses = append(m.Misses, miss)
		}
	}
	return m
}

// takes asks each condition of a rule. One that fails decides; otherwise one that is not decided leaves the rule open.
func (r *Rule) takes(c Connection) (taken scan.Fact, miss Miss, wants []string) {
	taken = scan.Yes
	for _, q := range r.conditions(c) {
		if q.Fact == scan.No {
			return scan.No, Miss{Rule: r, Reason: q.reason(), At: q.at}, nil
		}
		if q.Fact == scan.Unknown {
			taken = scan.Unknown
			wants = append(wants, q.name+" "+q.want())
		}
	}
	return taken, Miss{}, wants
}

// asked is one condition and its answer. Its texts are made only when they are wanted.
type asked struct {
	scan.Fact
	name string
	want func() string
	have func() string
	at   report.Location
}

func (q asked) reason() string { return fmt.Sprintf("%s is %s, not %s", q.name, q.want(), q.have()) }

func (r *Rule) conditions(c Connection) []asked {
	direction := scan.Unknown
	if r.Direction != "" && c.Direction != "" {
		direction = scan.FactOf(r.Direction == Both || r.Direction == c.Direction)
	}
	if r.Direction == Both {
		direction = scan.Yes
	}
	out := []asked{
		{direction, "Direction", say(r.Direction), say(c.Direction), r.DirectionAt},
		askPort("LocalPortRange", r.LocalPorts, c.Local.Port()),
		askPort("RemotePortRange", r.RemotePorts, c.Remote.Port()),
		askAddr("LocalAddr", r.LocalAddr, c.Local.Addr()),
		askAddr("RemoteAddr", r.RemoteAddr, c.Remote.Addr()),
		askName("Jobname", r.Jobname, c.Job, r.JobnameAt),
		askName("Userid", r.Userid, c.User, r.UseridAt),
	}
	for _, t := range r.Times {
		out = append(out, asked{t.Holds(c.Time), typeTime, say("a time in force"), say(c.Time.Format(time.DateTime)), t.At})
	}
	return out
}

func say[T ~string](s T) func() string { return func() string { return string(s) } }

func askPort(name string, want PortSet, port uint16) asked {
	q := asked{want.Contains(port), name, want.String, func() string { return fmt.Sprint(port) }, want.At}
	if port == 0 && !want.Any() {
		q.Fact = scan.Unknown
	}
	return q
}

func askAddr(name string, want AddrSet, a netip.Addr) asked {
	a = a.Unmap().WithZone("")
	q := asked{scan.Unknown, name, want.String, a.String, want.At}
	if want.Any() {
		q.Fact = scan.Yes
	} else if a.IsValid() {
		q.Fact = want.Contains(a)
	}
	return q
}

func askName(name, want, have string, at report.Location) asked {
	q := asked{matchName(want, have), name, say(want), say(have), at}
	if have == "" && want != "" && want != "*" {
		q.Fact = scan.Unknown
	}
	return q
}
