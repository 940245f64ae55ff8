package view

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// Expect is what a policy implies for the ports that its rules take inbound connections of.
type Expect struct {
	About
	Ports []Ports `json:"ports"`
}

// Ports are ports that the policy treats alike.
type Ports struct {
	Ports    string    `json:"ports"`    // "5605-5610, 5611", or "any other port"
	Outcomes []Outcome `json:"outcomes"` // in the order in which rules are asked; the first whose When holds counts
}

// otherPorts are those that no rule names.
const otherPorts = "any other port"

// Outcome is what a connection to the ports gets.
type Outcome struct {
	Rule   *RuleName `json:"rule,omitempty"` // absent: no rule takes it
	When   []string  `json:"when"`           // what of the connection has to hold; empty: whatever it is
	Expect string    `json:"expect"`         // report.ExpectTLS, ExpectStartTLS, ExpectPlaintext; ExpectAny when not known
	Why    string    `json:"why"`

	Versions       []cipher.Version `json:"versions,omitempty"`
	CipherSuites   []cipher.ID      `json:"cipher_suites,omitempty"` // those that a version on can use, in the policy's order
	Curves         []cipher.Group   `json:"curves,omitempty"`        // of TLS 1.2 and before
	KeyShareGroups []cipher.Group   `json:"key_share_groups,omitempty"`
	ClientAuth     string           `json:"client_auth,omitempty"`
	Keyring        string           `json:"keyring,omitempty"`
	Label          string           `json:"label,omitempty"`
	Sources        []report.Source  `json:"sources,omitempty"`
}

// NewExpect asks a policy for every port that an inbound rule names, and for the others where a rule names none.
func NewExpect(in Input) Expect {
	x := Expect{About: about("portseal.policy-expect/v1", in), Ports: []Ports{}}
	asked := newAsked(in)
	segments, some := asked.segments()
	place := map[string]int{}
	var ranges [][]span
	for _, s := range segments {
		outcomes, key := asked.outcomes(s.from)
		if key == "" {
			continue
		}
		i, known := place[key]
		if !known {
			i = len(ranges)
			place[key] = i
			ranges = append(ranges, nil)
			x.Ports = append(x.Ports, Ports{Outcomes: outcomes})
		}
		if n := len(ranges[i]); n > 0 && ranges[i][n-1].to+1 == s.from {
			ranges[i][n-1].to = s.to
		} else {
			ranges[i] = append(ranges[i], s)
		}
	}
	for i, all := range ranges {
		var names []string
		for _, s := range all {
			names = append(names, s.String())
		}
		x.Ports[i].Ports = strings.Join(names, ", ")
	}
	if port, ok := outside(segments); some && ok {
		outcomes, _ := asked.outcomes(port)
		x.Ports = append(x.Ports, Ports{otherPorts, outcomes})
	}
	return x
}

// span is a range of ports; both ends belong to it.
type span struct{ from, to int }

func (s span) String() string {
	if s.from == s.to {
		return fmt.Sprint(s.from)
	}
	return fmt.Sprintf("%d-%d", s.from, s.to)
}

// asked is a policy without the rules that no connection ever takes.
type asked struct {
	in    Input
	never map[*attls.Rule]bool
}

func newAsked(in Input) asked {
	a := asked{in, map[*attls.Rule]bool{}}
	for _, s := range in.Policy.NeverMatched() {
		a.never[s.Rule] = true
	}
	return a
}

// segments cuts the ports that inbound rules name at every end of a range, so that all ports of a piece are in the same ranges. Other
// says that a rule that serves names no port.
func (a asked) segments() (segments []span, other bool) {
	change := map[int]int{} // by port, how many ranges begin less those that ended before
	for _, r := range a.in.Policy.Ordered() {
		switch {
		case a.never[r] || r.Direction != attls.Inbound && r.Direction != attls.Both:
		case r.LocalPorts.Any():
			other = other || a.in.outcome(r, nil).Expect != report.ExpectAny
		default:
			for _, p := range r.LocalPorts.Ranges {
				change[max(int(p.From), 1)]++
				change[int(p.To)+1]--
			}
		}
	}
	ends := make([]int, 0, len(change))
	for port := range change {
		ends = append(ends, port)
	}
	slices.Sort(ends)
	open := 0
	for i, port := range ends {
		if open > 0 {
			segments = append(segments, span{ends[i-1], port - 1})
		}
		open += change[port]
	}
	return segments, other
}

// outside finds a port that no segment holds.
func outside(segments []span) (int, bool) {
	port := 1
	for _, s := range segments {
		if port < s.from {
			break
		}
		port = s.to + 1
	}
	return port, port <= math.MaxUint16
}

// outcomes asks for one port. The key is the same for ports with the same outcomes, and empty when no rule may take any connection.
func (a asked) outcomes(port int) (out []Outcome, key string) {
	m := a.in.Policy.Match(attls.Connection{Direction: attls.Inbound, Local: netip.AddrPortFrom(netip.Addr{}, uint16(port))})
	for _, u := range m.Unsaid {
		if a.never[u.Rule] {
			continue
		}
		when := u.Wants
		if u.Possible {
			when = append(slices.Clone(when), "it is asked first, which is not certain")
		}
		out = append(out, a.in.outcome(u.Rule, when))
	}
	for _, r := range m.Ambiguous {
		out = append(out, a.in.outcome(r, []string{"it is asked first, which is not certain"}))
	}
	if m.Rule != nil || len(out) > 0 {
		out = append(out, a.in.outcome(m.Rule, nil))
	}
	for _, o := range out {
		key += fmt.Sprintln(o.When, o.Why)
		if o.Rule != nil {
			key += o.Rule.Name + place(o.Rule.Location)
		}
	}
	return out, key
}

// outcome is what those get that take a rule; nil for none.
func (in Input) outcome(r *attls.Rule, when []string) Outcome {
	o := Outcome{When: when, Expect: report.ExpectPlaintext, Why: "no rule takes it: clear text"}
	if when == nil {
		o.When = []string{}
	}
	if r == nil {
		return o
	}
	name := nameOf(r)
	e := in.Policy.Fold(r, in.Release)
	o.Rule = &name
	switch {
	case !e.Enabled.Known:
		o.Expect, o.Why = report.ExpectAny, "TTLSEnabled of the rule is not known"
	case !e.Enabled.Value:
		o.Why = "the rule has TTLSEnabled Off: clear text"
	case e.Role.Known && e.Role.Value == attls.Client:
		o.Expect, o.Why = report.ExpectAny, "the rule has HandshakeRole Client: it serves nobody"
	case !e.ApplicationControlled.Known:
		o.Expect, o.Why = report.ExpectAny, "ApplicationControlled of the rule is not known"
		o.tls(&e)
	case e.ApplicationControlled.Value:
		o.Expect, o.Why = report.ExpectStartTLS, "the application asks for TLS (ApplicationControlled On): clear text until then"
		o.tls(&e)
	default:
		o.Expect, o.Why = report.ExpectTLS, "TLS begins with the connection"
		o.tls(&e)
	}
	return o
}

// tls fills in what is known, each with the statement that says so.
func (o *Outcome) tls(e *attls.Effective) {
	if e.Versions.Known {
		o.Versions = e.Versions.Value
		o.from("versions", e.Versions.Statement, e.Versions.From)
	}
	if e.Suites.Known {
		for _, id := range e.Suites.Value {
			if slices.ContainsFunc(e.Versions.Value, func(v cipher.Version) bool { return cipher.Describe(id).Usable(v) }) {
				o.CipherSuites = append(o.CipherSuites, id)
			}
		}
		o.from("cipher_suites", e.Suites.Statement, e.Suites.From)
	}
	if e.Curves.Known {
		o.Curves = e.Curves.Value
		o.from("curves", e.Curves.Statement, e.Curves.From)
	}
	if e.KeyShareGroups.Known && slices.Contains(e.Versions.Value, cipher.TLSv13) {
		o.KeyShareGroups = e.KeyShareGroups.Value
		o.from("key_share_groups", e.KeyShareGroups.Statement, e.KeyShareGroups.From)
	}
	if o.ClientAuth = e.ClientAuth(); o.ClientAuth != "" {
		o.from("client_auth", e.Role.Statement, e.Role.From)
	}
	if e.Keyring.Known {
		o.Keyring = e.Keyring.Value.String()
		o.from("keyring", e.Keyring.Statement, e.Keyring.From)
	}
	switch {
	case e.ServerLabels.Known && len(e.ServerLabels.Value) > 0:
		o.Label = strings.Join(e.ServerLabels.Value, ", ")
		o.from("label", e.ServerLabels.Statement, e.ServerLabels.From)
	case e.Label.Known && e.Label.Value != "":
		o.Label = e.Label.Value
		o.from("label", e.Label.Statement, e.Label.From)
	}
}

func (o *Outcome) from(key, statement string, at report.Location) {
	if p := placeOf(at); p != nil {
		statement = place(p) + ", " + statement
	}
	o.Sources = append(o.Sources, report.Source{Key: key, From: statement})
}
